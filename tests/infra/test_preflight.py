"""`make preflight`, and the same look before a deployment: boto3 against a simulated account in each state."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest

from emulator.aws.account.quotas import LAMBDA_CONCURRENCY
from emulator.aws.account.simulator import Account, AccountSimulator, Quota
from emulator.background import Background
from infra.model_access import parse_model
from tests.infra.conftest import ROOT
from tests.simulated_account import CREDENTIALS, MODEL_IDS, MODELS, run_in_terminal, simulated
from tools.cloud import cdk
from tools.cloud.__main__ import main
from tools.preflight import quotas
from tools.preflight.checks import checks
from tools.preflight.findings import State

SENT = b'{"companyName": "Example"}'
SSO_ROLE = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Developer_0f1e2d3c4b5a6978/ann"
TOKENS = "Global cross-region model inference tokens per minute for Anthropic Claude Haiku 5.5"
# As AWS writes them, now and then with another capital.
CROSS_REGION, ON_DEMAND = "Cross-Region model inference", "On-demand model inference"
DAILY = "Model invocation max tokens per day"
SONNET_V2 = "requests per minute for Anthropic Claude 3.5 Sonnet V2"

Simulate = Callable[[Account], AccountSimulator]
Preflight = Callable[..., tuple[int, str]]


@pytest.fixture
def simulate(background: Background, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulate]:
    """Puts this process in front of a simulated account.

    The commands leave their clients to the process's end, which comes late here: they are closed after each test.
    """
    session = boto3.Session()
    make, made = session.client, []

    def client(*arguments: Any, **options: Any) -> Any:
        made.append(make(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(session, "client", client)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with ExitStack() as stack:

        def start(account: Account) -> AccountSimulator:
            simulator = stack.enter_context(simulated(account, background))
            monkeypatch.setenv("AWS_ENDPOINT_URL", simulator.url)
            return simulator

        yield start
        for each in made:
            each.close()


@pytest.fixture
def preflight(simulate: Simulate, capsys: pytest.CaptureFixture[str]) -> Preflight:
    """The command's status and what it says, with nobody there to answer."""

    def run(account: Account, *options: str) -> tuple[int, str]:
        simulate(account)
        status = main(["preflight", *options])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def lines(said: str, name: str) -> list[str]:
    return [line for line in said.splitlines() if line[6:].startswith(name)]


def with_quota(quota: Quota, code: str = "L-0A1B2C3D") -> Account:
    account = Account.ready(*MODELS)
    account.quotas["bedrock"][code] = quota
    return account


class TestAnAccountThatIsReady:
    def test_each_check_is_a_short_line_and_nothing_is_asked(self, preflight: Preflight) -> None:
        status, said = preflight(Account.ready(*MODELS))
        found = said.splitlines()[1:]
        assert status == 0, said
        assert all(line.startswith("ok    ") and len(line) < 120 for line in found[:-1]), said
        names = ["usage form", "Marketplace", "model terms", "model terms", "model quotas", "model quotas"]
        assert [line[6:19].strip() for line in found[:-1]] == [*names, "Lambda quota"]
        assert found[-1] == "Nothing was found that stands in the way of the first call."

    def test_it_changes_nothing(self, simulate: Simulate) -> None:
        simulator = simulate(Account.ready(*MODELS))
        assert main(["preflight", "--accept-model-terms", "--request-quotas"]) == 0
        assert [call for call in simulator.calls if "Create" in call or "Request" in call] == []

    def test_a_quota_is_said_as_it_is(self, preflight: Preflight) -> None:
        _, said = preflight(with_quota(Quota(TOKENS, 200_000, 6_000_000)))
        assert f"{MODEL_IDS[0]}: 200,000 tokens a minute" in said


