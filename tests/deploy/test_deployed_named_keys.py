"""A named key of a deployed stage, from `make key-add` to `make key-remove`: commands and function agree."""

import json

from claude_stream.accounts.key_format import hash_of, is_well_formed
from tests.deploy.named_keys import NamedKeyLife


def test_every_command_succeeds(named_key: NamedKeyLife) -> None:
    assert {verb: ran.said for verb, ran in named_key.ran.items() if ran.status} == {}


def test_key_add_prints_the_key_and_nothing_else(named_key: NamedKeyLife) -> None:
    assert is_well_formed(named_key.key)
    assert named_key.ran["key-add"].out == f"{named_key.key}\n"
    assert not any(named_key.key in ran.said for verb, ran in named_key.ran.items() if verb != "key-add")


def test_the_function_obeys_each_command(named_key: NamedKeyLife) -> None:
    assert named_key.answers == {"key-add": 200, "key-limit": 429, "key-disable": 403, "key-remove": 401}


def test_function_and_commands_count_the_same(named_key: NamedKeyLife) -> None:
    (limit,) = named_key.usage["limits"]
    assert (limit["name"], limit["limit"]) == ("usd_per_day", 1)
    (listed,) = json.loads(named_key.ran["keys"].out)
    micro_usd = round(limit["used"] * 1_000_000)
    assert micro_usd > 0
    assert listed["today"] == {"requests": 1, "tokens": named_key.usage["day"]["tokens"], "micro_usd": micro_usd}
    (row,) = (row for row in json.loads(named_key.ran["usage"].out) if row["key"] == "alice")
    assert (row["model"], row["requests"], row["micro_usd"]) == ("claude-haiku-5-5", 1, micro_usd)
    assert row["input_tokens"] + row["output_tokens"] == listed["today"]["tokens"]


def test_what_is_left_in_the_table_is_use_and_neither_key_nor_hash(named_key: NamedKeyLife) -> None:
    table = json.dumps(named_key.items)
    assert "spend#alice" in table
    assert named_key.key not in table
    assert hash_of(named_key.key) not in table
