"""What must hold of the template, whatever else changes. Named after what would go wrong without it."""

import json
import os
import re
from typing import Any

import pytest

from claude_stream.settings import Settings as FunctionSettings
from infra import cors
from infra.model_access import Place, model_statements, parse_model
from infra.security_headers import security_headers
from infra.settings import Settings
from local.demo import CORS
from tests.infra.conftest import CONTEXT, REGION, ROOT, Synthesise, Synthesised, settings_of

ADDRESS = "https://url-id.lambda-url.us-east-1.on.aws"
# Attributes that the template takes apart, as AWS gives them.
GIVEN = {"ApiFunctionFunctionUrlFF5ECAE6.FunctionUrl": f"{ADDRESS}/"}


def flat(value: Any) -> str:
    """A value with intrinsic functions as one text: Ref and GetAtt in <> or as GIVEN, the others worked out."""
    if isinstance(value, dict) and set(value) == {"Fn::Join"}:
        separator, parts = value["Fn::Join"]
        return str(separator).join(flat(part) for part in parts)
    if isinstance(value, dict) and set(value) == {"Fn::Select"}:
        number, parts = value["Fn::Select"]
        separator, whole = parts["Fn::Split"]
        return flat(whole).split(separator)[int(number)]
    if isinstance(value, dict) and set(value) == {"Fn::GetAtt"}:
        name = ".".join(value["Fn::GetAtt"])
        return GIVEN.get(name, f"<{name}>")
    if isinstance(value, dict) and set(value) == {"Ref"}:
        return f"<{value['Ref']}>"
    return str(value)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def conditions(statement: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    found = statement.get("Condition", {})
    assert set(found) <= {"StringEquals"}
    return tuple(sorted((key, flat(value)) for key, value in found.get("StringEquals", {}).items()))


def statements(made: Synthesised, role: str) -> list[dict[str, Any]]:
    """All statements of the policies of the role whose logical id begins so: written into it, or attached."""
    found = [policy["PolicyDocument"] for policy in made.named("AWS::IAM::Role", role)["Policies"]]
    found += [
        item["PolicyDocument"] for name, item in made.of_type("AWS::IAM::Policy").items() if name.startswith(role)
    ]
    return [statement for document in found for statement in document["Statement"]]


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

    def test_the_wrapper_can_be_executed(self, dev: Synthesised) -> None:
        wrapper = dev.asset(dev.function["Code"]["S3Key"]) / "bootstrap"
        assert wrapper.stat().st_mode & 0o777 == 0o755
        assert b"\r" not in wrapper.read_bytes()

    def test_nothing_but_the_source_is_deployed(self, dev: Synthesised) -> None:
        folder = dev.asset(dev.function["Code"]["S3Key"])
        deployed = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
        source = ROOT / "lambda_src"
        files = {file.relative_to(source).as_posix() for file in source.rglob("*") if file.is_file()}
        assert deployed == {file for file in files if "__pycache__" not in file}

    def test_it_may_take_as_long_as_lambda_allows(self, dev: Synthesised) -> None:
        assert (dev.function["Timeout"], dev.function["MemorySize"]) == (900, 512)

    def test_it_logs_json_to_a_group_of_its_own(self, dev: Synthesised) -> None:
        assert dev.function["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": {"Ref": "ApiLogsCD139AD4"}}

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
            ("bedrock:ApplyGuardrail", "arn:aws:bedrock:us-east-1:<AWS::AccountId>:guardrail/gr1a2b3c"),
            ("secretsmanager:GetSecretValue", "<ApiApiKeys4E4316BE>"),
            ("logs:CreateLogStream", "<ApiLogsCD139AD4.Arn>"),
            ("logs:PutLogEvents", "<ApiLogsCD139AD4.Arn>"),
            ("xray:PutTelemetryRecords", "*"),
            ("xray:PutTraceSegments", "*"),
        }

    @pytest.mark.parametrize("stage", [*CONTEXT["stages"], "us"])
    def test_it_has_the_statements_of_model_access(self, stage: str, synthesise: Synthesise) -> None:
        """Action, resource and condition of each, however the CDK has merged them."""
        place = Place("aws", REGION, "<AWS::AccountId>")
        wanted = {
            (action, resource, tuple(sorted(statement.equals.items())))
            for model in settings_of(stage).models
            for statement in model_statements(parse_model(model), place)
            for action in statement.actions
            for resource in statement.resources
        }
        found = {
            (action, flat(resource), conditions(item))
            for item in statements(synthesise(stage), "ApiRole")
            for action in listed(item["Action"])
            for resource in listed(item["Resource"])
            if action.startswith("bedrock:")
        }
        assert found == wanted

    def test_it_has_no_managed_policy(self, dev: Synthesised) -> None:
        assert "ManagedPolicyArns" not in dev.named("AWS::IAM::Role", "ApiRole")
        assert "ManagedPolicyArns" not in dev.named("AWS::IAM::Role", "PageDeploymentRole")

    def test_no_star_but_where_x_ray_knows_nothing_finer(self, dev: Synthesised, changed: Synthesised) -> None:
        assert "*" not in json.dumps(statements(dev, "ApiRole"))
        with_star = [item["Action"] for item in statements(changed, "ApiRole") if "*" in json.dumps(item)]
        assert with_star == [["xray:PutTelemetryRecords", "xray:PutTraceSegments"]]

    def test_only_lambda_may_assume_it(self, dev: Synthesised) -> None:
        (statement,) = dev.named("AWS::IAM::Role", "ApiRole")["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}


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
        assert set(outputs) == {"PageUrl", "FunctionUrl", "ApiKeyCommand", "DashboardUrl"}
        command = flat(outputs["ApiKeyCommand"]["Value"])
        assert command.startswith("aws secretsmanager get-secret-value --region us-east-1 ")
        assert command.endswith(" --secret-id <ApiApiKeys4E4316BE>")


class TestKept:
    @pytest.mark.parametrize(("stage", "policy"), [("dev", "Delete"), ("prod", "Retain")])
    def test_keys_and_logs_follow_the_removal_policy(self, stage: str, policy: str, synthesise: Synthesise) -> None:
        resources = synthesise(stage).template["Resources"]
        assert resources["ApiApiKeys4E4316BE"]["DeletionPolicy"] == policy
        assert resources["ApiLogsCD139AD4"]["DeletionPolicy"] == policy

    @pytest.mark.parametrize(("stage", "days"), [("dev", 7), ("prod", 90)])
    def test_every_log_group_has_a_retention(self, stage: str, days: int, synthesise: Synthesise) -> None:
        groups = synthesise(stage).of_type("AWS::Logs::LogGroup")
        assert [group["RetentionInDays"] for group in groups.values()] == [days, days]


class TestPage:
    def test_the_bucket_is_private(self, dev: Synthesised) -> None:
        bucket = dev.only("AWS::S3::Bucket")
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        for statement in dev.only("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Allow":
                assert statement["Principal"] != {"AWS": "*"}
                assert statement["Principal"] != "*"

    def test_only_this_distribution_reads_it(self, dev: Synthesised) -> None:
        policy = dev.only("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
        (reads,) = (item for item in policy if item.get("Principal") == {"Service": "cloudfront.amazonaws.com"})
        assert (reads["Action"], flat(reads["Resource"])) == ("s3:GetObject", "<PageBucket8A4EC83F.Arn>/*")
        source = reads["Condition"]["StringEquals"]["AWS:SourceArn"]
        assert flat(source).endswith(":distribution/<PageDistributionFBB4E0B8>")

    def test_it_refuses_plain_http(self, dev: Synthesised) -> None:
        policy = dev.only("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
        assert any(
            item["Effect"] == "Deny" and item["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            for item in policy
        )
        behaviour = dev.only("AWS::CloudFront::Distribution")["DistributionConfig"]["DefaultCacheBehavior"]
        assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"

    def test_the_csp_lets_it_reach_this_function_url_and_nothing_else(self, dev: Synthesised) -> None:
        headers = dev.only("AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
        csp = flat(headers["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"])
        directives = dict(item.split(" ", 1) for item in csp.split("; "))
        assert directives["connect-src"] == f"'self' {ADDRESS}"
        assert directives["default-src"] == "'none'"
        assert directives["script-src"] == "'self'"

    def test_every_security_header_of_the_local_page_is_sent(self, dev: Synthesised) -> None:
        config = dev.only("AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]
        security = config["SecurityHeadersConfig"]
        sent = {item["Header"]: item["Value"] for item in config["CustomHeadersConfig"]["Items"]} | {
            "content-security-policy": flat(security["ContentSecurityPolicy"]["ContentSecurityPolicy"]),
            "referrer-policy": security["ReferrerPolicy"]["ReferrerPolicy"],
            "strict-transport-security": f"max-age={security['StrictTransportSecurity']['AccessControlMaxAgeSec']}"
            + ("; includeSubDomains" if security["StrictTransportSecurity"]["IncludeSubdomains"] else ""),
            "x-content-type-options": "nosniff" if security["ContentTypeOptions"] else "",
        }
        assert sent == security_headers(ADDRESS)
        behaviour = dev.only("AWS::CloudFront::Distribution")["DistributionConfig"]["DefaultCacheBehavior"]
        assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "PageHeadersE755A92A"}

    def test_it_is_compressed_and_speaks_http_2_and_3(self, dev: Synthesised) -> None:
        distribution = dev.only("AWS::CloudFront::Distribution")["DistributionConfig"]
        assert distribution["HttpVersion"] == "http2and3"
        assert distribution["DefaultCacheBehavior"]["Compress"] is True

    def test_what_is_missing_is_a_404_with_a_page(self, dev: Synthesised) -> None:
        errors = dev.only("AWS::CloudFront::Distribution")["DistributionConfig"]["CustomErrorResponses"]
        assert {(item["ErrorCode"], item["ResponseCode"], item["ResponsePagePath"]) for item in errors} == {
            (403, 404, "/404.html"),
            (404, 404, "/404.html"),
        }


class TestPageFiles:
    """The entrance is never stale; what it refers to is cached for ever under a name that changes with it."""

    def deployment(self, made: Synthesised, name: str) -> dict[str, Any]:
        return made.named("Custom::CDKBucketDeployment", f"Page{name}")

    def contents(self, made: Synthesised, name: str) -> dict[str, str]:
        folders = [made.asset(key) for key in self.deployment(made, name)["SourceObjectKeys"]]
        return {
            file.relative_to(folder).as_posix(): file.read_text()
            for folder in folders
            for file in folder.rglob("*")
            if file.is_file()
        }

    def test_caching(self, dev: Synthesised) -> None:
        entrance, files = self.deployment(dev, "Entrance"), self.deployment(dev, "Files")
        assert entrance["SystemMetadata"] == {"cache-control": "no-cache"}
        assert files["SystemMetadata"] == {"cache-control": "public, max-age=31536000, immutable"}

    def test_the_entrance_comes_last(self, dev: Synthesised) -> None:
        (entrance,) = (
            item
            for name, item in dev.template["Resources"].items()
            if name.startswith("PageEntranceCustomResource")
        )
        assert "PageFilesCustomResource256MiBBE9DE4B7" in entrance["DependsOn"]

    def test_all_that_the_entrance_refers_to_is_there(self, dev: Synthesised) -> None:
        folder = self.deployment(dev, "Files")["DestinationBucketKeyPrefix"]
        there = {f"/{folder}/{name}" for name in self.contents(dev, "Files")}
        entrance = self.contents(dev, "Entrance")
        referred = {
            name
            for page in ("index.html", "404.html")
            for name in re.findall(r'<(?:link|script|img)[^>]*?(?:href|src)="([^"]+)"', entrance[page])
        }
        assert f"/{folder}/main.js" in referred
        assert referred <= there

    def test_nothing_is_there_twice_or_without_use(self, dev: Synthesised) -> None:
        files, entrance = set(self.contents(dev, "Files")), set(self.contents(dev, "Entrance"))
        assert entrance == {"index.html", "404.html", "config.json"}
        assert not files & entrance
        assert {"main.js", "style.css", "vendor/eventsource-parser/index.js"} <= files
        assert not [name for name in files if name.endswith(".d.ts")]

    def test_config_json_tells_the_page_where_to_ask(self, dev: Synthesised) -> None:
        deployment = self.deployment(dev, "Entrance")
        (markers,) = (item for item in deployment["SourceMarkers"] if item)
        text = self.contents(dev, "Entrance")["config.json"]
        for marker, value in markers.items():  # as the deployment does
            text = text.replace(marker, flat(value))
        settings = settings_of("dev")
        config = json.loads(text)
        assert set(config.pop("prices")["models"]) == set(settings.models)
        assert config == {
            "functionUrl": ADDRESS,
            "model": settings.models[0],
            "models": list(settings.models),
            "maxTokens": settings.max_tokens,
        }


class TestMonitoring:
    def alarms(self, made: Synthesised) -> dict[str, dict[str, Any]]:
        alarms = made.of_type("AWS::CloudWatch::Alarm").items()
        return {re.sub(r"^Monitoring|.{8}$", "", name): alarm for name, alarm in alarms}

    def test_thresholds(self, dev: Synthesised) -> None:
        alarms = self.alarms(dev)
        assert {name: alarm["Threshold"] for name, alarm in alarms.items()} == {
            "ErrorRate": 5,
            "Crashes": 0,
            "Throttles": 5,
            "SlowFirstToken": 10_000,
        }
        for alarm in alarms.values():
            assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
            assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (2, 3)
            assert alarm["TreatMissingData"] == "notBreaching"

    def test_the_error_rate_counts_what_is_not_the_callers_fault(self, dev: Synthesised) -> None:
        metrics = self.alarms(dev)["ErrorRate"]["Metrics"]
        types = {
            item["MetricStat"]["Metric"]["Dimensions"][0]["Value"]
            for item in metrics
            if item.get("MetricStat", {}).get("Metric", {}).get("MetricName") == "Errors"
        }
        assert types == {"api_error", "overloaded_error", "permission_error", "timeout_error"}
        (rate,) = (item["Expression"] for item in metrics if "Expression" in item)
        failed = f"SUM([{', '.join(f'FILL({kind}, 0)' for kind in sorted(types))}])"
        assert rate == f"IF({failed} >= 3, 100 * {failed} / requests, 0)"

    def test_alarms_and_dashboard_know_only_metrics_that_the_function_writes(self, dev: Synthesised) -> None:
        written = (ROOT / "lambda_src/claude_stream/metrics.py").read_text()
        text = json.dumps(dev.template)
        for name in re.findall(r'"MetricName": "(\w+)", "Namespace": "ClaudeStream/dev"', text):
            assert f'"{name}"' in written
        board = flat(dev.only("AWS::CloudWatch::Dashboard")["DashboardBody"])
        ours = set(re.findall(r'"ClaudeStream/dev","(\w+)"', board))
        assert ours == {
            *("Requests", "TimeToFirstToken", "OutputTokensPerSecond"),
            *("InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens"),
        }
        assert all(f'"{name}"' in written for name in ours)

    def test_the_dashboard_shows_what_was_asked_for(self, dev: Synthesised) -> None:
        board = json.loads(flat(dev.only("AWS::CloudWatch::Dashboard")["DashboardBody"]))
        assert [widget["properties"]["title"] for widget in board["widgets"]] == [
            "Alarms",
            "Requests",
            "Errors by type",
            "Time to first token, ms",
            "Tokens",
            "Output tokens per second, p50",
            "Concurrency",
            "Throttles and crashes",
            "Cost of tokens in USD, estimated (prices of 2026-11-23)",
        ]

    def test_no_price_no_cost(self, changed: Synthesised) -> None:
        board = flat(changed.only("AWS::CloudWatch::Dashboard")["DashboardBody"])
        assert "Cost of tokens" not in board

    def test_nobody_is_woken_unless_named(self, dev: Synthesised, changed: Synthesised) -> None:
        assert not dev.of_type("AWS::SNS::Topic")
        subscription = changed.only("AWS::SNS::Subscription")
        assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "night@example.com")
        topic = subscription["TopicArn"]
        assert all(alarm["AlarmActions"] == [topic] for alarm in self.alarms(changed).values())

    def test_alarms_may_publish_to_the_topic(self, changed: Synthesised) -> None:
        (publish,) = (
            item
            for item in changed.only("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
            if item["Effect"] == "Allow"
        )
        assert publish["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert publish["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_names_that_hold_in_the_whole_account_carry_the_region(dev: Synthesised) -> None:
    """Otherwise a stage could stand in one region only."""
    headers = dev.only("AWS::CloudFront::ResponseHeadersPolicy")["ResponseHeadersPolicyConfig"]["Name"]
    access = dev.only("AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]["Name"]
    board = dev.only("AWS::CloudWatch::Dashboard")["DashboardName"]
    assert {headers, access, board} == {"ClaudeStream-dev-us-east-1"}


def test_the_stack_owns_no_resource_itself(dev: Synthesised) -> None:
    parts = re.compile("Api|Page|Monitoring|Custom(CDKBucketDeployment|S3AutoDeleteObjects)")
    assert [name for name in dev.template["Resources"] if not parts.match(name)] == []


def test_the_wrapper_is_executable_in_the_repository() -> None:
    assert os.access(ROOT / "lambda_src/bootstrap", os.X_OK)


def test_a_stage_without_settings_is_a_stage_with_their_defaults() -> None:
    assert Settings.from_context({"stages": {"dev": {}}}).models == ("global.anthropic.claude-haiku-5-5",)
