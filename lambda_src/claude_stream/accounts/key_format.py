"""A named key's form: `cs-`, 43 random letters and digits, and a checksum of all that. Pure.

The checksum tells a typing error or a made-up key from a key without a read; it proves nothing: only a hash that is
in the table does.
"""

import hashlib
import re
import zlib

PREFIX = "cs-"
RANDOM_CHARACTERS = 43  # of 62 different ones: 256 bits
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM_CHARACTERS = 6
_KEY = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM_CHARACTERS + _CHECKSUM_CHARACTERS}}}")


def checksum(text: str) -> str:
    """The CRC32 of what stands before the checksum, in base 62."""
    number = zlib.crc32(text.encode())
    digits = ""
    for _ in range(_CHECKSUM_CHARACTERS):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def is_well_formed(key: str) -> bool:
    return bool(_KEY.fullmatch(key)) and checksum(key[:-_CHECKSUM_CHARACTERS]) == key[-_CHECKSUM_CHARACTERS:]


def hash_of(key: str) -> str:
    """What the table holds in the key's place. A key has 256 random bits, so a fast hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
