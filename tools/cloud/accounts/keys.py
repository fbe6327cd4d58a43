"""Named keys: made, listed, limited, disabled and removed.

A key is shown once, when it is made: the table has only its hash.
"""

import argparse
import json
import secrets
import sys
import time
from typing import Any

from claude_stream.accounts import key_format, schema
from tools.cloud.accounts import limits
from tools.cloud.accounts.columns import columns, moment_text
from tools.cloud.accounts.stage import Stage, stage_of
from tools.cloud.accounts.table import Item, Table
from tools.cloud.consent import agreed
from tools.cloud.target import Missing, find_target


def list_keys(options: argparse.Namespace) -> int:
    table = _table(options)
    keys = table.keys()
    names = [str(key["name"]) for key in keys]
    today, month = (table.spend(names, schema.window(unit, time.time())) for unit in ("day", "month"))
    rows = [
        _shown(key)
        | {
            "today": _use(today.get(key["name"])),
            "month": _use(month.get(key["name"])),
            "last_used": table.last_used(key["name"]),
        }
        for key in keys
    ]
    if options.json:
        print(json.dumps(rows, indent=2))
    elif rows:
        print(columns(_HEADS, [_row(row) for row in rows]))
    else:
        print(f"There are no named keys yet: make key-add NAME=alice STAGE={options.stage}", file=sys.stderr)
    return 0


def add_key(options: argparse.Namespace) -> int:
    """Nothing but the key on standard output, so that KEY=$(make -s key-add NAME=alice) works."""
    if not schema.is_key_name(options.name):
        raise Missing(
            f"{options.name} is no name for a key: expected up to 40 lower-case letters, digits and hyphens, the "
            "first no hyphen, and not default"
        )
    target = find_target(options.stage)
    stage = stage_of(target)
    key = make_key()
    item = {"name": options.name, "created": int(time.time()), **_resolved(limits.attributes(options), stage)}
    _check_prices(item, stage)
    Table(target, stage.table).add(options.name, key_format.hash_of(key), item)
    print(json.dumps({"key": key, **_shown(item)}, indent=2) if options.json else key)
    print(f"{_in_words(item)}. The key works at once, and is not shown again.", file=sys.stderr)
    return 0


def limit_key(options: argparse.Namespace) -> int:
    """Sets the limits that are given, and keeps the others."""
    target = find_target(options.stage)
    stage = stage_of(target)
    changes = _resolved(limits.attributes(options), stage)
    if not changes:
        raise Missing('no limit is given: for example ARGS="--usd-per-day 5", or --usd-per-day none to lift it')
    table = Table(target, stage.table)
    key_hash = table.hash_of(options.name)
    _check_prices(table.key(key_hash, options.name) | changes, stage)
    return _report(table.change(options.name, key_hash, changes), options)


def disable_key(options: argparse.Namespace) -> int:
    return _set(options, {"disabled": True})


def enable_key(options: argparse.Namespace) -> int:
    return _set(options, {"disabled": None})


def remove_key(options: argparse.Namespace) -> int:
    table = _table(options)
    key_hash = table.hash_of(options.name)
    question = (
        f"Remove the key '{options.name}'? Clients that use it are locked out within a minute, for good. "
        "key-disable can be undone."
    )
    if not agreed(options, question, "yes"):
        return 1
    table.remove(options.name, key_hash)
    print(f"The key '{options.name}' is removed; what it used stays in make usage.")
    return 0


def make_key() -> str:
    random = "".join(secrets.choice(key_format.ALPHABET) for _ in range(key_format.RANDOM_CHARACTERS))
    return f"{key_format.PREFIX}{random}{key_format.checksum(key_format.PREFIX + random)}"


def _set(options: argparse.Namespace, changes: dict[str, Any]) -> int:
    table = _table(options)
    return _report(table.change(options.name, table.hash_of(options.name), changes), options)


def _report(item: Item, options: argparse.Namespace) -> int:
    print(json.dumps(_shown(item), indent=2) if options.json else f"{_in_words(item)}. It holds within a minute.")
    return 0


def _table(options: argparse.Namespace) -> Table:
    target = find_target(options.stage)
    return Table(target, stage_of(target).table)


def _resolved(attributes: dict[str, Any], stage: Stage) -> dict[str, Any]:
    """With the ids of the models that were named."""
    if attributes.get("models"):
        return attributes | {"models": list(dict.fromkeys(map(stage.model, attributes["models"])))}
    return attributes


def _check_prices(key: Item, stage: Stage) -> None:
    unpriced = [model for model in key.get("models") or stage.models if model not in stage.priced]
    if unpriced and any(key.get(name) for name in schema.KEY_LIMITS if name.startswith("micro_usd")):
        raise Missing(
            f'a limit in dollars needs the whole price of {unpriced[0]}: add it to cdk.json, "prices", and deploy, '
            "or name other models with --models"
        )


def _state(key: Item) -> str:
    if key.get("disabled"):
        return "disabled"
    return "expired" if key.get("expires", time.time() + 1) <= time.time() else "active"


def _shown(key: Item) -> Item:
    """What people may see of a key's item: all but its place, which has the hash."""
    return {"name": key["name"], "state": _state(key)} | {
        name: value for name, value in key.items() if name not in ("pk", "sk", "disabled") and value is not None
    }


def _in_words(key: Item) -> str:
    until = f" until {moment_text(key['expires'])}" if key.get("expires") else ""
    return f"{key['name']}: {_state(key)}{until}, {limits.in_words(key)}"


def _use(counters: Item | None) -> dict[str, int]:
    return {name: int((counters or {}).get(name, 0)) for name in schema.COUNTERS}


_HEADS = ("name", "state", "limits", "today", "this month", "last used", "expires")


def _row(row: Item) -> list[str]:
    use = [
        f"${limits.dollars_of(row[of]['micro_usd'])}, {row[of]['requests']:,} requests" for of in ("today", "month")
    ]
    times = [moment_text(row[of]) if row.get(of) else "never" for of in ("last_used", "expires")]
    return [row["name"], row["state"], limits.in_words(row), *use, *times]
