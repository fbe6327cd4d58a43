"""What must hold of the template, whatever else changes. Named after what would go wrong without it."""

import json
import os
import re

import pytest

from claude_stream.settings import Settings as FunctionSettings
from emulator.demo import CORS
from infra import cors
from infra.compiling import find_runtime_python
from infra.function_files import function_zip
from infra.settings import Settings
from tests.infra.conftest import Synthesise, Synthesised, settings_of
from tests.infra.reading import flat
from tests.places import ROOT


class TestFunctionUrl:
    def test_anyone_may_call_it_as_the_function_checks_the_key(self, dev: Synthesised) -> None:
        assert dev.only("AWS::Lambda::Url")["AuthType"] == "NONE"

    def test_both_public_permissions_are_there(self, dev: Synthesised) -> None:
        """Since October 2025 a URL without the second answers 403 to everybody."""
        permissions = dev.of_type("AWS::Lambda::Permission").values()
        found = {
            (item["Action"], item["Principal"], item.get("FunctionUrlAuthType"), item.get("InvokedViaFunctionUrl"))
            for item in permissions
        }
        assert found == {
            ("lambda:InvokeFunctionUrl", "*", "NONE", None),
            ("lambda:InvokeFunction", "*", None, True),
        }
        assert {flat(item["FunctionName"]) for item in permissions} == {"<ApiFunction6BF808ED.Arn>"}

    def test_it_streams(self, dev: Synthesised) -> None:
        assert dev.only("AWS::Lambda::Url")["InvokeMode"] == "RESPONSE_STREAM"

    def test_origins_are_the_stages(self, changed: Synthesised) -> None:
        origins = changed.only("AWS::Lambda::Url")["Cors"]["AllowOrigins"]
        assert origins == ["https://chat.example.com", "http://localhost:8080"]

    def test_the_demo_has_the_same_cors(self) -> None:
        assert (CORS.allow_headers, CORS.allow_methods) == (cors.ALLOWED_HEADERS, cors.ALLOWED_METHODS)
        assert (CORS.expose_headers, CORS.max_age_seconds) == (cors.EXPOSED_HEADERS, cors.MAX_AGE_SECONDS)


class TestFunction:
    def test_our_runtime_takes_the_stock_ones_place(self, dev: Synthesised) -> None:
        assert dev.function["Environment"]["Variables"]["AWS_LAMBDA_EXEC_WRAPPER"] == "/var/task/bootstrap"
        assert dev.function["Handler"] == "claude_stream.app.application"
        assert (dev.function["Runtime"], dev.function["Architectures"]) == ("python3.14", ["arm64"])

    def test_what_is_deployed_is_what_is_released(self, dev: Synthesised) -> None:
        assert dev.function_zip == function_zip(python=find_runtime_python())

    def test_it_may_take_as_long_as_lambda_allows(self, dev: Synthesised) -> None:
        assert (dev.function["Timeout"], dev.function["MemorySize"]) == (900, 512)

    def test_it_logs_json_to_a_group_of_its_own(self, dev: Synthesised) -> None:
        logging = dev.function["LoggingConfig"]
        assert (logging["LogFormat"], logging["LogGroup"]) == ("JSON", {"Ref": "ApiLogsCD139AD4"})

    def test_what_it_logs_is_said_and_lambda_s_report_of_each_request_is_kept(
        self, dev: Synthesised, changed: Synthesised
    ) -> None:
        levels = [
            (
                made.function["LoggingConfig"]["ApplicationLogLevel"],
                made.function["LoggingConfig"]["SystemLogLevel"],
            )
            for made in (dev, changed)
        ]
        assert levels == [("INFO", "INFO"), ("WARN", "INFO")]

    @pytest.mark.parametrize(("stage", "mode"), [("dev", "Auto"), ("prod", "FunctionUpdate")])
    def test_prod_takes_a_new_runtime_with_a_deployment_only(
        self, stage: str, mode: str, synthesise: Synthesise
    ) -> None:
        assert synthesise(stage).function["RuntimeManagementConfig"] == {"UpdateRuntimeOn": mode}

    def test_the_limits_of_a_request_reach_it(self, dev: Synthesised, changed: Synthesised) -> None:
        names = ("MAX_TOKENS_LIMIT", "DEFAULT_MAX_TOKENS", "MAX_INPUT_BYTES")
        limits = [[made.function["Environment"]["Variables"][name] for name in names] for made in (dev, changed)]
        assert limits == [["64000", "4096", "5242880"], ["1000", "500", "100000"]]

    @pytest.mark.parametrize("stage", ["dev", "changed"])
    def test_the_application_can_read_its_variables(self, stage: str, synthesise: Synthesise) -> None:
        """Its own reader takes them: a name misspelt in infra/ would stop every cold start."""
        function = synthesise(stage).function
        variables = {name: flat(value) for name, value in function["Environment"]["Variables"].items()}
        read = FunctionSettings.from_environ(variables | {"AWS_REGION": "us-east-1"})
        settings = settings_of(stage)
        assert (read.allowed_models, read.max_tokens_limit) == (settings.models, settings.max_tokens)
        assert read.guardrail == (("gr1a2b3c", "7") if stage == "changed" else None)
        assert read.metrics_namespace == f"ClaudeStream/{stage}"
        assert read.api_key_secret_arn == "<ApiApiKeys4E4316BE>"

    def test_settings_reach_it(self, changed: Synthesised) -> None:
        function = changed.function
        assert (function["MemorySize"], function["Timeout"]) == (1024, 60)
        assert function["ReservedConcurrentExecutions"] == 5
        assert function["TracingConfig"] == {"Mode": "Active"}

    def test_without_the_settings_nothing_is_reserved_or_traced(self, dev: Synthesised) -> None:
        assert "ReservedConcurrentExecutions" not in dev.function
        assert "TracingConfig" not in dev.function