class TestAFreshAccount:
    def test_the_form_is_named_with_its_place_and_its_questions(self, preflight: Preflight) -> None:
        status, said = preflight(Account())
        (line,) = lines(said, "usage form")
        assert status == 1
        assert line.startswith("FAIL")
        assert "https://us-east-1.console.aws.amazon.com/bedrock/home?region=us-east-1#/model-catalog" in line
        assert "company, website, who will use it, what for" in line

    def test_terms_are_offered_with_the_agreement_and_the_prices(self, preflight: Preflight) -> None:
        _, said = preflight(Account(form=SENT))
        assert f"https://aws-mp.example/eula/{MODELS[0]}" in said
        assert "https://aws.amazon.com/bedrock/pricing/" in said
        assert "--accept-model-terms" in said

    def test_nobody_there_and_no_consent_accepts_nothing(self, preflight: Preflight) -> None:
        account = Account(form=SENT)
        status, said = preflight(account, "--yes")
        assert (status, account.agreements) == (1, {})
        assert said.endswith("2 things stand in the way of the first call.\n")

    def test_with_consent_the_agreement_is_made_and_waited_for(self, simulate: Simulate) -> None:
        account = Account(form=SENT)
        simulator = simulate(account)
        assert main(["preflight", "--accept-model-terms"]) == 0
        assert account.agreements == dict.fromkeys(MODELS, "AVAILABLE")
        after = simulator.calls[simulator.calls.index("bedrock:CreateFoundationModelAgreement") + 1 :]
        assert after[:2] == ["bedrock:GetFoundationModelAvailability"] * 2, "it was PENDING, then AVAILABLE"

    def test_the_terms_wait_for_the_form(self, preflight: Preflight) -> None:
        account = Account()
        status, said = preflight(account, "--accept-model-terms")
        assert (status, account.agreements) == (1, {})
        assert "once the usage form is sent in, run this again" in said

    def test_a_form_that_cannot_be_read_holds_nothing_up(self, preflight: Preflight) -> None:
        account = Account(form=SENT, denied=frozenset({"bedrock:GetUseCaseForModelAccess"}))
        status, _ = preflight(account, "--accept-model-terms")
        assert (status, account.agreements) == (0, dict.fromkeys(MODELS, "AVAILABLE"))

    def test_an_agreement_that_aws_does_not_make(self, preflight: Preflight) -> None:
        account = Account(denied=frozenset({"bedrock:GetUseCaseForModelAccess"}))
        status, said = preflight(account, "--accept-model-terms")
        assert (status, account.agreements) == (1, {})
        assert "AWS did not make the agreement (ValidationException)" in said

    def test_terms_that_somebody_else_accepts_meanwhile_are_accepted(self, simulate: Simulate) -> None:
        account = Account(form=SENT)
        simulate(account)
        (terms,) = [check for check in checks("us-east-1", MODEL_IDS[:1]) if check.name == "model terms"]
        (finding,) = terms.findings()
        account.agreements[MODELS[0]] = "AVAILABLE"
        assert finding.offer
        assert finding.offer.accept().state is State.OK

    def test_terms_that_several_offers_compete_for_are_left_to_the_person(self, preflight: Preflight) -> None:
        account = Account(form=SENT, offers=2)
        _, said = preflight(account, "--accept-model-terms")
        assert account.agreements == {}
        assert "2 offers, from which you have to choose" in said

    def test_at_a_terminal_the_word_accept_accepts(self, background: Background) -> None:
        account = Account(form=SENT)
        with simulated(account, background) as simulator:
            ran = run_in_terminal(simulator, "preflight", answers=["accept", "yes"])
        assert ran.status == 1, ran.said
        assert account.agreements == {MODELS[0]: "AVAILABLE"}, "a mere yes is not the consent that is asked for"
        assert "One thing stands in the way" in ran.said


class TestWhatAModelsStateMeans:
    @pytest.mark.parametrize(
        ("account", "mark", "sentence"),
        [
            (Account(agreements={MODELS[0]: "PENDING 9"}), "warn", "in force within 15 minutes"),
            (Account(agreements={MODELS[0]: "ERROR no payment method"}), "FAIL", "(no payment method)"),
            (Account(agreements={MODELS[0]: "AVAILABLE"}, entitled=False), "FAIL", "valid payment method"),
            (Account(agreements={MODELS[0]: "AVAILABLE"}, authorised=False), "warn", "not authorised"),
            (Account(not_offered=frozenset(MODELS)), "FAIL", "is not offered in us-east-1"),
            (Account(unknown=frozenset(MODELS)), "FAIL", "Bedrock knows no such model in us-east-1"),
        ],
        ids=["pending", "error", "not entitled", "not authorised", "not offered", "unknown"],
    )
    def test_it_is_said(self, preflight: Preflight, account: Account, mark: str, sentence: str) -> None:
        _, said = preflight(account)
        line = lines(said, "model terms")[0]
        assert line.startswith(mark)
        assert sentence in line


