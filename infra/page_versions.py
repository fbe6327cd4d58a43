"""Deletes old versions of the page: of the bucket's version folders, the current one and the one before it stay.

S3 has no rule for that. A lifecycle rule by age would delete a current version that nobody has changed for long,
and one by prefix or tag would have to name versions that only the next deployment makes old. So each deployment
ends with a small function, prune/index.py, to which CloudFormation gives both names.
"""

from pathlib import Path

from aws_cdk import CustomResource, Duration
from aws_cdk.aws_iam import IRole
from aws_cdk.aws_lambda import Architecture, Code, Function, LoggingFormat, Runtime
from aws_cdk.aws_logs import ILogGroup
from aws_cdk.aws_s3 import IBucket
from constructs import Construct

_CODE = Path(__file__).resolve().parent / "prune"


class PageVersions(Construct):
    """Prunes `bucket` whenever `current` changes; `role` may list and delete there, and write to `logs`."""

    def __init__(  # noqa: PLR0913
        self, scope: Construct, construct_id: str, *, bucket: IBucket, current: str, role: IRole, logs: ILogGroup
    ) -> None:
        super().__init__(scope, construct_id)
        function = Function(
            self,
            "Prune",
            description="Deletes the chat page's versions but the last two, at the end of a deployment",
            runtime=Runtime.PYTHON_3_14,
            architecture=Architecture.ARM_64,
            code=Code.from_asset(str(_CODE), exclude=["**/__pycache__"]),
            handler="index.handler",
            memory_size=256,
            timeout=Duration.minutes(2),
            role=role,
            log_group=logs,
            logging_format=LoggingFormat.JSON,
        )
        CustomResource(
            self,
            "Kept",
            resource_type="Custom::PageVersions",
            service_token=function.function_arn,
            service_timeout=Duration.minutes(5),
            properties={"Bucket": bucket.bucket_name, "Current": current},
        )
