"""Pictures and PDFs of OpenAI's messages. Pure."""

from typing import Any

from claude_stream.dialects.openai_chat.keys import read_only
from claude_stream.dialects.openai_shared.files import document, picture
from claude_stream.errors import InvalidRequest

Block = dict[str, Any]


def image(part: Block, where: str) -> Block:
    where = f"{where}.image_url"
    given = part.get("image_url")
    if isinstance(given, dict):
        given, where = read_only(given, where, ("url",)).get("url"), f"{where}.url"
    return picture(given, where)


def file(part: Block, where: str) -> Block:
    where = f"{where}.file"
    given = read_only(part.get("file"), where, ("file_data", "file_id", "filename"))
    if given.get("file_id") is not None:
        raise InvalidRequest("no files are kept here. Send it as file_data.", field=f"{where}.file_id")
    return document(given.get("file_data"), given.get("filename"), where)
