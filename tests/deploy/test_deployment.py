"""A real deployment without AWS: the true CDK command line deploys the true template, through the Makefile's verbs.

The account is MiniStack with IAM enforced: the CDK's own roles and functions work with the permissions that they
have. What it cannot show, and who does:

- Alarms over several metrics, or over one with a label: MiniStack refuses `Metrics`. What is deployed has each
  alarm over its first metric alone; tests/infra holds the rest.
- The function in its place: exec wrappers, streaming and arm64. The deployed zip runs in our emulator.
- The function's right to its secret: `Ref` of a secret is its name here, and its ARN in AWS. So the emulated
  function reads the secret as the account's root user; tests/infra holds the statement.
- The alphabet of the first key: MiniStack puts punctuation into it, though the template excludes that.
- A bucket's tags: they get lost, and `destroy` empties no bucket without one of them. The fixture sets it again.
- Bedrock, model access and quotas, which are the simulators; the time that CloudFront takes.
"""

import json
import re
import shlex
from pathlib import Path

import pytest

from infra.security_headers import security_headers
from tests.asking import HAIKU, SONNET
from tests.deploy.assembly import without_metric_math
from tests.deploy.conftest import CHANGES, Conversation, Revocation
from tests.deploy.observed import Observed, unpack
from tests.deploy.processes import Ran
from tests.infra.conftest import Synthesised, settings_of
from tests.sse_reading import text_of
from tools.cloud.keys import REVOKED_AT

SETTINGS = settings_of("dev")
FOR_EVER, NEVER = "public, max-age=31536000, immutable", "no-cache"


def test_what_is_deployed_is_the_template_but_for_the_metrics_of_alarms(dev: Synthesised) -> None:
    before, after = dev.template["Resources"], without_metric_math(dev.template)["Resources"]
    alarms = {name for name, resource in before.items() if resource != after[name]}
    assert alarms == set(dev.of_type("AWS::CloudWatch::Alarm"))
    for name in alarms:
        was, became = before[name]["Properties"], after[name]["Properties"]
        assert [key for key in was if was[key] != became.get(key)] == ["Metrics"]


class TestOutputs:
    def test_the_page_is_where_the_cdn_is(self, deployed: Observed) -> None:
        assert re.fullmatch(r"d\w+\.cloudfront\.net", deployed.host)
        assert deployed.outputs["PageUrl"] == f"https://{deployed.host}/"

    def test_the_api_is_at_the_function_url_less_its_slash(self, deployed: Observed) -> None:
        assert f"{deployed.outputs['FunctionUrl']}/" == deployed.url["FunctionUrl"]

    def test_the_command_for_the_key_names_the_secret_and_shows_none(self, deployed: Observed) -> None:
        command = shlex.split(deployed.outputs["ApiKeyCommand"])
        assert command[:3] == ["aws", "secretsmanager", "get-secret-value"]
        assert command[command.index("--secret-id") + 1] in (deployed.secret["Name"], deployed.secret["ARN"])
        assert json.loads(deployed.secret["SecretString"])["default"] not in deployed.ran.said

    def test_the_dashboard_exists(self, deployed: Observed) -> None:
        assert deployed.outputs["DashboardUrl"].rpartition("/")[2] in deployed.dashboards

    def test_the_person_who_deploys_reads_them_last(self, deployed: Observed) -> None:
        closing = deployed.ran.out.splitlines()[-4:]
        assert [line.split()[-1] for line in closing] == [
            deployed.outputs["PageUrl"],
            deployed.outputs["FunctionUrl"],
            "STAGE=dev",
            deployed.outputs["DashboardUrl"],
        ]


def test_the_alarms_are_on_watch(deployed: Observed) -> None:
    names = ("ErrorRate", "Crashes", "Throttles", "SlowFirstToken")
    assert set(deployed.alarms) == {deployed.named(f"Monitoring{name}") for name in names}


def test_an_account_that_the_cdk_has_not_seen_is_bootstrapped_first(deployed: Observed, updated: Observed) -> None:
    assert "bootstrapping it" in deployed.ran.out
    assert "bootstrapping it" not in updated.ran.out


def test_a_diff_finds_nothing_once_it_is_deployed(differences: Ran) -> None:
    assert differences.status == 0, differences.said
    assert "There were no differences" in differences.said


