"""Runs in AWS at the end of a deployment: deletes the page's versions but the current one and the one before it.

Handler of a CloudFormation custom resource with the properties Bucket and Current: the current version's folder.
An update passes the old properties too, and with them the previous version, which open pages still need.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref.html
"""

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3

_VERSION = re.compile(r"[0-9a-f]{12}/")  # a folder as infra/page_files.py names it; nothing else is ever deleted


def handler(event: dict[str, Any], _context: Any) -> None:
    """Deletes old versions. A failure is only logged: it does not roll back a page that works."""
    try:
        if event["RequestType"] == "Update":
            current, before = (event[name]["Current"] for name in ("ResourceProperties", "OldResourceProperties"))
            prune(boto3.client("s3"), event["ResourceProperties"]["Bucket"], {f"{current}/", f"{before}/"})
    except Exception as error:
        print(json.dumps({"level": "ERROR", "message": f"old versions of the page stay: {error}"}))
    _answer(event)


def prune(s3: Any, bucket: str, survivors: set[str]) -> None:
    """Deletes the folders of all versions that are not among `survivors`."""
    for folder in _folders(s3, bucket):
        if _VERSION.fullmatch(folder) and folder not in survivors:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder):
                objects = [{"Key": item["Key"]} for item in page["Contents"]]
                s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


def _folders(s3: Any, bucket: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Delimiter="/"):
        yield from (found["Prefix"] for found in page.get("CommonPrefixes", []))


def _answer(event: dict[str, Any]) -> None:
    """Sends CloudFormation the answer that it waits for, to the signed address that it gave."""
    answer = {
        "Status": "SUCCESS",
        "PhysicalResourceId": event.get("PhysicalResourceId", "page-versions"),
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], body, {"content-type": ""}, method="PUT")  # noqa: S310
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310
