"""Pictures and PDFs, which come as data URLs. Pure."""

import base64
import binascii
import re
from typing import Any

from claude_stream.errors import InvalidRequest
from claude_stream.values import as_string

Block = dict[str, Any]

_IMAGES = {"image/gif", "image/jpeg", "image/png", "image/webp"}
_PDF = "application/pdf"
# Data URLs may have parameters, such as charset, between the type and base64.
_DATA_URL = re.compile(r"\s*data:([\w.+-]+/[\w.+-]+)?((?:;[^;,]*)*);base64,", re.ASCII | re.IGNORECASE)
_WHITE_SPACE = re.compile(rb"\s|%0A|%0D|%20", re.IGNORECASE)


def picture(url: object, where: str) -> Block:
    media_type, data = _decoded(url, where, "data:image/png")
    if media_type not in _IMAGES:
        raise InvalidRequest(f"expected one of {', '.join(sorted(_IMAGES))}.", field=where)
    return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": data}}


def document(url: object, filename: object, where: str) -> Block:
    """`where` is the place of the file, whose `file_data` and `filename` these are."""
    media_type, data = _decoded(url, f"{where}.file_data", f"data:{_PDF}")
    if media_type != _PDF:
        raise InvalidRequest("expected a PDF, data:application/pdf;base64,...", field=f"{where}.file_data")
    name = {"title": as_string(filename, f"{where}.filename")} if filename else {}
    return {"type": "document", "source": {"type": "base64", "media_type": media_type, "data": data}, **name}


def _decoded(url: object, where: str, example: str) -> tuple[str, str]:
    """The media type and the base64 of a data URL, as Bedrock wants them: no line breaks, padded."""
    found = _DATA_URL.match(as_string(url, where))
    if found is None:
        raise InvalidRequest(
            f"this service fetches nothing. Send the file itself: {example};base64,...", field=where
        )
    try:
        encoded = _WHITE_SPACE.sub(b"", str(url)[found.end() :].encode("ascii")).rstrip(b"=")
        encoded = encoded.translate(bytes.maketrans(b"-_", b"+/"))
        encoded += b"=" * (-len(encoded) % 4)
        content = base64.b64decode(encoded, validate=True)
        if not content:
            raise ValueError
    except (binascii.Error, ValueError):
        raise InvalidRequest("expected base64 after the comma.", field=where) from None
    declared = (found[1] or "").lower().replace("image/jpg", "image/jpeg")
    return declared if declared in {*_IMAGES, _PDF} else _type_of(content) or declared, encoded.decode()


def _type_of(content: bytes) -> str | None:
    """What the file itself says, for clients that send it as application/octet-stream or without a type."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    beginnings = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"%PDF-": _PDF}
    return next((kind for beginning, kind in beginnings.items() if content.startswith(beginning)), None)
