"""The deployed function: its configuration, its URL, and how it answers in our emulator."""

import json
from pathlib import Path

from tests.asking import HAIKU, SONNET
from tests.deploy.observed import Observed, unpack
from tests.deploy.steps import SETTINGS, Conversation
from tests.sse_reading import text_of


class TestFunction:
    def test_it_is_configured_as_the_stack_says(self, deployed: Observed) -> None:
        function = deployed.function
        assert function["Runtime"] == "python3.14"
        assert function["Architectures"] == ["arm64"]
        assert function["Handler"] == "claude_stream.app.application"
        assert (function["Timeout"], function["MemorySize"]) == (SETTINGS.timeout_seconds, SETTINGS.memory_mb)
        assert function["TracingConfig"]["Mode"] == "PassThrough"

    def test_our_runtime_takes_the_place_of_the_stock_one(self, deployed: Observed) -> None:
        assert deployed.function["Environment"]["Variables"]["AWS_LAMBDA_EXEC_WRAPPER"] == "/var/task/bootstrap"

    def test_the_zip_keeps_its_wrapper_executable(self, deployed: Observed, tmp_path: Path) -> None:
        assert (unpack(deployed.code, tmp_path) / "bootstrap").stat().st_mode & 0o777 == 0o755

    def test_its_variables_carry_the_settings_and_no_key(self, deployed: Observed) -> None:
        variables = deployed.function["Environment"]["Variables"]
        assert variables["ALLOWED_MODELS"] == ",".join(SETTINGS.models) == f"{HAIKU},{SONNET}"
        assert variables["DEFAULT_MODEL"] == HAIKU
        assert variables["MAX_TOKENS_LIMIT"] == str(SETTINGS.max_tokens)
        assert variables["DEFAULT_MAX_TOKENS"] == str(SETTINGS.default_max_tokens)
        assert variables["METRICS_NAMESPACE"] == "ClaudeStream/dev"
        assert variables["API_KEY_SECRET_ARN"] == deployed.named("ApiApiKeys")
        assert json.loads(deployed.secret["SecretString"])["default"] not in json.dumps(
            deployed.function, default=str
        )

    def test_it_logs_json_to_a_group_of_its_own_that_expires(self, deployed: Observed) -> None:
        logging = deployed.function["LoggingConfig"]
        assert (logging["LogFormat"], logging["LogGroup"]) == ("JSON", deployed.named("ApiLogs"))
        assert deployed.log_groups[logging["LogGroup"]] == SETTINGS.log_retention_days

    def test_its_role_may_call_its_models_and_nothing_else(self, deployed: Observed) -> None:
        """MiniStack's IAM decides by the deployed policies. It does not support a request's context, so
        tests/infra tests the calls through a profile, which are allowed on conditions."""
        assert deployed.function["Role"].endswith(f":role/{deployed.named('ApiRole')}")
        assert {name for name, may in deployed.role_may.items() if may} == {"its model's profile"}


class TestFunctionUrl:
    def test_it_streams_to_every_client(self, deployed: Observed) -> None:
        assert (deployed.url["AuthType"], deployed.url["InvokeMode"]) == ("NONE", "RESPONSE_STREAM")

    def test_both_permissions_of_a_public_url_are_there_and_no_other(self, deployed: Observed) -> None:
        granted = {(item["Action"], item["Principal"], str(item["Condition"])) for item in deployed.permissions}
        assert granted == {
            ("lambda:InvokeFunctionUrl", "*", str({"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}})),
            ("lambda:InvokeFunction", "*", str({"Bool": {"lambda:InvokedViaFunctionUrl": "true"}})),
        }


class TestAsked:
    """The deployed zip with its deployed variables, in our emulator."""

    def test_it_streams_an_answer(self, conversation: Conversation) -> None:
        answer = conversation.answer
        assert answer[-1].name == "done"
        assert len(text_of(answer)) > 20
        assert answer[-1].at - answer[0].at > 0.05  # in pieces as the model makes them, not all at the end

    def test_it_asks_bedrock_for_the_stages_first_model(self, conversation: Conversation) -> None:
        asked = [(request.operation, request.model_id) for request in conversation.asked_of_bedrock]
        assert asked == [("InvokeModelWithResponseStream", HAIKU)]

    def test_it_accepts_only_the_key(self, conversation: Conversation) -> None:
        assert conversation.statuses == {"key": 200, "wrong": 401, "none": 401}

    def test_a_browser_may_ask_from_any_page(self, conversation: Conversation) -> None:
        assert conversation.preflight["access-control-allow-origin"] == "*"
        assert conversation.preflight["access-control-allow-methods"] == "GET,POST,DELETE"
        assert "x-api-key" in conversation.preflight["access-control-allow-headers"].split(",")

    def test_the_readmes_curl_takes_the_url_as_aws_gives_it(self, conversation: Conversation) -> None:
        assert conversation.curl
        for command, printed in conversation.curl.items():
            assert "event: done" in printed, command

    def test_it_keeps_to_the_runtime_api(self, conversation: Conversation) -> None:
        assert conversation.breaches == []
