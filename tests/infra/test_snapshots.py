"""Each stage's whole template against the one on record: a change nobody meant shows as a diff.

UPDATE_SNAPSHOTS=1 records them again; what must hold whatever changes is in test_template.py.
"""

import difflib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.infra.conftest import CONTEXT, Synthesise

SNAPSHOTS = Path(__file__).parent / "snapshots"


def readable(template: dict[str, Any]) -> str:
    """The template as stable text; what depends only on the files' content is masked."""
    text = json.dumps(template)
    text = re.sub(r"\b[0-9a-f]{64}\b", "<asset>", text)
    text = re.sub(r'("(?:DestinationBucketKeyPrefix|Current)": )"[0-9a-f]{12}"', r'\1"<version>"', text)
    text = re.sub(r'(=\\+"/)[0-9a-f]{12}/', r"\1<version>/", text)
    text = re.sub(r'("aws-cdk:cr-owned:)[0-9a-f]{12}(:[0-9a-f]{8}")', r"\1<version>\2", text)
    return json.dumps(json.loads(text, object_hook=tags_in_order), indent=1, sort_keys=True) + "\n"


def tags_in_order(part: dict[str, Any]) -> dict[str, Any]:
    """Sorts tags after masking: the CDK sorts them by keys that change with the content."""
    if isinstance(part.get("Tags"), list):
        part["Tags"].sort(key=lambda tag: json.dumps(tag, sort_keys=True))
    return part


@pytest.mark.parametrize("stage", [*CONTEXT["stages"], "changed", "us", "shut"])
def test_the_template_is_the_one_on_record(stage: str, synthesise: Synthesise) -> None:
    file = SNAPSHOTS / f"{stage}.json"
    found = readable(synthesise(stage).template)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(found)
    recorded = file.read_text() if file.exists() else ""
    if found != recorded:
        lines = difflib.unified_diff(
            recorded.splitlines(), found.splitlines(), f"recorded/{stage}", f"found/{stage}", lineterm="", n=6
        )
        pytest.fail(
            "\n".join(["the template has changed; if you meant it: UPDATE_SNAPSHOTS=1 make test", *lines]),
            pytrace=False,
        )


def test_what_follows_from_the_files_content_is_masked() -> None:
    assert "ab" * 32 not in readable({"S3Key": "ab" * 32 + ".zip"})
    assert "0123456789ab" not in readable({"DestinationBucketKeyPrefix": "0123456789ab"})
    assert "0123456789ab" not in readable({"Current": "0123456789ab"})
    assert "0123456789ab" not in readable({"FunctionCode": json.dumps('<link href="/0123456789ab/style.css">')})
    assert "0123456789ab" not in readable({"Key": "aws-cdk:cr-owned:0123456789ab:1283a7c0"})
    versions = [f"aws-cdk:cr-owned:{version}:1283a7c0" for version in ("0123456789ab", "f123456789ab")]
    other = "aws-cdk:cr-owned:53d00551"
    one, another = (readable({"Tags": [{"Key": key} for key in sorted([version, other])]}) for version in versions)
    assert one == another
