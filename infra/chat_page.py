"""The chat page: a private bucket, the files and their config.json; distribution.py has the CDN before it."""

from pathlib import Path

from aws_cdk import RemovalPolicy, Stack
from aws_cdk.aws_iam import Role, ServicePrincipal
from aws_cdk.aws_logs import LogGroup
from aws_cdk.aws_s3 import BlockPublicAccess, Bucket, BucketEncryption, CfnBucket
from aws_cdk.aws_s3_deployment import BucketDeployment, CacheControl, ISource, Source
from constructs import Construct

from infra import page_files
from infra.distribution import of_page, of_page_and_api
from infra.domain_records import domain_records
from infra.emptying import keep_its_logs_in
from infra.log_group import log_group, may_write
from infra.page_config import OWN_ORIGIN, page_config
from infra.page_versions import PageVersions
from infra.settings import Settings
from infra.streaming_api import StreamingApi

_WEB = Path(__file__).resolve().parent.parent / "web"
_ENTRANCE, _MISSING, _CONFIG = "index.html", "404.html", "config.json"
_AT_TOP = (_ENTRANCE, _CONFIG, page_files.WORKER)  # all else lies in a version's folder


class ChatPage(Construct):
    """The page in web/, talking to `api`: at the page's own address, or at the API's."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, api: StreamingApi) -> None:
        super().__init__(scope, construct_id)
        page_files.check_libraries(_WEB)
        self._settings = settings
        self._folder = page_files.version(_WEB)
        self.bucket = _bucket(self)
        if settings.api_behind_cdn:
            self.distribution = of_page_and_api(
                self,
                settings=settings,
                bucket=self.bucket,
                api=api,
                entrance=_AT_TOP,
                missing=self._html(_MISSING),
            )
        else:
            self.distribution = of_page(
                self, settings=settings, bucket=self.bucket, api_origin=api.address, missing=f"/{_MISSING}"
            )
        if settings.domain and settings.domain.hosted_zone_id:
            domain_records(self, settings.domain, self.distribution)
        self._logs = log_group(self, "DeploymentLogs", settings=settings, removal=RemovalPolicy.DESTROY)
        keep_its_logs_in(log_group(self, "EmptyingLogs", settings=settings, removal=RemovalPolicy.DESTROY))
        self.deployment_role = _deployment_role(self, self._logs)
        self._deploy(api)

    @property
    def bucket_logical_id(self) -> str:
        bucket = self.bucket.node.default_child
        assert isinstance(bucket, CfnBucket)
        return Stack.of(self).get_logical_id(bucket)

    @property
    def address(self) -> str:
        """The page's origin."""
        domain = self._settings.domain
        return f"https://{domain.name if domain else self.distribution.distribution_domain_name}"

    @property
    def url(self) -> str:
        return f"{self.address}/"

    def _deploy(self, api: StreamingApi) -> None:
        """In this order, so that index.html never refers to files that are not there yet, or not any more."""

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

        exclude = [*page_files.NOT_SERVED, _ENTRANCE, _MISSING, page_files.WORKER]
        files = deploy(
            "Files", [Source.asset(str(_WEB), exclude=exclude)], "public, max-age=31536000, immutable", self._folder
        )
        entrance = deploy("Entrance", self._entrance(api), "no-cache")
        entrance.node.add_dependency(files)
        versions = PageVersions(
            self, "Versions", bucket=self.bucket, current=self._folder, role=self.deployment_role, logs=self._logs
        )
        versions.node.add_dependency(entrance)

    def _entrance(self, api: StreamingApi) -> list[ISource]:
        """The files that a browser asks for first, and must always get in their current version."""
        behind_cdn = self._settings.api_behind_cdn
        config = page_config(
            function_url=OWN_ORIGIN if behind_cdn else api.address,
            models=self._settings.models,
            max_tokens=self._settings.default_max_tokens,
            most_tokens=self._settings.max_tokens,
            prices=self._settings.prices,
            keep_answers_minutes=self._settings.keep_answers_minutes,
        )
        pages = [_ENTRANCE] if behind_cdn else [_ENTRANCE, _MISSING]
        return [
            Source.json_data(_CONFIG, config),
            Source.data(page_files.WORKER, page_files.worker(self._folder, _WEB)),
            *(Source.data(name, self._html(name)) for name in pages),
        ]

    def _html(self, name: str) -> str:
        return page_files.refer_to(self._folder, (_WEB / name).read_text("utf-8"), _WEB)


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
