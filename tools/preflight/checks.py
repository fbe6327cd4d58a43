"""The checks, in the order in which a person has to see to them."""

from collections.abc import Sequence

from infra.model_access import parse_model
from tools.preflight import marketplace, models, quotas
from tools.preflight.account import Account
from tools.preflight.findings import Check


def checks(region: str, model_ids: Sequence[str], reserved_concurrency: int | None = None) -> list[Check]:
    """The checks, which look at nothing yet. UnusableModel for an id that is no Claude model's."""
    account = Account(region)
    parsed = [parse_model(model_id) for model_id in model_ids]
    return [
        Check("usage form", lambda: models.usage_form(account)),
        Check("Marketplace", lambda: marketplace.permissions(account, parsed)),
        Check("model terms", lambda: models.terms(account, parsed)),
        Check("model quotas", lambda: quotas.of_models(account, parsed)),
        Check("Lambda quota", lambda: quotas.concurrency(account, reserved_concurrency)),
    ]
