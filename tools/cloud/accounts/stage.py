"""A deployed stage as its function knows it: the table, the models, and which of them have a price."""

import json
from dataclasses import dataclass

from tools.cloud.accounts.limits import short_name
from tools.cloud.target import Missing, Target, variables_of


@dataclass(frozen=True)
class Stage:
    """`priced` are the models of which a limit in dollars holds."""

    table: str
    models: tuple[str, ...]
    priced: frozenset[str]

    def model(self, name: str) -> str:
        """The id of the model with that id, or with that name without its prefix."""
        for model in self.models:
            if name in (model, short_name(model)):
                return model
        raise Missing(f"{name} is not a model of this stage: expected one of {', '.join(self.models)}")


def stage_of(target: Target) -> Stage:
    variables = variables_of(target)
    if "TABLE_NAME" not in variables:
        raise Missing(
            f"{target.stack} was deployed before there were named keys: run make deploy STAGE={target.stage}"
        )
    return Stage(
        table=variables["TABLE_NAME"],
        models=tuple(variables["ALLOWED_MODELS"].split(",")),
        priced=frozenset(json.loads(variables.get("PRICES", "{}"))),
    )
