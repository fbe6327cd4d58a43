"""The deployed CDN with the emulated function behind it: MiniStack runs no exec wrapper, so its own cannot answer.

Only where the API's origin is changes; the deployed paths, policies, headers and time-outs are what is asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.deploy.account import Account
from tests.deploy.observed import Observed

PATHS = ("/", "/healthz", "/v1/models", "/v1/nothing", "/no-such-page")


def visit(account: Account, deployed: Observed, function_url: str, key: str) -> dict[str, httpx.Response]:
    """What the CDN's one address answers with a key, by path; `no key` and `wrong key` are of /v1/models."""
    with _leading_to(account, deployed, function_url):
        answers = {path: account.get(path, deployed.host, headers={"x-api-key": key}) for path in PATHS}
        answers["no key"] = account.get("/v1/models", deployed.host)
        answers["wrong key"] = account.get("/v1/models", deployed.host, headers={"x-api-key": f"{key}x"})
    return answers


@contextmanager
def _leading_to(account: Account, deployed: Observed, function_url: str) -> Iterator[None]:
    cloudfront, distribution = account.client("cloudfront"), deployed.named("PageDistribution")

    def change(config: dict[str, Any]) -> None:
        tag = cloudfront.get_distribution_config(Id=distribution)["ETag"]
        cloudfront.update_distribution(Id=distribution, IfMatch=tag, DistributionConfig=config)

    there = urlsplit(function_url)
    config = cloudfront.get_distribution_config(Id=distribution)["DistributionConfig"]
    (origin,) = (item for item in config["Origins"]["Items"] if "CustomOriginConfig" in item)
    # CloudFront adds the usual ports where a template names none; MiniStack does not, and boto3 wants them.
    deployed_origin = {"HTTPPort": 80, "HTTPSPort": 443, **origin["CustomOriginConfig"]}, origin["DomainName"]
    here = {**deployed_origin[0], "HTTPPort": there.port, "OriginProtocolPolicy": "http-only"}, there.hostname
    origin["CustomOriginConfig"], origin["DomainName"] = here
    change(config)
    try:
        yield
    finally:
        origin["CustomOriginConfig"], origin["DomainName"] = deployed_origin
        change(config)