class TestApiKeys:
    def test_secrets_manager_makes_the_key(self, dev: Synthesised) -> None:
        assert dev.only("AWS::SecretsManager::Secret")["GenerateSecretString"] == {
            "ExcludePunctuation": True,
            "GenerateStringKey": "default",
            "PasswordLength": 48,
            "SecretStringTemplate": "{}",
        }

    @pytest.mark.parametrize("stage", ["dev", "prod"])
    def test_no_secret_stands_in_the_template(self, stage: str, synthesise: Synthesise) -> None:
        template = json.dumps(synthesise(stage).template)
        assert "SecretString" not in template.replace("GenerateSecretString", "").replace(
            "SecretStringTemplate", ""
        ).replace("--query SecretString", "")
        assert "{{resolve:" not in template  # CloudFormation would put the key itself in its place

    def test_outputs_name_the_secret_only(self, dev: Synthesised) -> None:
        outputs = dev.template["Outputs"]
        assert set(outputs) == {"PageUrl", "ApiUrl", "FunctionUrl", "ApiKeyCommand", "DashboardUrl"}
        command = flat(outputs["ApiKeyCommand"]["Value"])
        assert command.startswith("aws secretsmanager get-secret-value --region us-east-1 ")
        assert command.endswith(" --secret-id <ApiApiKeys4E4316BE>")


class TestKept:
    @pytest.mark.parametrize(("stage", "policy"), [("dev", "Delete"), ("prod", "Retain")])
    def test_keys_and_logs_follow_the_removal_policy(self, stage: str, policy: str, synthesise: Synthesise) -> None:
        resources = synthesise(stage).template["Resources"]
        assert resources["ApiApiKeys4E4316BE"]["DeletionPolicy"] == policy
        assert resources["ApiLogsCD139AD4"]["DeletionPolicy"] == policy

    @pytest.mark.parametrize(("stage", "protected"), [("dev", False), ("prod", True), ("changed", False)])
    def test_a_stack_to_keep_is_not_deleted_by_one_click(
        self, stage: str, protected: bool, synthesise: Synthesise
    ) -> None:
        assert synthesise(stage).stack.get("terminationProtection", False) == protected


def test_names_that_hold_in_the_whole_account_carry_the_region(dev: Synthesised) -> None:
    """Otherwise a stage could stand in one region only."""
    policies = dev.of_type("AWS::CloudFront::ResponseHeadersPolicy").values()
    headers = {policy["ResponseHeadersPolicyConfig"]["Name"].removesuffix("-preview") for policy in policies}
    access = dev.only("AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]["Name"]
    board = dev.only("AWS::CloudWatch::Dashboard")["DashboardName"]
    assert len(policies) == 2
    assert {*headers, access, board} == {"ClaudeStream-dev-us-east-1"}


def test_the_stack_owns_no_resource_itself(dev: Synthesised, shut: Synthesised) -> None:
    parts = re.compile("Api|Ci|Table|Page|Monitoring|Custom(CDKBucketDeployment|S3AutoDeleteObjects)")
    assert [name for made in (dev, shut) for name in made.template["Resources"] if not parts.match(name)] == []


def test_the_wrapper_is_executable_in_the_repository() -> None:
    assert os.access(ROOT / "lambda_src/bootstrap", os.X_OK)


def test_a_stage_without_settings_is_a_stage_with_their_defaults() -> None:
    assert Settings.from_context({"stages": {"dev": {}}}).models == ("global.anthropic.claude-haiku-5-5",)
