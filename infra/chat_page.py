"""The chat page: a private bucket, its CDN, the security headers, the files and their config.json."""

from pathlib import Path

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk.aws_cloudfront import (
    BehaviorOptions,
    Distribution,
    ErrorResponse,
    HeadersReferrerPolicy,
    HttpVersion,
    ResponseCustomHeader,
    ResponseCustomHeadersBehavior,
    ResponseHeadersContentSecurityPolicy,
    ResponseHeadersContentTypeOptions,
    ResponseHeadersPolicy,
    ResponseHeadersReferrerPolicy,
    ResponseHeadersStrictTransportSecurity,
    ResponseSecurityHeadersBehavior,
    S3OriginAccessControl,
    ViewerProtocolPolicy,
)
from aws_cdk.aws_cloudfront_origins import S3BucketOrigin
from aws_cdk.aws_iam import Role, ServicePrincipal
from aws_cdk.aws_logs import LogGroup
from aws_cdk.aws_s3 import BlockPublicAccess, Bucket, BucketEncryption, CfnBucket
from aws_cdk.aws_s3_deployment import BucketDeployment, CacheControl, ISource, Source
from constructs import Construct

from infra import page_files
from infra.emptying import keep_its_logs_in
from infra.log_group import log_group, may_write
from infra.page_config import page_config
from infra.page_versions import PageVersions
from infra.security_headers import HSTS_SECONDS, security_headers
from infra.settings import Settings

_WEB = Path(__file__).resolve().parent.parent / "web"
_ENTRANCES = ("index.html", "404.html")
# CloudFront has a field for each of these headers, and refuses them as custom headers.
_HAS_A_FIELD = {
    "content-security-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
}


class ChatPage(Construct):
    """The page in web/, talking to `function_url`."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, function_url: str) -> None:
        super().__init__(scope, construct_id)
        page_files.check_libraries(_WEB)
        self.bucket = _bucket(self)
        self.distribution = _distribution(self, self.bucket, function_url)
        self._logs = log_group(self, "DeploymentLogs", settings=settings, removal=RemovalPolicy.DESTROY)
        keep_its_logs_in(log_group(self, "EmptyingLogs", settings=settings, removal=RemovalPolicy.DESTROY))
        self.deployment_role = _deployment_role(self, self._logs)
        self._deploy(settings, function_url)

    @property
    def bucket_logical_id(self) -> str:
        bucket = self.bucket.node.default_child
        assert isinstance(bucket, CfnBucket)
        return Stack.of(self).get_logical_id(bucket)

    @property
    def url(self) -> str:
        return f"https://{self.distribution.distribution_domain_name}/"

    def _deploy(self, settings: Settings, function_url: str) -> None:
        """In this order, so that index.html never refers to files that are not there yet, or not any more."""
        folder = page_files.version(_WEB)

        def deploy(name: str, sources: list[ISource], cache: str, prefix: str | None = None) -> BucketDeployment:
            return BucketDeployment(
                self,
                name,
                destination_bucket=self.bucket,
                destination_key_prefix=prefix,
                sources=sources,
                cache_control=[CacheControl.from_string(cache)],
                prune=False,  # open pages still need the previous version (page_versions.py)
                memory_limit=256,  # it runs the AWS command line, for which the default of 128 MB is tight
                log_group=self._logs,
                role=self.deployment_role,
            )

        exclude = [*page_files.NOT_SERVED, *_ENTRANCES, page_files.WORKER]
        files = deploy(
            "Files", [Source.asset(str(_WEB), exclude=exclude)], "public, max-age=31536000, immutable", folder
        )
        entrance = deploy("Entrance", _entrance(settings, function_url, folder), "no-cache")
        entrance.node.add_dependency(files)
        versions = PageVersions(
            self, "Versions", bucket=self.bucket, current=folder, role=self.deployment_role, logs=self._logs
        )
        versions.node.add_dependency(entrance)


def _entrance(settings: Settings, function_url: str, folder: str) -> list[ISource]:
    """The files that a browser asks for first, and must always get in their current version."""
    config = page_config(
        function_url=function_url,
        models=settings.models,
        max_tokens=settings.default_max_tokens,
        prices=settings.prices,
        keep_answers_minutes=settings.keep_answers_minutes,
    )
    pages = {name: (_WEB / name).read_text("utf-8") for name in _ENTRANCES}
    return [
        Source.json_data("config.json", config),
        Source.data(page_files.WORKER, page_files.worker(folder, _WEB)),
        *(Source.data(name, page_files.refer_to(folder, html, _WEB)) for name, html in pages.items()),
    ]


def _bucket(scope: Construct) -> Bucket:
    """Deleted with the stack, whatever the stage's removal policy: it holds copies of this repository's files."""
    return Bucket(
        scope,
        "Bucket",
        block_public_access=BlockPublicAccess.BLOCK_ALL,
        encryption=BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        removal_policy=RemovalPolicy.DESTROY,
        auto_delete_objects=True,
    )


def _deployment_role(scope: Construct, logs: LogGroup) -> Role:
    """The role without the CDK's managed policy, which would let it write to every log group."""
    return Role(
        scope,
        "DeploymentRole",
        assumed_by=ServicePrincipal("lambda.amazonaws.com"),
        description="Copies the chat page's files into its bucket, and deletes old ones there",
        inline_policies={"logs": may_write(logs)},
    )


