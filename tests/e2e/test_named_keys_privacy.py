"""Keys, their hashes and prompts are in no log, error or header; the table has hashes, and no key and no prompt."""

import hashlib
import json

import pytest

from emulator.aws.dynamodb import Fault
from emulator.background import Background
from tests.asking import body_of, eventually
from tests.conftest import KEY, Deploy
from tests.e2e.function_log import log_text
from tests.keyed import Keyed

PROMPT = "platypus-4711"


@pytest.fixture(scope="module")
def keyed(deploy: Deploy, background: Background) -> Keyed:
    return Keyed(deploy(with_table=True, application_log_level="TRACE"), background)


def test_nothing_of_a_key_or_a_prompt_is_written_anywhere_but_its_hash_in_the_table(keyed: Keyed) -> None:
    keys = {
        "fine": keyed.add("fine", micro_usd_per_day=10**7),
        "full": keyed.add("full", tokens_per_day=1),
        "off": keyed.add("off", disabled=True),
        "old": keyed.add("old", expires=1),
        "narrow": keyed.add("narrow", models=["global.anthropic.claude-sonnet-5-5"]),
        "unknown": {"x-api-key": "cs-" + "a" * 43 + "2SneNQ"},
        "typo": {"x-api-key": "cs-" + "a" * 43 + "2SneNR"},
        "default": {"x-api-key": KEY},
    }
    seen = []
    bodies = [body_of(PROMPT), body_of(f"/denied {PROMPT}"), body_of(f"/cut {PROMPT}", stream=True)]
    for fault in (None, Fault.CONFLICT):
        keyed.dynamodb.fault = lambda _, fault=fault: fault  # type: ignore[misc]
        for name, headers in keys.items():
            for body in bodies if fault is None else bodies[:1]:
                if fault is None or name in ("fine", "default"):
                    answer = keyed.http.post("/v1/messages", headers=headers, json=body)
                    seen.append(str(answer.headers) + ("" if answer.status_code == 200 else answer.text))
            seen.append(keyed.http.get("/v1/usage", headers=headers).text if fault is None else "")
    keyed.dynamodb.fault = lambda _: None
    assert eventually(lambda: log_text(keyed.deployment).count('"_aws"') >= 2 * len(keys))
    assert "the table cannot be used" in log_text(keyed.deployment)

    secrets = [headers["x-api-key"] for headers in keys.values()]
    hashes = [hashlib.sha256(key.encode()).hexdigest() for key in secrets]
    table = json.dumps(keyed.items())
    for place, text in (("log", log_text(keyed.deployment)), ("answers", "\n".join(seen))):
        assert [secret for secret in (*secrets, *hashes, PROMPT) if secret in text] == [], place
    assert [secret for secret in (*secrets, PROMPT) if secret in table] == []
    assert sum(key_hash in table for key_hash in hashes) == 5