class TestMarketplace:
    def test_a_missing_permission_is_named(self, preflight: Preflight) -> None:
        status, said = preflight(Account(form=SENT, denied=frozenset({"aws-marketplace:Subscribe"})))
        assert status == 1
        assert "your credentials lack aws-marketplace:Subscribe: have an administrator" in said

    def test_and_consent_does_not_make_up_for_it(self, preflight: Preflight) -> None:
        account = Account(form=SENT, denied=frozenset({"aws-marketplace:Subscribe"}))
        _, said = preflight(account, "--accept-model-terms")
        assert account.agreements == {}
        assert f"{MODELS[0]}: your credentials may not accept its terms" in said

    def test_an_organisations_policy_is_named_as_one(self, preflight: Preflight) -> None:
        _, said = preflight(Account(form=SENT, forbidden=frozenset({"aws-marketplace:Subscribe"})))
        assert "a policy of your organisation forbids aws-marketplace:Subscribe" in said

    def test_once_the_terms_are_accepted_nobody_needs_it(self, preflight: Preflight) -> None:
        account = Account.ready(*MODELS)
        account.denied = frozenset({"aws-marketplace:Subscribe", "iam:SimulatePrincipalPolicy"})
        status, said = preflight(account)
        assert status == 0
        assert "nobody needs Marketplace permissions" in said

    @pytest.mark.parametrize(
        ("arn", "line"),
        [
            (SSO_ROLE, "ok    Marketplace   your credentials may subscribe"),
            ("arn:aws:iam::123456789012:root", "ok    Marketplace   the account's root user may"),
            ("arn:aws:sts::123456789012:federated-user/ann", "----  Marketplace   not looked at: IAM says nothing"),
        ],
    )
    def test_every_kind_of_caller(self, preflight: Preflight, arn: str, line: str) -> None:
        _, said = preflight(Account(form=SENT, arn=arn))
        assert line in said

    def test_a_role_that_lacks_it(self, preflight: Preflight) -> None:
        _, said = preflight(Account(form=SENT, arn=SSO_ROLE, denied=frozenset({"aws-marketplace:Subscribe"})))
        assert "FAIL  Marketplace   your credentials lack aws-marketplace:Subscribe" in said


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


