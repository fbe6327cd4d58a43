"""`make preflight` looks at the quotas of Bedrock and Lambda, and asks AWS to raise one."""

import json
from typing import Any

import pytest

from emulator.aws.account.quotas import LAMBDA_CONCURRENCY
from emulator.aws.account.simulator import Account, Quota
from infra.model_access import parse_model
from tests.cloud.looking import TOKENS, Preflight, with_quota
from tests.places import ROOT
from tests.simulated_account import MODELS
from tools.preflight import quotas

# As AWS writes them, now and then with another capital.
CROSS_REGION, ON_DEMAND = "Cross-Region model inference", "On-demand model inference"
DAILY = "Model invocation max tokens per day"
SONNET_V2 = "requests per minute for Anthropic Claude 3.5 Sonnet V2"


class TestQuotas:
    def test_one_of_0_blocks_and_is_named(self, preflight: Preflight) -> None:
        status, said = preflight(with_quota(Quota(TOKENS, 0, 6_000_000)))
        assert status == 1
        assert f'FAIL  model quotas  the quota "{TOKENS}" (L-0A1B2C3D) is 0 in us-east-1' in said
        assert "Ask AWS to raise it to its default, 6,000,000?" in said

    def test_it_is_requested_with_consent_only_and_once(self, preflight: Preflight) -> None:
        quota = Quota(TOKENS, 0, 6_000_000)
        preflight(with_quota(quota), "--accept-model-terms", "--yes")
        assert not quota.requested
        status, said = preflight(with_quota(quota), "--request-quotas")
        assert (status, quota.requested) == (1, 6_000_000), "a request is no quota yet"
        assert "6,000,000 is asked for" in said
        _, said = preflight(with_quota(quota), "--request-quotas")
        assert "an earlier request for it is still open" in said

    def test_one_that_only_support_can_raise(self, preflight: Preflight) -> None:
        quota = Quota(
            f"{DAILY} for Anthropic Claude Haiku 5.5 (doubled for cross-region calls)",
            0,
            1_000_000,
            adjustable=False,
        )
        status, said = preflight(with_quota(quota), "--request-quotas")
        assert (status, quota.requested) == (1, None)
        assert "only by AWS Support: https://console.aws.amazon.com/support/home" in said

    def test_every_page_of_them_is_read(self, preflight: Preflight) -> None:
        account = Account.ready(*MODELS)
        others = {f"L-{number:08X}": Quota(f"Batch jobs of kind {number}", 0, 10) for number in range(250)}
        account.quotas["bedrock"] = others | {"L-0A1B2C3D": Quota(TOKENS, 0, 6_000_000)}
        status, said = preflight(account)
        assert status == 1
        assert "L-0A1B2C3D" in said

    def test_lambdas_of_0(self, preflight: Preflight) -> None:
        account = Account.ready(*MODELS)
        account.concurrency = 0
        status, said = preflight(account, "--request-quotas")
        assert status == 1
        assert "Lambda may run nothing in us-east-1" in said
        assert account.quotas["lambda"][LAMBDA_CONCURRENCY].requested == 1000

    def test_all_of_lambdas_reserved_by_others(self, preflight: Preflight) -> None:
        account = Account.ready(*MODELS)
        account.unreserved = 0
        status, said = preflight(account)
        assert status == 1
        assert "reserved by other functions" in said

    def test_a_stage_that_would_reserve_too_much(
        self, preflight: Preflight, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
    ) -> None:
        context = json.loads((ROOT / "cdk.json").read_text())
        context["context"]["stages"]["dev"]["reserved_concurrency"] = 10
        (tmp_path / "cdk.json").write_text(json.dumps(context))
        monkeypatch.setattr("tools.cloud.preflight.ROOT", tmp_path)
        account = Account.ready(*MODELS)
        account.concurrency = 50
        status, said = preflight(account)
        assert status == 1
        assert "reserved_concurrency 10 is too much" in said


@pytest.mark.parametrize(
    ("model", "quota"),
    [
        ("global.anthropic.claude-haiku-5-5", TOKENS),
        ("us.anthropic.claude-sonnet-5", f"{CROSS_REGION} tokens per minute for Anthropic Claude Sonnet 5"),
        (
            "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            f"{CROSS_REGION} tokens per minute for Claude Sonnet 4.5 V1",
        ),
        ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", f"{CROSS_REGION} {SONNET_V2}"),
        ("anthropic.claude-3-haiku-20240307-v1:0", f"{ON_DEMAND} tokens per minute for Anthropic Claude 3 Haiku"),
        ("us.anthropic.claude-opus-5", f"{DAILY} for Anthropic Claude Opus 5 (doubled for cross-region calls)"),
    ],
)
def test_a_quota_of_the_model(model: str, quota: str) -> None:
    assert quotas.applies(quota, parse_model(model))


@pytest.mark.parametrize(
    ("model", "quota"),
    [
        ("global.anthropic.claude-haiku-5-5", TOKENS.replace("5.5", "5")),
        ("global.anthropic.claude-haiku-5", TOKENS),
        ("global.anthropic.claude-haiku-5-5", TOKENS.replace("Global cross", "Cross")),
        ("us.anthropic.claude-haiku-5-5", TOKENS),
        ("anthropic.claude-haiku-5-5", TOKENS),
        ("global.anthropic.claude-haiku-5-5", f"{TOKENS} 1M Context Length"),
        ("us.anthropic.claude-3-5-sonnet-20240620-v1:0", f"{CROSS_REGION} {SONNET_V2}"),
        ("global.anthropic.claude-haiku-5-5", "Batch inference jobs for Anthropic Claude Haiku 5.5"),
    ],
)
def test_a_quota_of_another(model: str, quota: str) -> None:
    assert not quotas.applies(quota, parse_model(model))
