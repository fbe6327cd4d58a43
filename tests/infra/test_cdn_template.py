"""What must hold of the CDN in the template: which requests go to the function, how, and who else may ask there."""

import json
import re
import subprocess
from typing import Any

import pytest

from claude_stream import cdn as of_function
from claude_stream.settings import Settings as FunctionSettings
from infra import cdn
from infra.security_headers import security_headers
from tests.infra.conftest import Synthesise, Synthesised
from tests.infra.reading import ADDRESS, flat, statements

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's own policies have these ids in every account
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
ALL_METHODS = {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
REFERENCE = "{{resolve:secretsmanager:<ApiCdnSecret20FE9430>:SecretString:cdn::}}"


def config(made: Synthesised) -> dict[str, Any]:
    found: dict[str, Any] = made.only("AWS::CloudFront::Distribution")["DistributionConfig"]
    return found


def of_api(made: Synthesised) -> list[dict[str, Any]]:
    """The behaviours that lead to the function; the last is of the page's own files."""
    return [item for item in config(made)["CacheBehaviors"] if item["PathPattern"] != cdn.PREVIEW_PATH]


def api_origin(made: Synthesised) -> dict[str, Any]:
    (origin,) = (item for item in config(made)["Origins"] if "CustomOriginConfig" in item)
    found: dict[str, Any] = origin
    return found


def sent_to_function(made: Synthesised) -> dict[str, str]:
    return {item["HeaderName"]: flat(item["HeaderValue"]) for item in api_origin(made)["OriginCustomHeaders"]}


class TestApi:
    @pytest.mark.parametrize("stage", ["dev", "prod", "shut"])
    def test_its_paths_go_to_the_function(self, stage: str, synthesise: Synthesise) -> None:
        made = synthesise(stage)
        behaviours = of_api(made)
        assert [item["PathPattern"] for item in behaviours] == list(cdn.API_PATHS)
        assert {"/v1/*", "/stream", "/healthz"} <= set(cdn.API_PATHS)
        assert {item["TargetOriginId"] for item in behaviours} == {api_origin(made)["Id"]}
        assert f"https://{flat(api_origin(made)['DomainName'])}" == ADDRESS

    def test_each_request_arrives_as_it_was_sent_but_for_its_host(self, dev: Synthesised) -> None:
        for behaviour in of_api(dev):
            assert set(behaviour["AllowedMethods"]) == ALL_METHODS
            assert behaviour["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST_HEADER

    def test_nothing_is_cached_or_collected(self, dev: Synthesised) -> None:
        for behaviour in of_api(dev):
            assert behaviour["CachePolicyId"] == CACHING_DISABLED
            assert behaviour["Compress"] is False

    def test_a_key_goes_by_https_only(self, dev: Synthesised) -> None:
        assert {item["ViewerProtocolPolicy"] for item in of_api(dev)} == {"https-only"}
        to_function = api_origin(dev)["CustomOriginConfig"]
        assert (to_function["OriginProtocolPolicy"], to_function["OriginSSLProtocols"]) == (
            "https-only",
            ["TLSv1.2"],
        )

    def test_the_function_is_never_silent_for_as_long_as_the_cdn_waits(self, dev: Synthesised) -> None:
        waits = api_origin(dev)["CustomOriginConfig"]["OriginReadTimeout"]
        variables = {name: flat(value) for name, value in dev.function["Environment"]["Variables"].items()}
        read = FunctionSettings.from_environ(variables | {"AWS_REGION": "us-east-1"})
        assert waits == cdn.READ_TIMEOUT_SECONDS
        assert 2 * max(read.heartbeat_seconds, read.first_event_wait_seconds) < waits

    def test_the_function_is_told_how_long_that_is(self, dev: Synthesised) -> None:
        assert sent_to_function(dev) == {cdn.WAITS_HEADER: str(cdn.READ_TIMEOUT_SECONDS)}
        assert (of_function.WAITS_HEADER, of_function.SECRET_HEADER) == (cdn.WAITS_HEADER, cdn.SECRET_HEADER)

    @pytest.mark.parametrize("stage", ["us", "changed"])
    def test_a_stage_may_keep_two_origins(self, stage: str, synthesise: Synthesise) -> None:
        found = config(synthesise(stage))
        assert [item["PathPattern"] for item in found["CacheBehaviors"]] == [cdn.PREVIEW_PATH]
        assert len(found["Origins"]) == 1
        assert "FunctionAssociations" not in found["DefaultCacheBehavior"]


class TestErrors:
    """CloudFront's custom error responses hold for a whole distribution: they would hide the API's own errors."""

    def answered(self, made: Synthesised, uri: str) -> dict[str, Any]:
        """What the CDN's function makes of a request: Node runs the template's own code."""
        code = made.only("AWS::CloudFront::Function")["FunctionCode"]
        event = json.dumps({"version": "1.0", "request": {"method": "GET", "uri": uri, "headers": {}}})
        script = f"{code}; console.log(JSON.stringify(handler({event})))"
        ran = subprocess.run(["node", "-e", script], capture_output=True, text=True, timeout=60, check=True)
        found: dict[str, Any] = json.loads(ran.stdout)
        return found

    @pytest.mark.parametrize("stage", ["dev", "prod", "shut"])
    def test_no_error_of_the_api_is_replaced(self, stage: str, synthesise: Synthesise) -> None:
        found = config(synthesise(stage))
        assert "CustomErrorResponses" not in found
        assert not [item for item in of_api(synthesise(stage)) if "FunctionAssociations" in item]

    @pytest.mark.parametrize("path", ["/", "/index.html", "/config.json", "/0123456789ab/view/view.js"])
    def test_what_the_page_has_is_asked_for(self, dev: Synthesised, path: str) -> None:
        assert self.answered(dev, path)["uri"] == path

    def test_so_is_all_that_is_deployed_to_its_top(self, dev: Synthesised) -> None:
        keys = dev.named("Custom::CDKBucketDeployment", "PageEntrance")["SourceObjectKeys"]
        paths = {f"/{file.name}" for key in keys for file in dev.asset(key).iterdir()}
        assert "/sw.js" in paths
        assert {path for path in paths if "uri" in self.answered(dev, path)} == paths

    @pytest.mark.parametrize(
        "path",
        ["/no-such-page", "/v1", "/index.html/x", "/indexxhtml", "/0123456789ab", "/0123456789ab/", "/main.js"],
    )
    def test_what_is_missing_is_a_404_with_a_page_and_its_headers(self, dev: Synthesised, path: str) -> None:
        answer = self.answered(dev, path)
        assert answer["statusCode"] == 404
        headers = {name: item["value"] for name, item in answer["headers"].items()}
        assert security_headers(None).items() <= headers.items()
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert "There is nothing here." in answer["body"]["data"]

    def test_the_page_for_it_refers_to_what_is_there(self, dev: Synthesised) -> None:
        (deployment,) = (
            item
            for name, item in dev.of_type("Custom::CDKBucketDeployment").items()
            if name.startswith("PageFiles")
        )
        folder = deployment["DestinationBucketKeyPrefix"]
        referred = re.findall(r'(?:href|src)="([^"]+)"', self.answered(dev, "/nothing")["body"]["data"])
        assert {f"/{folder}/style.css", f"/{folder}/icon.svg", "/"} == set(referred)

    def test_cloudfront_takes_a_function_of_that_size(self, dev: Synthesised) -> None:
        assert len(dev.only("AWS::CloudFront::Function")["FunctionCode"].encode()) < 10_240
        assert dev.only("AWS::CloudFront::Function")["AutoPublish"] is True


class TestShutStage:
    """`direct_url` false: the function answers the CDN only."""

    def test_the_cdn_sends_a_secret_that_no_template_has(self, shut: Synthesised) -> None:
        assert sent_to_function(shut)["x-cdn-secret"] == REFERENCE
        assert json.dumps(shut.template).count("{{resolve:") == 1
        assert shut.named("AWS::SecretsManager::Secret", "ApiCdnSecret")["GenerateSecretString"] == {
            "ExcludePunctuation": True,
            "GenerateStringKey": "cdn",
            "PasswordLength": 48,
            "SecretStringTemplate": "{}",
        }

    def test_no_output_or_file_of_the_page_names_it(self, shut: Synthesised) -> None:
        assert "CdnSecret" not in json.dumps(shut.template["Outputs"])
        deployments = json.dumps(shut.of_type("Custom::CDKBucketDeployment"))
        assert "CdnSecret" not in deployments
        assert "CdnSecret" not in shut.only("AWS::CloudFront::Function")["FunctionCode"]

    def test_the_function_reads_that_secret_and_its_keys_and_no_other(self, shut: Synthesised) -> None:
        variable = shut.function["Environment"]["Variables"]["CDN_SECRET_ARN"]
        assert flat(variable) == "<ApiCdnSecret20FE9430>"
        (reads,) = (item for item in statements(shut, "ApiRole") if "secretsmanager" in json.dumps(item["Action"]))
        assert reads["Action"] == "secretsmanager:GetSecretValue"
        assert {flat(item) for item in reads["Resource"]} == {"<ApiApiKeys4E4316BE>", "<ApiCdnSecret20FE9430>"}

    @pytest.mark.parametrize("stage", ["dev", "prod", "us", "changed"])
    def test_elsewhere_there_is_neither(self, stage: str, synthesise: Synthesise) -> None:
        assert "CdnSecret" not in json.dumps(synthesise(stage).template)
        assert "CDN_SECRET_ARN" not in synthesise(stage).function["Environment"]["Variables"]
