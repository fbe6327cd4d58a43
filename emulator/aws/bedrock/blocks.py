"""The content blocks of the simulated Claude's answers: text with citations, thinking, a tool's call."""

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.aws.bedrock import answers

_TOOL_COMMAND = re.compile(r"^/tool\b(.*)", re.MULTILINE | re.DOTALL)

Body = Mapping[str, Any]
Event = dict[str, Any]


@dataclass(frozen=True)
class Block:
    """A content block: as it begins, the deltas that fill it, and as it stands at the end."""

    start: Event
    deltas: tuple[Event, ...]
    whole: Event


def text_block(pieces: Sequence[str], citations: Sequence[Event] = ()) -> Block:
    deltas = [{"type": "text_delta", "text": piece} for piece in pieces]
    cited = [{"type": "citations_delta", "citation": citation} for citation in citations]
    start: Event = {"type": "text", "text": ""} | ({"citations": []} if citations else {})
    whole: Event = {"type": "text", "text": "".join(pieces)} | ({"citations": list(citations)} if citations else {})
    return Block(start, (*deltas, *cited), whole)


def citations(body: Body) -> list[Event]:
    """One citation for each document that may be cited: it cites the document's beginning."""
    documents = [
        block for message in body["messages"] for block in blocks_of(message) if block["type"] == "document"
    ]
    return [
        _citation(document, index)
        for index, document in enumerate(documents)
        if (document.get("citations") or {}).get("enabled")
    ]


def _citation(document: Body, index: int) -> Event:
    cited = {"document_index": index, "document_title": document.get("title")}
    if document["source"].get("type") != "text":
        place = {"type": "page_location", "cited_text": "…", "start_page_number": 1, "end_page_number": 2}
        return {**place, **cited}
    text = answers.shortened(str(document["source"].get("data", "")))
    return {
        "type": "char_location",
        "cited_text": text,
        "start_char_index": 0,
        "end_char_index": len(text),
        **cited,
    }


def thinking_block(thought: Sequence[str]) -> Block:
    text = "".join(thought)
    signature = base64.b64encode(hashlib.sha512(text.encode()).digest()).decode()
    thinking = [{"type": "thinking_delta", "thinking": piece} for piece in thought]
    return Block(
        {"type": "thinking", "thinking": "", "signature": ""},
        (*thinking, {"type": "signature_delta", "signature": signature}),
        {"type": "thinking", "thinking": text, "signature": signature},
    )


def call_of_tool(body: Body, prompt: str) -> tuple[Body, Any] | None:
    """The tool that is to be called, and its arguments; None where neither the prompt nor the request asks for it.

    A line of the prompt may say `/tool`, the name of a tool and its arguments as JSON. Without a name it is the
    first tool; without arguments they follow the tool's schema, and strings say what stands behind `/tool`.
    """
    tools = {tool["name"]: tool for tool in body.get("tools", []) if "input_schema" in tool}
    choice = body.get("tool_choice") or {}
    command = _TOOL_COMMAND.search(prompt)
    if not tools or not (command or choice.get("type") in ("any", "tool")):
        return None
    text = (command[1] if command else prompt).strip()
    name, _, rest = text.partition(" ")
    name, text = (name, rest.strip()) if name in tools else (choice.get("name"), text)
    tool = tools.get(name) or next(iter(tools.values()))
    try:
        return tool, json.JSONDecoder().raw_decode(text)[0]
    except ValueError:
        return tool, example(tool["input_schema"], text or "example")


def tool_block(tool: Body, arguments: Any, budget: int) -> tuple[Block, int, str]:
    """The block, its tokens and the stop reason."""
    everything = answers.pieces(json.dumps(arguments, ensure_ascii=False))
    pieces = everything[:budget]
    complete = len(pieces) == len(everything)
    start = {"type": "tool_use", "id": f"toolu_bdrk_{identifier()}", "name": tool["name"], "input": {}}
    # The real model, too, begins with an empty piece.
    deltas = tuple({"type": "input_json_delta", "partial_json": piece} for piece in ("", *pieces))
    whole = start | {"input": arguments if complete else {}}
    return Block(start, deltas, whole), len(pieces), "tool_use" if complete else "max_tokens"


def example(schema: Body, text: str) -> Any:
    """A value that fits the JSON schema; `text` is what strings say."""
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" in schema:
        wanted = schema.get("required") or schema["properties"]  # a model, too, mostly leaves out what it may
        return {name: example(part, text) for name, part in schema["properties"].items() if name in wanted}
    simple = {"object": {}, "array": [], "integer": 1, "number": 1.5, "boolean": True, "null": None}
    return simple.get(schema.get("type", "string"), text)


def blocks_of(message: Body) -> Sequence[Body]:
    """A message's content as blocks, also where it is a string."""
    content = message.get("content", "")
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def identifier() -> str:
    return uuid.uuid4().hex[:24]