class TestWhatCannotBeLookedAt:
    def test_is_one_line_a_check_and_blocks_nothing(self, preflight: Preflight) -> None:
        reads = [
            "bedrock:GetUseCaseForModelAccess",
            "bedrock:GetFoundationModelAvailability",
            "iam:SimulatePrincipalPolicy",
            "servicequotas:ListServiceQuotas",
            "lambda:GetAccountSettings",
        ]
        status, said = preflight(Account(denied=frozenset(reads)))
        marks = [line[:4] for line in said.splitlines()[1:-1]]
        assert (status, marks) == (0, ["----"] * 5), said
        assert said.endswith("the first call; see the lines above that are not ok.\n")
        for action in reads:
            assert f"your credentials may not call {action.partition(':')[2]}" in said

    def test_a_service_that_cannot_be_reached(self, preflight: Preflight, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SERVICE_QUOTAS", "http://127.0.0.1:9")
        status, said = preflight(Account.ready(*MODELS))
        assert status == 0
        assert "----  model quotas  not looked at: Could not connect" in said

    def test_the_offer_of_a_model(self, preflight: Preflight) -> None:
        _, said = preflight(Account(form=SENT, denied=frozenset({"aws-marketplace:ViewSubscriptions"})))
        assert (
            "its offer was not looked at: your credentials may not call ListFoundationModelAgreementOffers" in said
        )


class TestDeploy:
    @pytest.fixture
    def ran(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
        """The CDK's commands, which end as 0 but for `deploy`, which fails."""
        ran: list[tuple[str, ...]] = []

        def run(stage: str, *arguments: str, **_: Any) -> int:
            ran.append(arguments)
            return int(arguments[0] == "deploy")

        monkeypatch.setattr(cdk, "cdk", run)
        return ran

    def test_with_nobody_there_it_warns_and_goes_on(
        self, simulate: Simulate, ran: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        simulate(Account())
        main(["deploy"])
        assert [arguments[0] for arguments in ran] == ["bootstrap", "deploy"]
        assert "stand in the way of the first call. The deployment itself can be made" in capsys.readouterr().out

    @pytest.mark.parametrize(("answer", "asked_for_the_stack"), [("no", False), ("yes", True)])
    def test_at_a_terminal_it_asks(self, background: Background, answer: str, asked_for_the_stack: bool) -> None:
        account = Account.ready(*MODELS)
        account.form = None
        account.denied = frozenset({"cloudformation:DescribeStacks"})  # so that it ends there
        with simulated(account, background) as simulator:
            ran = run_in_terminal(simulator, "deploy", answers=[answer])
        assert ran.status == 1
        assert "One thing stands in the way of the first call." in ran.said
        assert ("cloudformation:DescribeStacks" in simulator.calls) is asked_for_the_stack

    def test_a_missing_permission_is_said_without_the_account(
        self, simulate: Simulate, capsys: pytest.CaptureFixture[str]
    ) -> None:
        account = Account.ready(*MODELS)
        account.denied = frozenset({"cloudformation:DescribeStacks"})
        simulate(account)
        assert main(["deploy"]) == 1
        assert capsys.readouterr().err == (
            "deploy: your credentials may not call DescribeStacks: have an administrator allow it\n"
        )

    def test_with_the_approvals_settled_it_asks_nothing(self, background: Background) -> None:
        account = Account(form=SENT, denied=frozenset({"cloudformation:DescribeStacks"}))
        with simulated(account, background) as simulator:
            run_in_terminal(simulator, "deploy", "--require-approval=never", answers=[])
        assert (account.agreements, simulator.calls[-1]) == ({}, "cloudformation:DescribeStacks")

    def test_it_asks_nothing_where_all_is_well(self, background: Background) -> None:
        account = Account.ready(*MODELS)
        account.denied = frozenset({"cloudformation:DescribeStacks"})
        with simulated(account, background) as simulator:
            run_in_terminal(simulator, "deploy", answers=[])
        assert simulator.calls[-1] == "cloudformation:DescribeStacks"

    @pytest.mark.parametrize(
        ("reason", "sentence"),
        [
            (
                'Resource handler returned message: "Lambda blocked the creation of this policy because it would '
                "grant public access to your function. If this is intentional, change your function's "
                'BlockPublicPolicy setting to allow public access and try again. (Status Code: 400)"',
                "This account forbids public Lambda functions",
            ),
            (
                "is not authorized to perform: lambda:CreateFunctionUrlConfig with an explicit deny in a service "
                "control policy",
                "A policy of your organisation forbids",
            ),
            (
                "decreases account's UnreservedConcurrentExecution below its minimum value of [100]",
                "reserved_concurrency is more than this account has",
            ),
        ],
        ids=["public URL", "organisation", "concurrency"],
    )
    def test_why_it_failed_is_said(
        self,
        simulate: Simulate,
        ran: list[tuple[str, ...]],
        capsys: pytest.CaptureFixture[str],
        reason: str,
        sentence: str,
    ) -> None:
        account = Account.ready(*MODELS)
        account.events["ClaudeStream-dev"] = [event("CREATE_FAILED", reason), began()]
        simulate(account)
        assert main(["deploy"]) == 1
        assert capsys.readouterr().out.splitlines()[-1].startswith(sentence)

    def test_why_an_earlier_one_failed_is_not(
        self, simulate: Simulate, ran: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        account = Account.ready(*MODELS)
        old = event("CREATE_FAILED", "would grant public access")
        account.events["ClaudeStream-dev"] = [event("UPDATE_FAILED", "something else"), began(), old, began()]
        simulate(account)
        assert main(["deploy"]) == 1
        assert "forbids public" not in capsys.readouterr().out


def event(status: str, reason: str, resource: str = "ApiFunctioninvokefunctionurl") -> dict[str, str]:
    ids = {"StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/ClaudeStream-dev/1", "EventId": "1"}
    names = {"StackName": "ClaudeStream-dev", "LogicalResourceId": resource}
    when = {"Timestamp": "2026-11-26T12:00:00Z"}
    return ids | names | when | {"ResourceStatus": status, "ResourceStatusReason": reason}


def began() -> dict[str, str]:
    return event("UPDATE_IN_PROGRESS", "User Initiated", "ClaudeStream-dev")
