"""The simulated account, as boto3 sees it: it refuses what AWS refuses, in the form of each protocol."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import httpx
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.aws.account.simulator import Account, AccountSimulator, Quota
from emulator.aws.caller import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from emulator.background import Background
from tests.simulated_account import simulated

HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0"
FORM = b'{"companyName": "Example"}'
Client = Callable[..., Any]


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def simulator(account: Account, background: Background) -> Iterator[AccountSimulator]:
    with simulated(account, background) as simulator:
        yield simulator


@pytest.fixture
def client(simulator: AccountSimulator) -> Iterator[Client]:
    with ExitStack() as stack:

        def make(service: str, secret: str = SECRET_ACCESS_KEY, **options: Any) -> Any:
            client = boto3.client(
                service,
                endpoint_url=simulator.url,
                region_name=REGION,
                aws_access_key_id=ACCESS_KEY_ID,
                aws_secret_access_key=secret,
                config=Config(parameter_validation=False, **options),
            )
            stack.callback(client.close)
            return client

        yield make


def code_of(call: Callable[..., object], **parameters: object) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return str(refused.value.response["Error"]["Code"])


class TestSignatures:
    @pytest.mark.parametrize(
        ("service", "operation"),
        [
            ("bedrock", "get_use_case_for_model_access"),
            ("lambda", "get_account_settings"),
            ("sts", "get_caller_identity"),
        ],
    )
    def test_a_wrong_secret_and_no_signature_are_refused(
        self, client: Client, service: str, operation: str
    ) -> None:
        wrong, unsigned = client(service, secret="another"), client(service, signature_version=UNSIGNED)
        assert code_of(getattr(wrong, operation)).startswith("InvalidSignature")
        assert code_of(getattr(unsigned, operation)).startswith("MissingAuthenticationToken")

    def test_a_signature_holds_for_its_service_only(self, client: Client, simulator: AccountSimulator) -> None:
        def turn_to_lambda(request: Any, **_: Any) -> None:
            request.url = f"{simulator.url}/2016-08-19/account-settings"

        bedrock = client("bedrock")
        bedrock.meta.events.register("before-sign.bedrock.*", turn_to_lambda)
        assert code_of(bedrock.get_use_case_for_model_access) == "InvalidSignatureException"


class TestModelAccess:
    def test_an_agreement_is_missing_then_pending_then_available(self, client: Client, account: Account) -> None:
        account.form = FORM
        bedrock = client("bedrock")
        assert status_of(bedrock) == "NOT_AVAILABLE"
        (offer,) = bedrock.list_foundation_model_agreement_offers(modelId=HAIKU)["offers"]
        bedrock.create_foundation_model_agreement(modelId=HAIKU, offerToken=offer["offerToken"])
        assert [status_of(bedrock) for _ in range(2)] == ["PENDING", "AVAILABLE"]

    def test_what_it_refuses(self, client: Client, account: Account) -> None:
        bedrock = client("bedrock")
        token = bedrock.list_foundation_model_agreement_offers(modelId=HAIKU)["offers"][0]["offerToken"]
        agree = bedrock.create_foundation_model_agreement
        assert code_of(agree, modelId=HAIKU, offerToken=token) == "ValidationException"  # no form
        account.form = FORM
        assert code_of(agree, modelId=HAIKU, offerToken="another") == "ValidationException"
        assert code_of(agree, modelId="anthropic.claude-opus-5", offerToken=token) == "ValidationException"
        assert code_of(agree, modelId=HAIKU) == "ValidationException"
        account.denied = frozenset({"aws-marketplace:Subscribe"})
        assert code_of(agree, modelId=HAIKU, offerToken=token) == "AccessDeniedException"
        account.denied = frozenset()
        agree(modelId=HAIKU, offerToken=token)
        with pytest.raises(ClientError, match="Agreement already exists"):
            agree(modelId=HAIKU, offerToken=token)

    def test_an_id_has_a_models_pattern(self, client: Client) -> None:
        call = client("bedrock").get_foundation_model_availability
        assert code_of(call, modelId="Claude Haiku") == "ValidationException"

    def test_the_form_comes_back_as_it_was_sent(self, client: Client, account: Account) -> None:
        call = client("bedrock").get_use_case_for_model_access
        assert code_of(call) == "ResourceNotFoundException"
        account.form = FORM
        assert call()["formData"] == FORM


class TestQuotas:
    def test_an_increase_is_asked_for_once_and_only_upwards(self, client: Client, account: Account) -> None:
        account.quotas["bedrock"]["L-1"] = Quota("Tokens", 10, 100)
        ask = client("service-quotas").request_service_quota_increase
        asked = {"ServiceCode": "bedrock", "QuotaCode": "L-1"}
        assert code_of(ask, **asked, DesiredValue=10) == "IllegalArgumentException"
        assert ask(**asked, DesiredValue=100)["RequestedQuota"]["Status"] == "PENDING"
        assert code_of(ask, **asked, DesiredValue=200) == "ResourceAlreadyExistsException"
        assert account.quotas["bedrock"]["L-1"].value == 10

    def test_what_is_not_there_and_what_is_malformed(self, client: Client, account: Account) -> None:
        quotas = client("service-quotas")
        get = quotas.get_aws_default_service_quota
        assert code_of(get, ServiceCode="bedrock", QuotaCode="L-404") == "NoSuchResourceException"
        assert code_of(get, ServiceCode="bedrock") == "IllegalArgumentException"
        account.denied = frozenset({"servicequotas:ListServiceQuotas"})
        assert code_of(quotas.list_service_quotas, ServiceCode="bedrock") == "AccessDeniedException"


class TestPolicies:
    def test_a_decision_for_each_action(self, client: Client, account: Account) -> None:
        account.denied, account.forbidden = frozenset({"s3:GetObject"}), frozenset({"s3:PutObject"})
        answer = client("iam").simulate_principal_policy(
            PolicySourceArn=account.arn, ActionNames=["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
        )
        decided = {
            item["EvalActionName"]: (
                item["EvalDecision"],
                item["OrganizationsDecisionDetail"]["AllowedByOrganizations"],
            )
            for item in answer["EvaluationResults"]
        }
        assert decided == {
            "s3:GetObject": ("implicitDeny", True),
            "s3:PutObject": ("implicitDeny", False),
            "s3:ListBucket": ("allowed", True),
        }

    @pytest.mark.parametrize(
        "arn", ["arn:aws:iam::123456789012:root", "arn:aws:sts::123456789012:assumed-role/Developer/ann"]
    )
    def test_neither_root_nor_a_session_is_a_principal(self, client: Client, account: Account, arn: str) -> None:
        account.arn = arn
        simulate = client("iam").simulate_principal_policy
        assert code_of(simulate, PolicySourceArn=arn, ActionNames=["s3:GetObject"]) == "InvalidInput"

    def test_a_denial_has_this_protocols_form(self, client: Client, account: Account) -> None:
        account.denied = frozenset({"iam:SimulatePrincipalPolicy"})
        simulate = client("iam").simulate_principal_policy
        assert code_of(simulate, PolicySourceArn=account.arn, ActionNames=["s3:GetObject"]) == "AccessDenied"


def test_an_operation_that_it_does_not_have(client: Client, simulator: AccountSimulator) -> None:
    assert code_of(client("bedrock").list_foundation_models) == "UnknownOperationException"
    assert httpx.get(f"{simulator.url}/nothing", timeout=60).status_code == 403  # unsigned: AWS checks that first


def status_of(bedrock: Any) -> str:
    found = bedrock.get_foundation_model_availability(modelId=HAIKU)
    return str(found["agreementAvailability"]["status"])
