"""What the function's role may do in the template: what is asked for, and nothing else."""

import json

import pytest

from infra.model_access import Place, mantle_statement, model_statements, parse_model
from tests.infra.conftest import CHANGED, CONTEXT, REGION, Synthesise, Synthesised, settings_of
from tests.infra.reading import conditions, flat, listed, statements

ACCOUNT = CHANGED["account"]


class TestRole:
    def test_it_may_do_what_is_asked_for_and_nothing_else(self, changed: Synthesised) -> None:
        found = {
            (action, flat(resource))
            for item in statements(changed, "ApiRole")
            for action in listed(item["Action"])
            for resource in listed(item["Resource"])
        }
        model = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8"
        assert found == {
            ("bedrock:InvokeModel", model),
            ("bedrock:InvokeModelWithResponseStream", model),
            ("bedrock:CountTokens", model),
            ("bedrock-mantle:CountTokens", f"arn:aws:bedrock-mantle:us-east-1:{ACCOUNT}:project/default"),
            ("bedrock:ApplyGuardrail", f"arn:aws:bedrock:us-east-1:{ACCOUNT}:guardrail/gr1a2b3c"),
            *(
                (
                    "bedrock:ApplyGuardrail",
                    f"arn:aws:bedrock:{region}:{ACCOUNT}:guardrail-profile/us.guardrail.v1:0",
                )
                for region in ("us-east-1", "us-east-2", "us-west-2")
            ),
            ("secretsmanager:GetSecretValue", "<ApiApiKeys4E4316BE>"),
            *((f"dynamodb:{action}", "<TableAccounts06EEAE5F.Arn>") for action in ("BatchGetItem", "UpdateItem")),
            ("logs:CreateLogStream", "<ApiLogsCD139AD4.Arn>"),
            ("logs:PutLogEvents", "<ApiLogsCD139AD4.Arn>"),
            ("xray:PutTelemetryRecords", "*"),
            ("xray:PutTraceSegments", "*"),
        }

    @pytest.mark.parametrize("stage", [*CONTEXT["stages"], "us"])
    def test_it_counts_tokens_on_the_second_endpoint_and_does_nothing_else_there(
        self, stage: str, synthesise: Synthesise
    ) -> None:
        found = [item for item in statements(synthesise(stage), "ApiRole") if "bedrock-mantle:" in json.dumps(item)]
        assert [(item["Action"], flat(item["Resource"])) for item in found] == [
            ("bedrock-mantle:CountTokens", "arn:aws:bedrock-mantle:us-east-1:<AWS::AccountId>:project/default")
        ]

    @pytest.mark.parametrize("stage", [*CONTEXT["stages"], "us"])
    def test_it_has_the_statements_of_model_access(self, stage: str, synthesise: Synthesise) -> None:
        """Action, resource and condition of each, however the CDK has merged them."""
        place = Place("aws", REGION, "<AWS::AccountId>")
        wanted = {
            (action, resource, tuple(sorted(statement.equals.items())))
            for model in settings_of(stage).models
            for statement in (*model_statements(parse_model(model), place), mantle_statement(place))
            for action in statement.actions
            for resource in statement.resources
        }
        found = {
            (action, flat(resource), conditions(item))
            for item in statements(synthesise(stage), "ApiRole")
            for action in listed(item["Action"])
            for resource in listed(item["Resource"])
            if action.startswith("bedrock")
        }
        assert found == wanted

    def test_it_has_no_managed_policy(self, dev: Synthesised) -> None:
        assert "ManagedPolicyArns" not in dev.named("AWS::IAM::Role", "ApiRole")
        assert "ManagedPolicyArns" not in dev.named("AWS::IAM::Role", "PageDeploymentRole")

    def test_no_star_but_where_x_ray_knows_nothing_finer(self, dev: Synthesised, changed: Synthesised) -> None:
        named = [json.dumps([item["Action"], item["Resource"]]) for item in statements(dev, "ApiRole")]
        assert [item for item in named if "*" in item] == []
        with_star = [item["Action"] for item in statements(changed, "ApiRole") if "*" in listed(item["Resource"])]
        assert with_star == [["xray:PutTelemetryRecords", "xray:PutTraceSegments"]]

    def test_only_lambda_may_assume_it(self, dev: Synthesised) -> None:
        (statement,) = dev.named("AWS::IAM::Role", "ApiRole")["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
