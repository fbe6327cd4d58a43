"""Makes a content block of Claude's API from a file. The file's first bytes say its type, not its name."""

import base64
from pathlib import Path
from typing import Any

from cli.failure import Failure

MOST_BYTES = 3_700_000  # as base64 in JSON, the most that the function takes
_KINDS = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
]


def block_of(name: str) -> dict[str, Any]:
    """The image or document block of the file; Failure says why there can be none."""
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise Failure(f"{name} cannot be read: {error.strerror}") from error
    media_type = media_type_of(content)
    if media_type is None:
        raise Failure(f"{name} is none of PNG, JPEG, GIF, WebP and PDF")
    if len(content) > MOST_BYTES:
        raise Failure(f"{name} has {len(content):,} bytes; {MOST_BYTES:,} is the most that can be sent")
    data = base64.b64encode(content).decode()
    kind = "document" if media_type == "application/pdf" else "image"
    return {"type": kind, "source": {"type": "base64", "media_type": media_type, "data": data}}


def media_type_of(content: bytes) -> str | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for beginning, media_type in _KINDS if content.startswith(beginning)), None)
