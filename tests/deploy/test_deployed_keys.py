"""API keys of a deployed stage: the first key, a rotated key, a revoked key."""

import json
import re

from tests.deploy.observed import Observed
from tests.deploy.steps import Conversation, Revocation
from tools.cloud.keys import REVOKED_AT


class TestKeys:
    def test_the_secret_holds_one_long_key(self, deployed: Observed) -> None:
        secret = json.loads(deployed.secret["SecretString"])
        assert list(secret) == ["default"]
        assert len(secret["default"]) == 48

    def test_make_key_prints_it_and_nothing_else(self, deployed: Observed, conversation: Conversation) -> None:
        assert conversation.shown.status == 0, conversation.shown.said
        assert conversation.shown.out == json.loads(deployed.secret["SecretString"])["default"] + "\n"

    def test_make_rotate_key_makes_another(self, conversation: Conversation) -> None:
        assert conversation.rotated.status == 0, conversation.rotated.said
        old, new = conversation.shown.out.strip(), conversation.shown_afterwards.out.strip()
        assert re.fullmatch(r"[A-Za-z0-9]{48}", new)
        assert conversation.secret == {
            "AWSCURRENT": json.dumps({"default": new}),
            "AWSPREVIOUS": json.dumps({"default": old}),
        }
        assert new not in conversation.rotated.said

    def test_the_old_key_still_works(self, conversation: Conversation) -> None:
        assert conversation.statuses_afterwards == {"new": 200, "old": 200, "wrong": 401}


class TestRevokedKey:
    def test_neither_version_of_the_secret_has_it(self, revoked: Revocation) -> None:
        assert revoked.ran.status == 0, revoked.ran.said
        secret = " ".join(revoked.secret.values())
        assert revoked.keys["new"] in secret
        assert revoked.keys["current"] not in secret
        assert revoked.keys["previous"] not in secret

    def test_a_new_environment_refuses_it(self, revoked: Revocation) -> None:
        assert revoked.statuses == {"current": 401, "previous": 401, "new": 200}

    def test_every_environment_is_a_new_one(self, revoked: Revocation, updated: Observed) -> None:
        """Lambda replaces environments when a variable changes; the other variables are unchanged."""
        was = updated.function["Environment"]["Variables"]
        assert revoked.variables == was | {REVOKED_AT: revoked.variables[REVOKED_AT]}
        assert REVOKED_AT not in was

    def test_no_key_is_printed(self, revoked: Revocation) -> None:
        assert not any(key in revoked.ran.said for key in revoked.keys.values())
