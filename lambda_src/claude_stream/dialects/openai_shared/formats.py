"""For whom an answer is, what it goes on from and how it has to look, as far as Claude takes it. Pure."""

import hashlib
import json
from typing import Any

from claude_stream.bedrock.families import Family
from claude_stream.dialects.openai_shared.schemas import OpenSchema, closed
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_string, optional

Block = dict[str, Any]

_JSON_OBJECT = "Answer with one JSON object only: no text before or after it, and no Markdown fence around it."
_LONGEST_USER_ID = 256  # characters


def user_id(asked: dict[str, Any], dropped: list[str]) -> dict[str, Any]:
    """Bedrock refuses an e-mail address; a hash of it tells users apart as well."""
    for name in ("safety_identifier", "user"):
        if name in asked and (user := as_string(asked[name], name)):
            if "@" in user or len(user) > _LONGEST_USER_ID:
                user = hashlib.sha256(user.encode(errors="surrogatepass")).hexdigest()
                dropped.append(f"{name} -> sha256")
            return {"metadata": {"user_id": user}}
    return {}


def json_object(named: str, dropped: list[str]) -> list[Block]:
    """The system's blocks that ask for an object without a schema; `named` is the parameter."""
    dropped.append(f"{named} json_object -> instruction")
    return [{"type": "text", "text": _JSON_OBJECT}]


def json_schema(
    described: dict[str, Any], field: str, named: str, family: Family, dropped: list[str]
) -> tuple[Block, list[Block]]:
    """(output_config's format, the system's blocks): a schema is followed where the model can, else asked for.

    `described` has the schema, and stands at `field` of the parameter `named`.
    """
    schema: dict[str, Any] = dict(as_dict(described.get("schema"), f"{field}.schema"))
    if described.get("description"):
        schema.setdefault("description", as_string(described["description"], f"{field}.description"))
    strict = optional(described, "strict", bool, False, f"{field}.")
    noted: list[str] = []
    try:
        format_ = {"type": "json_schema", "schema": closed(schema, noted, f"{field}.schema")}
    except OpenSchema:
        if strict:
            instead = "Claude wants additionalProperties: false in every object."
            raise InvalidRequest(instead, field=f"{field}.schema") from None
        format_ = {}
    if format_ and family.structured:
        dropped += noted
        return {"format": format_}, []
    dropped.append(f"{named} json_schema -> instruction")
    return {}, [{"type": "text", "text": f"{_JSON_OBJECT} It has to match this JSON schema: {json.dumps(schema)}"}]


def end_for_the_user(messages: list[dict[str, Any]], prefill: bool, dropped: list[str]) -> None:
    """An answer to be continued: newer models want a user's turn at the end, older ones no white space there."""
    last = messages[-1]
    if last["role"] == "user":
        return
    if not prefill:
        messages.append({"role": "user", "content": [{"type": "text", "text": "Continue."}]})
        dropped.append("prefill")
    elif last["content"][-1]["type"] == "text":
        last["content"][-1] |= {"text": last["content"][-1]["text"].rstrip()}
