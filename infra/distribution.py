"""The CDN: before the page only, or before the page and the API, which then have one address."""

from collections.abc import Mapping, Sequence
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk.aws_certificatemanager import Certificate
from aws_cdk.aws_cloudfront import (
    AllowedMethods,
    BehaviorOptions,
    CachePolicy,
    Distribution,
    ErrorResponse,
    Function,
    FunctionAssociation,
    FunctionCode,
    FunctionEventType,
    FunctionRuntime,
    HeadersReferrerPolicy,
    HttpVersion,
    OriginRequestPolicy,
    ResponseCustomHeader,
    ResponseCustomHeadersBehavior,
    ResponseHeadersContentSecurityPolicy,
    ResponseHeadersContentTypeOptions,
    ResponseHeadersPolicy,
    ResponseHeadersReferrerPolicy,
    ResponseHeadersStrictTransportSecurity,
    ResponseSecurityHeadersBehavior,
    S3OriginAccessControl,
    SecurityPolicyProtocol,
    ViewerProtocolPolicy,
)
from aws_cdk.aws_cloudfront_origins import FunctionUrlOrigin, S3BucketOrigin
from aws_cdk.aws_s3 import IBucket
from constructs import Construct

from infra import cdn, cdn_secret
from infra.firewall import firewall
from infra.missing_page import answer_missing
from infra.security_headers import HSTS_SECONDS, preview_headers, security_headers
from infra.settings import Settings
from infra.streaming_api import StreamingApi

# CloudFront has a field for each of these headers, and refuses them as custom headers.
_HAS_A_FIELD = {
    "content-security-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
}
_KEEP_CONNECTION_SECONDS = 60  # to the function URL: most requests then need no new TLS handshake


def of_page(
    scope: Construct, *, settings: Settings, bucket: IBucket, api_origin: str, missing: str
) -> Distribution:
    """The page only; it calls the API at `api_origin`. What it does not have is a 404 with the file `missing`."""
    page, preview = _page(scope, bucket, api_origin)
    return _distribution(
        scope,
        settings,
        comment="claude-stream: the chat page",
        default_behavior=page,
        additional_behaviors={cdn.PREVIEW_PATH: preview},
        # The bucket may not be listed, so S3 answers 403 for a file that it does not have.
        error_responses=[
            ErrorResponse(
                http_status=status, response_http_status=404, response_page_path=missing, ttl=Duration.seconds(10)
            )
            for status in (403, 404)
        ],
    )


def of_page_and_api(  # noqa: PLR0913
    scope: Construct,
    *,
    settings: Settings,
    bucket: IBucket,
    api: StreamingApi,
    entrance: Sequence[str],
    missing: str,
) -> Distribution:
    """The page, and the API at the paths of cdn.py. `entrance`: the page's files at the top; `missing`: its 404."""
    function = Function(
        scope,
        "Missing",
        code=FunctionCode.from_inline(
            answer_missing(entrance=entrance, html=missing, headers=security_headers(None))
        ),
        runtime=FunctionRuntime.JS_2_0,
        comment="404 for paths that the chat page does not have",
    )
    at_request = FunctionAssociation(function=function, event_type=FunctionEventType.VIEWER_REQUEST)
    page, preview = _page(scope, bucket, None, function_associations=[at_request])
    return _distribution(
        scope,
        settings,
        comment="claude-stream: the chat page and the API",
        default_behavior=page,
        additional_behaviors={**dict.fromkeys(cdn.API_PATHS, _api(api)), cdn.PREVIEW_PATH: preview},
    )


def _distribution(scope: Construct, settings: Settings, **more: Any) -> Distribution:
    """With the stage's firewall and domain; only with a certificate of its own has it a choice of TLS versions."""
    if settings.waf:
        more["web_acl_id"] = firewall(scope).attr_arn
    if settings.domain:
        more["domain_names"] = [settings.domain.name]
        more["certificate"] = Certificate.from_certificate_arn(
            scope, "Certificate", settings.domain.certificate_arn
        )
        more["minimum_protocol_version"] = SecurityPolicyProtocol.TLS_V1_2_2025
    return Distribution(
        scope, "Distribution", default_root_object="index.html", http_version=HttpVersion.HTTP2_AND_3, **more
    )


def _page(
    scope: Construct, bucket: IBucket, api_origin: str | None, **more: Any
) -> tuple[BehaviorOptions, BehaviorOptions]:
    """The bucket's files: the page, and the frame of its previews, which differs in its headers only."""
    access = S3OriginAccessControl(scope, "Access", origin_access_control_name=_name_in_account(scope))
    origin = S3BucketOrigin.with_origin_access_control(bucket, origin_access_control=access)

    def files(headers: ResponseHeadersPolicy) -> BehaviorOptions:
        return BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            response_headers_policy=headers,
            **more,
        )

    name = _name_in_account(scope)
    return (
        files(_headers_policy(scope, "Headers", name, security_headers(api_origin))),
        files(_headers_policy(scope, "PreviewHeaders", f"{name}-preview", preview_headers())),
    )


def _api(api: StreamingApi) -> BehaviorOptions:
    """Each request as it came but for its Host, by which a function URL knows itself; each piece at once.

    Plain HTTP is refused, not redirected: whoever sends a key that way should notice.
    """
    secret = {cdn.SECRET_HEADER: cdn_secret.reference(api.cdn_secret)} if api.cdn_secret else {}
    return BehaviorOptions(
        origin=FunctionUrlOrigin(
            api.url,
            read_timeout=Duration.seconds(cdn.READ_TIMEOUT_SECONDS),
            keepalive_timeout=Duration.seconds(_KEEP_CONNECTION_SECONDS),
            custom_headers={cdn.WAITS_HEADER: str(cdn.READ_TIMEOUT_SECONDS), **secret},
        ),
        allowed_methods=AllowedMethods.ALLOW_ALL,
        cache_policy=CachePolicy.CACHING_DISABLED,
        compress=False,  # compressing collects
        origin_request_policy=OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewer_protocol_policy=ViewerProtocolPolicy.HTTPS_ONLY,
    )


def _name_in_account(scope: Construct) -> str:
    """CloudFront's names are global: without the region in them, a stage could be in one region only."""
    stack = Stack.of(scope)
    return f"{stack.stack_name}-{stack.region}"


def _headers_policy(
    scope: Construct, construct_id: str, name: str, headers: Mapping[str, str]
) -> ResponseHeadersPolicy:
    """security_headers.py's, as CloudFront takes them: some have a field of their own, and no other way in.

    tests/infra/test_page_template.py checks that the two agree.
    """
    return ResponseHeadersPolicy(
        scope,
        construct_id,
        response_headers_policy_name=name,
        security_headers_behavior=ResponseSecurityHeadersBehavior(
            content_security_policy=ResponseHeadersContentSecurityPolicy(
                content_security_policy=headers["content-security-policy"], override=True
            ),
            strict_transport_security=ResponseHeadersStrictTransportSecurity(
                access_control_max_age=Duration.seconds(HSTS_SECONDS), include_subdomains=False, override=True
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
