"""Named keys for the demo's table: made by the documented schema, not by the function's code."""

import hashlib
import secrets
import string
import time
import zlib
from typing import Any

from emulator.aws.dynamodb import DynamoDb

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase


def make_key() -> str:
    """`cs-`, 43 random letters and digits, and their CRC32 in base 62."""
    body = "cs-" + "".join(secrets.choice(_ALPHABET) for _ in range(43))
    number, digits = zlib.crc32(body.encode()), ""
    while len(digits) < 6:
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return body + digits


async def add_key(table: DynamoDb, name: str, **attributes: Any) -> str:
    """Makes a key of that name, and returns it. `attributes` are its limits and what else the table has of it."""
    key = make_key()
    await put_key(table, key, name, **attributes)
    return key


async def put_key(table: DynamoDb, key: str, name: str, **attributes: Any) -> None:
    """Puts what the table has of a key, in place of what it had."""
    key_hash = hashlib.sha256(key.encode()).hexdigest()
    await table.put(pk=f"key#{key_hash}", sk="key", name=name, created=int(time.time()), **attributes)
    await table.put(pk="names", sk=name, hash=key_hash)
