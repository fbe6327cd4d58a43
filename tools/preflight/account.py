"""The account and region that are looked at: clients that give up soon, and answers that several checks need."""

from functools import cache, cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# A preflight comes before the work itself, so it waits for no service for long.
_CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"total_max_attempts": 3, "mode": "standard"},
    parameter_validation=True,
)


class Account:
    def __init__(self, region: str) -> None:
        self.region = region
        self.client = cache(self._client)
        self.availability = cache(self.ask_availability)

    def _client(self, service: str) -> Any:
        return boto3.client(service, region_name=self.region, config=_CONFIG)

    def ask_availability(self, foundation_model: str) -> dict[str, Any]:
        """Asks GetFoundationModelAvailability again; `availability` keeps the first answer.

        https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html
        """
        found: dict[str, Any] = self.client("bedrock").get_foundation_model_availability(modelId=foundation_model)
        return found

    @cached_property
    def form_is_sent(self) -> bool:
        """Whether Anthropic's usage form has been sent in from this account."""
        try:
            return bool(self.client("bedrock").get_use_case_for_model_access()["formData"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return False
            raise

    @cached_property
    def bedrock_quotas(self) -> list[dict[str, Any]]:
        """All of Bedrock's quotas that were applied to this account."""
        pages = self.client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode="bedrock")
        return [quota for page in pages for quota in page["Quotas"]]

    @property
    def model_catalog(self) -> str:
        """The page of Bedrock's console with the models and Anthropic's usage form."""
        return f"https://{self.region}.console.aws.amazon.com/bedrock/home?region={self.region}#/model-catalog"
