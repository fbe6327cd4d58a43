"""`make preflight` looks at model access: boto3 against a simulated account in each state."""

import pytest

from emulator.aws.account.simulator import Account, Quota
from emulator.background import Background
from tests.cloud.looking import SENT, SSO_ROLE, TOKENS, Preflight, Simulate, lines, with_quota
from tests.simulated_account import MODEL_IDS, MODELS, run_in_terminal, simulated
from tools.cloud.__main__ import main
from tools.preflight.checks import checks
from tools.preflight.findings import State


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
