"""prune/index.py, as AWS runs it: CloudFormation's event, boto3's own S3 client, its answer to the address."""

import json
from typing import Any

import pytest

from infra.prune.index import handler
from tests.infra.s3 import Bucket, serving

ENTRANCE = {"index.html", "404.html", "config.json"}
OLDEST, BEFORE, CURRENT = "0" * 12, "b" * 12, "c0ffee123456"


def files(version: str) -> set[str]:
    return {
        f"{version}/{name}" for name in ("main.js", "style.css", "vendor/idb.js", "view/tree.js", "view/view.js")
    }


def deploy(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, request: str = "Update", current: str = CURRENT
) -> dict[str, Any]:
    """The answer that CloudFormation gets."""
    for name, value in {
        "AWS_ENDPOINT_URL_S3": bucket.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    event = {
        "RequestType": request,
        "ResponseURL": f"{bucket.url}/answer",
        "StackId": "stack",
        "RequestId": "1",
        "LogicalResourceId": "Kept",
        "PhysicalResourceId": "page-versions",
        "ResourceProperties": {"Bucket": "page", "Current": current},
        "OldResourceProperties": {"Bucket": "page", "Current": BEFORE},
    }
    handler(event, None)
    (answer,) = bucket.answers
    found: dict[str, Any] = json.loads(answer)
    return found


def test_the_current_version_and_the_one_before_stay_and_older_ones_go(monkeypatch: pytest.MonkeyPatch) -> None:
    older = files(OLDEST) | files("1" * 12) | files("f" * 12)
    with serving(Bucket(ENTRANCE | files(CURRENT) | files(BEFORE) | older)) as bucket:
        answer = deploy(bucket, monkeypatch)
    assert bucket.keys == ENTRANCE | files(CURRENT) | files(BEFORE)
    assert answer["Status"] == "SUCCESS"


@pytest.mark.parametrize("current", ["000000000000", "ffffffffffff", "5" * 12])
def test_the_current_version_stays_however_many_there_are_and_whatever_it_is_called(
    current: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {name for number in range(1, 15) for name in files(f"{number:x}" * 12)}
    with serving(Bucket(files(current) | many, page=7)) as bucket:
        deploy(bucket, monkeypatch, current=current)
    assert bucket.keys == files(current) | files(BEFORE)


def test_what_is_no_version_is_never_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {"images/cat.png", "0123456789abc/x", "0123456789a/x", "ABCDEF012345/x", "0123456789ab"}
    with serving(Bucket(files(CURRENT) | others)) as bucket:
        deploy(bucket, monkeypatch)
    assert bucket.keys == files(CURRENT) | others


@pytest.mark.parametrize("request_type", ["Create", "Delete"])
def test_at_the_first_and_at_the_last_deployment_nothing_goes(
    request_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = files(CURRENT) | files(OLDEST)
    with serving(Bucket(set(there))) as bucket:
        answer = deploy(bucket, monkeypatch, request_type)
    assert bucket.keys == there
    assert answer == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "page-versions",
        "StackId": "stack",
        "RequestId": "1",
        "LogicalResourceId": "Kept",
    }


def test_a_failure_is_logged_and_does_not_take_the_deployment_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(Bucket(files(CURRENT) | files(OLDEST))) as bucket:
        monkeypatch.setattr(bucket, "listed", lambda *_: "no XML")
        answer = deploy(bucket, monkeypatch)
    assert answer["Status"] == "SUCCESS"
    line = json.loads(capsys.readouterr().out)
    assert line["level"] == "ERROR"
    assert line["message"].startswith("old versions of the page stay: ")