def _distribution(scope: Construct, bucket: Bucket, function_url: str) -> Distribution:
    return Distribution(
        scope,
        "Distribution",
        comment="claude-stream: the chat page",
        default_root_object="index.html",
        default_behavior=BehaviorOptions(
            origin=S3BucketOrigin.with_origin_access_control(
                bucket,
                origin_access_control=S3OriginAccessControl(
                    scope, "Access", origin_access_control_name=_name_in_account(scope)
                ),
            ),
            viewer_protocol_policy=ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            response_headers_policy=_headers_policy(scope, function_url),
        ),
        # The bucket may not be listed, so S3 answers 403 for a file that it does not have.
        error_responses=[
            ErrorResponse(
                http_status=status,
                response_http_status=404,
                response_page_path="/404.html",
                ttl=Duration.seconds(10),
            )
            for status in (403, 404)
        ],
        http_version=HttpVersion.HTTP2_AND_3,
    )


def _name_in_account(scope: Construct) -> str:
    """CloudFront's names are global: without the region in them, a stage could be in one region only."""
    stack = Stack.of(scope)
    return f"{stack.stack_name}-{stack.region}"


def _headers_policy(scope: Construct, function_url: str) -> ResponseHeadersPolicy:
    """security_headers() as CloudFront takes them: some have a field of their own and can be sent in no other way.

    tests/infra/test_page_template.py checks that the two agree.
    """
    headers = security_headers(function_url)
    return ResponseHeadersPolicy(
        scope,
        "Headers",
        response_headers_policy_name=_name_in_account(scope),
        security_headers_behavior=ResponseSecurityHeadersBehavior(
            content_security_policy=ResponseHeadersContentSecurityPolicy(
                content_security_policy=headers["content-security-policy"], override=True
            ),
            strict_transport_security=ResponseHeadersStrictTransportSecurity(
                access_control_max_age=Duration.seconds(HSTS_SECONDS), include_subdomains=True, override=True
            ),
            content_type_options=ResponseHeadersContentTypeOptions(override=True),
            referrer_policy=ResponseHeadersReferrerPolicy(
                referrer_policy=HeadersReferrerPolicy.NO_REFERRER, override=True
            ),
        ),
        custom_headers_behavior=ResponseCustomHeadersBehavior(
            custom_headers=[
                ResponseCustomHeader(header=name, value=value, override=True)
                for name, value in headers.items()
                if name not in _HAS_A_FIELD
            ]
        ),
    )
