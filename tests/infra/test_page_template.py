"""What must hold of the page in the template: who may read it, what it may reach, which of its files are there."""

import json
import re
from typing import Any

import pytest

from infra import cdn
from infra.security_headers import preview_headers, security_headers
from infra.thinking import thinking_table
from tests.infra.conftest import Synthesise, Synthesised, settings_of
from tests.infra.reading import ADDRESS, flat


def headers_of(made: Synthesised, part: str) -> dict[str, str]:
    """The headers that a policy of the CDN adds, by lower-case name."""
    config = made.named("AWS::CloudFront::ResponseHeadersPolicy", part)["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    transport = security["StrictTransportSecurity"]
    return {item["Header"]: item["Value"] for item in config["CustomHeadersConfig"]["Items"]} | {
        "content-security-policy": flat(security["ContentSecurityPolicy"]["ContentSecurityPolicy"]),
        "referrer-policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "strict-transport-security": f"max-age={transport['AccessControlMaxAgeSec']}"
        + ("; includeSubDomains" if transport["IncludeSubdomains"] else ""),
        "x-content-type-options": "nosniff" if security["ContentTypeOptions"] else "",
    }


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

    @pytest.mark.parametrize(("stage", "reached"), [("dev", "'self'"), ("us", f"'self' {ADDRESS}")])
    def test_the_csp_lets_it_reach_the_api_and_nothing_else(
        self, stage: str, reached: str, synthesise: Synthesise
    ) -> None:
        csp = headers_of(synthesise(stage), "PageHeaders")["content-security-policy"]
        directives = dict(item.split(" ", 1) for item in csp.split("; "))
        assert directives["connect-src"] == reached
        assert directives["default-src"] == "'none'"
        assert directives["script-src"] == "'self'"

    @pytest.mark.parametrize("stage", ["dev", "us"])
    def test_the_frame_of_previews_has_headers_of_its_own_and_nothing_else_has_them(
        self, stage: str, synthesise: Synthesise
    ) -> None:
        made = synthesise(stage)
        assert headers_of(made, "PagePreviewHeaders") == preview_headers()
        config = made.only("AWS::CloudFront::Distribution")["DistributionConfig"]
        page, preview = config["DefaultCacheBehavior"], config["CacheBehaviors"][-1]
        differing = {name for name in preview if preview[name] != page.get(name)}
        assert differing == {"PathPattern", "ResponseHeadersPolicyId"}
        assert preview["PathPattern"] == cdn.PREVIEW_PATH
        assert preview["ResponseHeadersPolicyId"]["Ref"].startswith("PagePreviewHeaders")
        folder = made.named("Custom::CDKBucketDeployment", "PageFiles")["DestinationBucketKeyPrefix"]
        assert cdn.is_preview(f"/{folder}/preview/frame.html")
        assert not cdn.is_preview(f"/{folder}/view/preview.js")

    def test_every_security_header_of_the_local_page_is_sent(self, dev: Synthesised) -> None:
        assert headers_of(dev, "PageHeaders") == security_headers(None)
        behaviour = dev.only("AWS::CloudFront::Distribution")["DistributionConfig"]["DefaultCacheBehavior"]
        assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "PageHeadersE755A92A"}

    def test_it_is_compressed_and_speaks_http_2_and_3(self, dev: Synthesised) -> None:
        distribution = dev.only("AWS::CloudFront::Distribution")["DistributionConfig"]
        assert distribution["HttpVersion"] == "http2and3"
        assert distribution["DefaultCacheBehavior"]["Compress"] is True

    def test_what_is_missing_is_a_404_with_a_page(self, us: Synthesised) -> None:
        """Where the API is behind the CDN too, test_cdn_template.py says how."""
        errors = us.only("AWS::CloudFront::Distribution")["DistributionConfig"]["CustomErrorResponses"]
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
            file.relative_to(folder).as_posix(): file.read_text(errors="replace")  # pictures too
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

    def test_all_that_the_entrance_refers_to_is_there(self, us: Synthesised) -> None:
        folder = self.deployment(us, "Files")["DestinationBucketKeyPrefix"]
        there = {f"/{folder}/{name}" for name in self.contents(us, "Files")}
        entrance = self.contents(us, "Entrance")
        referred = {
            name
            for page in ("index.html", "404.html")
            for name in re.findall(r'<(?:link|script|img)[^>]*?(?:href|src)="([^"]+)"', entrance[page])
        }
        assert f"/{folder}/main.js" in referred
        assert referred <= there | {"config.json"}, "which stands beside them, as it has no versions"

    @pytest.mark.parametrize(
        ("stage", "expected"),
        [
            ("dev", {"index.html", "config.json", "sw.js"}),
            ("us", {"index.html", "404.html", "config.json", "sw.js"}),
        ],
    )
    def test_nothing_is_there_twice_or_without_use(
        self, stage: str, expected: set[str], synthesise: Synthesise
    ) -> None:
        made = synthesise(stage)
        files, entrance = set(self.contents(made, "Files")), set(self.contents(made, "Entrance"))
        assert entrance == expected
        assert not files & entrance
        assert {"main.js", "style.css", "vendor/eventsource-parser/index.js"} <= files
        assert not [name for name in files if name.endswith(".d.ts")]

    def config(self, made: Synthesised) -> dict[str, Any]:
        """config.json as it will be in the bucket."""
        text = self.contents(made, "Entrance")["config.json"]
        for markers in self.deployment(made, "Entrance").get("SourceMarkers", []):
            for marker, value in markers.items():  # as the deployment does
                text = text.replace(marker, flat(value))
        found: dict[str, Any] = json.loads(text)
        return found

    def test_config_json_tells_the_page_where_to_ask(self, dev: Synthesised, us: Synthesised) -> None:
        settings = settings_of("dev")
        config = self.config(dev)
        assert set(config.pop("prices")["models"]) == set(settings.models)
        assert config == {
            "functionUrl": "/",
            "model": settings.models[0],
            "models": list(settings.models),
            "maxTokens": 4096,
            "mostTokens": settings.max_tokens,
            "thinking": thinking_table(settings.models),
            "keepAnswersMinutes": settings.keep_answers_minutes,
        }
        assert self.config(us)["functionUrl"] == ADDRESS

    def test_old_versions_go_when_the_new_one_is_in_place_and_not_before(self, dev: Synthesised) -> None:
        resources = dev.template["Resources"]
        (versions,) = (item for item in resources.values() if item["Type"] == "Custom::PageVersions")
        folder = self.deployment(dev, "Files")["DestinationBucketKeyPrefix"]
        assert (versions["Properties"]["Bucket"], versions["Properties"]["Current"]) == (
            {"Ref": "PageBucket8A4EC83F"},
            folder,
        )
        assert [name for name in versions["DependsOn"] if name.startswith("PageEntranceCustomResource")]

    def test_nothing_expires_by_age(self, dev: Synthesised) -> None:
        """A rule by age would take away a current version that nobody has changed for long."""
        assert "LifecycleConfiguration" not in dev.only("AWS::S3::Bucket")