class TestPreflight:
    """MiniStack has no model access and no quotas: those are the simulated account's."""

    def test_the_models_terms_are_accepted_before_anything_is_deployed(self, deployed: Observed) -> None:
        said = deployed.ran.out
        steps = ["FAIL  model terms", "Agreed to by --accept-model-terms", "ok    model terms", "bootstrapping it"]
        places = [said.index(step) for step in steps]
        assert places == sorted(places), said

    def test_once_they_are_nothing_stands_in_the_way(self, updated: Observed) -> None:
        assert "FAIL" not in updated.ran.out
        assert "the terms are accepted, the account may call it" in updated.ran.out


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
        assert variables["METRICS_NAMESPACE"] == "ClaudeStream/dev"
        assert variables["API_KEY_SECRET_ARN"] == deployed.named("ApiApiKeys")
        assert json.loads(deployed.secret["SecretString"])["default"] not in json.dumps(
            deployed.function, default=str
        )

    def test_it_logs_json_to_a_group_of_its_own_that_forgets(self, deployed: Observed) -> None:
        logging = deployed.function["LoggingConfig"]
        assert (logging["LogFormat"], logging["LogGroup"]) == ("JSON", deployed.named("ApiLogs"))
        assert deployed.log_groups[logging["LogGroup"]] == SETTINGS.log_retention_days

    def test_its_role_may_call_its_models_and_nothing_else(self, deployed: Observed) -> None:
        """As MiniStack's IAM decides over the policies that were deployed. It takes no context of a request, so the
        calls through a profile, which are allowed on conditions, are tests/infra's."""
        assert deployed.function["Role"].endswith(f":role/{deployed.named('ApiRole')}")
        assert {name for name, may in deployed.role_may.items() if may} == {"its model's profile"}


