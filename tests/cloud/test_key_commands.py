"""`make key-add` and the other commands of named keys, against an emulated account's DynamoDB."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from claude_stream.accounts import key_format, schema
from tests.cloud.account_in_memory import answer
from tests.cloud.deployed_stage import HAIKU, Stage

pytestmark = pytest.mark.xdist_group("account_with_a_stage")


class TestAdd:
    def test_the_key_is_all_that_it_prints(self, stage: Stage) -> None:
        """So that KEY=$(make -s key-add NAME=alice) works."""
        ran = stage.run("key-add", "--name", "alice", "--usd-per-day", "2.50", "--models", "claude-haiku-5-5")
        assert (ran.status, ran.out.count("\n")) == (0, 1)
        assert key_format.is_well_formed(ran.out.strip())
        assert ran.err == (
            "alice: active, $2.50 a day, claude-haiku-5-5. The key works at once, and is not shown again.\n"
        )

    def test_the_table_has_its_hash_and_not_the_key(self, stage: Stage) -> None:
        key = stage.add("alice")
        items = {item["pk"]["S"]: item for item in stage.items()}
        assert set(items) == {"names", f"key#{key_format.hash_of(key)}"}
        assert items["names"]["hash"]["S"] == key_format.hash_of(key)
        assert key not in json.dumps(stage.items())

    def test_every_limit_is_what_the_function_reads(self, stage: Stage) -> None:
        began = int(time.time())
        key = stage.add(
            *("alice", "--usd-per-day", "5", "--usd-per-month", "0.000001", "--requests-per-minute", "20"),
            *("--tokens-per-day", "1000000", "--max-tokens", "800", "--expires", "2099-12-31"),
            *("--models", f"claude-haiku-5-5,{HAIKU}"),
        )
        (item,) = (item for item in stage.items() if item["pk"]["S"] == f"key#{key_format.hash_of(key)}")
        created = int(item.pop("created")["N"])
        assert began <= created <= time.time()
        assert item == {
            "pk": {"S": f"key#{key_format.hash_of(key)}"},
            "sk": {"S": "key"},
            "name": {"S": "alice"},
            "micro_usd_per_day": {"N": "5000000"},
            "micro_usd_per_month": {"N": "1"},
            "requests_per_minute": {"N": "20"},
            "tokens_per_day": {"N": "1000000"},
            "max_tokens": {"N": "800"},
            "expires": {"N": str(int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()))},
            "models": {"L": [{"S": HAIKU}]},
        }

    def test_days_count_from_now(self, stage: Stage) -> None:
        before = time.time()
        stage.add("alice", "--expires", "30d")
        (key,) = stage.listed()
        assert 0 <= key["expires"] - int(before) - 30 * 86_400 <= time.time() - before + 1

    def test_json_has_the_key_too(self, stage: Stage) -> None:
        shown = json.loads(stage.run("key-add", "--name", "alice", "--tokens-per-day", "9", "--json").out)
        assert key_format.is_well_formed(shown["key"])
        assert (shown["name"], shown["state"], shown["tokens_per_day"]) == ("alice", "active", 9)

    def test_no_two_keys_are_the_same(self, stage: Stage) -> None:
        assert stage.add("alice") != stage.add("bob")

    def test_a_name_is_given_once(self, stage: Stage) -> None:
        stage.add("alice")
        before = stage.items()
        ran = stage.run("key-add", "--name", "alice")
        assert (ran.status, ran.out) == (1, "")
        assert ran.err == (
            "key-add: there is a key named alice already: choose another name, change its limits with key-limit, "
            "or remove it first with key-remove\n"
        )
        assert stage.items() == before


class TestChange:
    def test_a_limit_is_set_and_the_others_stay(self, stage: Stage) -> None:
        stage.add("alice", "--tokens-per-day", "5", "--max-tokens", "7")
        ran = stage.run("key-limit", "--name", "alice", "--tokens-per-day", "6")
        assert ran.out == "alice: active, 6 tokens a day, 7 tokens an answer. It holds within a minute.\n"
        (key,) = stage.listed()
        assert (key["tokens_per_day"], key["max_tokens"]) == (6, 7)

    def test_each_can_be_lifted(self, stage: Stage) -> None:
        stage.add(
            *("alice", "--usd-per-day", "5", "--usd-per-month", "6", "--requests-per-minute", "20"),
            *("--tokens-per-day", "7", "--max-tokens", "8", "--expires", "30d", "--models", "claude-haiku-5-5"),
        )
        numbers = ("usd-per-day", "usd-per-month", "requests-per-minute", "tokens-per-day", "max-tokens")
        lifted = [word for name in numbers for word in (f"--{name}", "none")]
        ran = stage.run("key-limit", "--name", "alice", *lifted, "--expires", "never", "--models", "all")
        assert (ran.status, ran.out) == (0, "alice: active, no limits. It holds within a minute.\n")
        (item,) = (item for item in stage.items() if item["pk"]["S"].startswith("key#"))
        assert set(item) == {"pk", "sk", "name", "created"}

    def test_a_disabled_key_can_be_enabled(self, stage: Stage) -> None:
        stage.add("alice")
        assert stage.run("key-disable", "--name", "alice").out.startswith("alice: disabled, ")
        (item,) = (item for item in stage.items() if item["pk"]["S"].startswith("key#"))
        assert item["disabled"] == {"BOOL": True}
        assert stage.run("key-enable", "--name", "alice").out.startswith("alice: active, ")
        assert [key["state"] for key in stage.listed()] == ["active"]

    def test_a_removed_key_leaves_nothing_but_its_use(self, stage: Stage) -> None:
        stage.add("alice")
        day = schema.spend_place("alice", schema.window("day", time.time()))
        stage.count(day, {"requests": 1})
        ran = stage.run("key-remove", "--name", "alice", "--yes")
        assert (ran.status, ran.out) == (0, "The key 'alice' is removed; what it used stays in make usage.\n")
        assert [item["pk"]["S"] for item in stage.items()] == [day[0]]
        stage.add("alice")

    def test_removing_asks_first(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.add("alice")
        answer(monkeypatch, "no\n")
        ran = stage.run("key-remove", "--name", "alice")
        assert ran.status == 1
        assert "for good" in ran.err
        assert len(stage.listed()) == 1


class TestList:
    def test_it_has_the_limits_the_use_and_when_last(self, stage: Stage) -> None:
        stage.add("alice", "--usd-per-day", "5", "--models", "claude-haiku-5-5")
        stage.add("bob")
        now = int(time.time())
        earlier = now - int(timedelta(days=3).total_seconds())
        today, month = (schema.window(unit, now) for unit in ("day", "month"))
        stage.count(
            schema.spend_place("alice", today),
            {"requests": 3, "tokens": 70, "micro_usd": 1_250_000, "last_used": now},
        )
        stage.count(schema.spend_place("alice", month), {"requests": 9, "tokens": 90, "micro_usd": 2_000_000})
        stage.count(schema.spend_place("bob", schema.window("day", earlier)), {"requests": 1, "last_used": earlier})
        alice, bob = stage.listed()
        assert alice["today"] == {"requests": 3, "tokens": 70, "micro_usd": 1_250_000}
        assert alice["month"] == {"requests": 9, "tokens": 90, "micro_usd": 2_000_000}
        assert alice["last_used"] == now
        assert bob["today"] == {"requests": 0, "tokens": 0, "micro_usd": 0}
        assert bob["last_used"] == earlier
        heads, first, second = stage.run("keys").out.splitlines()
        assert heads.split("  ")[0] == "name"
        assert "$5.00 a day, claude-haiku-5-5" in first
        assert "$1.25, 3 requests" in first
        assert "$2.00, 9 requests" in first
        assert datetime.fromtimestamp(earlier, UTC).strftime("%Y-%m-%d %H:%M UTC") in second

    def test_no_hash_is_shown(self, stage: Stage) -> None:
        key = stage.add("alice")
        shown = "".join(stage.run(*arguments).out for arguments in (("keys",), ("keys", "--json")))
        assert key_format.hash_of(key) not in shown

    def test_without_any_it_says_how_to_make_one(self, stage: Stage) -> None:
        ran = stage.run("keys")
        assert (ran.status, ran.out) == (0, "")
        assert ran.err == "There are no named keys yet: make key-add NAME=alice STAGE=dev\n"
        assert stage.listed() == []

    def test_more_keys_than_one_read_takes(self, stage: Stage) -> None:
        """DynamoDB returns at most 100 items of those that are named."""
        for number in range(101):
            key_hash = f"{number:064}"
            stage.dynamodb.put_item(
                TableName=stage.table,
                Item={"pk": {"S": "names"}, "sk": {"S": f"k{number}"}, "hash": {"S": key_hash}},
            )
            stage.dynamodb.put_item(
                TableName=stage.table,
                Item={"pk": {"S": f"key#{key_hash}"}, "sk": {"S": "key"}, "name": {"S": f"k{number}"}},
            )
        assert len(stage.listed()) == 101