class TestFunctionUrl:
    def test_it_streams_to_whoever_asks(self, deployed: Observed) -> None:
        assert (deployed.url["AuthType"], deployed.url["InvokeMode"]) == ("NONE", "RESPONSE_STREAM")

    def test_both_permissions_of_a_public_url_are_there_and_no_other(self, deployed: Observed) -> None:
        granted = {(item["Action"], item["Principal"], str(item["Condition"])) for item in deployed.permissions}
        assert granted == {
            ("lambda:InvokeFunctionUrl", "*", str({"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}})),
            ("lambda:InvokeFunction", "*", str({"Bool": {"lambda:InvokedViaFunctionUrl": "true"}})),
        }


class TestPage:
    def test_its_files_have_types_that_browsers_take(self, deployed: Observed) -> None:
        types = {key.rpartition("/")[2]: stored.content_type for key, stored in deployed.bucket.items()}
        assert types["index.html"] == types["404.html"] == "text/html"
        assert types["config.json"] == "application/json"
        assert types["main.js"] == types["index.js"] == "text/javascript"
        assert (types["style.css"], types["icon.svg"]) == ("text/css", "image/svg+xml")

    def test_the_entrance_is_never_stale_and_the_rest_lasts(self, deployed: Observed) -> None:
        entrance = {"index.html", "404.html", "config.json"}
        assert {key for key, stored in deployed.bucket.items() if stored.cache_control == NEVER} == entrance
        assert {key for key, stored in deployed.bucket.items() if stored.cache_control == FOR_EVER} == (
            set(deployed.bucket) - entrance
        )

    def test_it_answers_through_the_cdn(self, deployed: Observed) -> None:
        page = deployed.visits["/"]
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html")
        assert page.headers["cache-control"] == NEVER
        referred = re.findall(r'(?:href|src)="/([^"]+)"', page.text)
        assert [name for name in referred if name.endswith("/main.js")]
        assert set(referred) <= set(deployed.bucket)

    @pytest.mark.parametrize("path", ["/", "/config.json", "/no-such-page"])
    def test_every_answer_has_the_security_headers(self, path: str, deployed: Observed) -> None:
        expected = security_headers(deployed.outputs["FunctionUrl"])
        assert {name: deployed.visits[path].headers.get(name) for name in expected} == expected

    def test_plain_http_is_sent_to_https(self, deployed: Observed) -> None:
        visit = deployed.plain_visit
        assert (visit.status_code, visit.headers["location"]) == (301, deployed.outputs["PageUrl"])

    def test_what_is_missing_is_a_404_with_a_page(self, deployed: Observed) -> None:
        visit = deployed.visits["/no-such-page"]
        assert (visit.status_code, visit.headers["content-type"]) == (404, "text/html")
        assert "Nothing here" in visit.text

    def test_config_json_tells_it_where_to_ask(self, deployed: Observed) -> None:
        config = deployed.visits["/config.json"].json()
        assert set(config.pop("prices")["models"]) == {HAIKU, SONNET}
        assert config == {
            "functionUrl": deployed.outputs["FunctionUrl"],
            "model": HAIKU,
            "models": [HAIKU, SONNET],
            "maxTokens": SETTINGS.max_tokens,
        }


class TestAsked:
    """The deployed zip with its deployed variables, in our emulator."""

    def test_it_streams_an_answer(self, conversation: Conversation) -> None:
        answer = conversation.answer
        assert answer[-1].name == "done"
        assert len(text_of(answer)) > 20
        assert answer[-1].at - answer[0].at > 0.05  # in pieces, as the model speaks, and not all at the end

    def test_it_asks_bedrock_for_the_stages_first_model(self, conversation: Conversation) -> None:
        asked = [(request.operation, request.model_id) for request in conversation.asked_of_bedrock]
        assert asked == [("InvokeModelWithResponseStream", HAIKU)]

    def test_it_lets_in_the_key_alone(self, conversation: Conversation) -> None:
        assert conversation.statuses == {"key": 200, "wrong": 401, "none": 401}

    def test_a_browser_may_ask_from_any_page(self, conversation: Conversation) -> None:
        assert conversation.preflight["access-control-allow-origin"] == "*"
        assert conversation.preflight["access-control-allow-methods"] == "GET,POST"
        assert "x-api-key" in conversation.preflight["access-control-allow-headers"].split(",")

    def test_the_readmes_curl_takes_the_url_as_aws_gives_it(self, conversation: Conversation) -> None:
        assert conversation.curl
        for command, printed in conversation.curl.items():
            assert "event: done" in printed, command

    def test_it_keeps_to_the_runtime_api(self, conversation: Conversation) -> None:
        assert conversation.breaches == []


class TestKeys:
    def test_the_secret_holds_one_long_key(self, deployed: Observed) -> None:
        held = json.loads(deployed.secret["SecretString"])
        assert list(held) == ["default"]
        assert len(held["default"]) == 48

    def test_make_key_prints_it_and_nothing_else(self, deployed: Observed, conversation: Conversation) -> None:
        assert conversation.shown.status == 0, conversation.shown.said
        assert conversation.shown.out == json.loads(deployed.secret["SecretString"])["default"] + "\n"

    def test_make_rotate_key_makes_another(self, conversation: Conversation) -> None:
        assert conversation.rotated.status == 0, conversation.rotated.said
        old, new = conversation.shown.out.strip(), conversation.shown_afterwards.out.strip()
        assert re.fullmatch(r"[A-Za-z0-9]{48}", new)
        assert conversation.secret == {
            "AWSCURRENT": json.dumps({"default": new}),
            "AWSPREVIOUS": json.dumps({"default": old}),
        }
        assert new not in conversation.rotated.said

    def test_the_old_key_goes_on_working(self, conversation: Conversation) -> None:
        assert conversation.statuses_afterwards == {"new": 200, "old": 200, "wrong": 401}


class TestRevokedKey:
    def test_neither_version_of_the_secret_has_it(self, revoked: Revocation) -> None:
        assert revoked.ran.status == 0, revoked.ran.said
        held = " ".join(revoked.secret.values())
        assert revoked.keys["new"] in held
        assert revoked.keys["current"] not in held
        assert revoked.keys["previous"] not in held

    def test_a_new_environment_refuses_it(self, revoked: Revocation) -> None:
        assert revoked.statuses == {"current": 401, "previous": 401, "new": 200}

    def test_every_environment_is_a_new_one(self, revoked: Revocation, updated: Observed) -> None:
        """Lambda replaces them when a variable changes; the others are as they were."""
        was = updated.function["Environment"]["Variables"]
        assert revoked.variables == was | {REVOKED_AT: revoked.variables[REVOKED_AT]}
        assert REVOKED_AT not in was

    def test_no_key_is_said(self, revoked: Revocation) -> None:
        assert not any(key in revoked.ran.said for key in revoked.keys.values())


class TestChange:
    """Two settings of a stage that stands."""

    def test_they_arrive(self, updated: Observed) -> None:
        assert updated.function["Timeout"] == CHANGES["timeout_seconds"]
        assert updated.function["Environment"]["Variables"]["MAX_TOKENS_LIMIT"] == str(CHANGES["max_tokens"])
        assert updated.visits["/config.json"].json()["maxTokens"] == CHANGES["max_tokens"]

    def test_nothing_is_replaced(self, deployed: Observed, updated: Observed) -> None:
        assert updated.resources == deployed.resources
        assert updated.outputs == deployed.outputs
        assert updated.secret["ARN"] == deployed.secret["ARN"]

    def test_the_rest_stays_as_it_was(self, deployed: Observed, updated: Observed) -> None:
        assert updated.function["CodeSha256"] == deployed.function["CodeSha256"]
        assert (updated.bucket, updated.url["Cors"]) == (deployed.bucket, deployed.url["Cors"])


def test_destroy_leaves_nothing(destroyed: tuple[Ran, dict[str, list[str]]]) -> None:
    """Nothing but the CDK's own stack, its bucket and its roles."""
    ran, left = destroyed
    assert ran.status == 0, ran.said
    assert {kind: names for kind, names in left.items() if names} == {}
