"""What of an OpenAI request is not looked at, and that nothing else is dropped. Pure.

A key at any depth is translated by the code that reads its object, stands in IGNORED, or is refused by name.
"""

import re
from collections.abc import Collection

from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, printable

# Where a key stands (an array's items have no number) -> why no answer differs without it.
IGNORED = {
    "include_reasoning": "the thoughts always come along",
    "metadata": "labels what OpenAI stores",
    "prediction": "makes OpenAI's models faster",
    "prompt_cache_key": "a hint to OpenAI's cache",
    "prompt_cache_options": "a hint to OpenAI's cache",
    "prompt_cache_retention": "a hint to OpenAI's cache",
    "reasoning.exclude": "thoughts stand apart from the answer",
    "reasoning.generate_summary": "Claude's thoughts come as they are",
    "reasoning.summary": "Claude's thoughts come as they are",
    "seed": "OpenAI calls it best effort; Claude cannot be seeded",
    "service_tier": "there is one tier here",
    "store": "nothing is stored here",
    "usage": "OpenRouter's wish for the usage, which always comes along",
    "verbosity": "a hint; the system message can say the same",
    "messages[].annotations": "of an answer that is sent back",
    "messages[].id": "a label",
    "messages[].name": "of a tool: repeats its function's; of the only assistant: `dropped` names it",
    "messages[].parsed": "of an answer that is sent back: its content, parsed",
    "messages[].provider_specific_fields": "LiteLLM's notes on an answer",
    "messages[].reasoning": "OpenRouter's name for thoughts; Claude takes only its own, signed",
    "messages[].reasoning_content": "thoughts of an answer; Claude takes only its own, signed",
    "messages[].reasoning_details": "OpenRouter's form of thoughts; Claude takes only its own, signed",
    "messages[].thinking_blocks": "LiteLLM's form of thoughts, signed for another conversation",
    "messages[].content[].annotations": "of an answer that is sent back",
    "messages[].content[].id": "a label",
    "messages[].content[].index": "where the part stood in a stream",
    "messages[].content[].file.format": "the data has it",
    "messages[].content[].image_url.detail": "a hint about the price of OpenAI's own models",
    "messages[].content[].image_url.format": "the data has it",
    "messages[].tool_calls[].extra_content": "Gemini's notes on a call",
    "messages[].tool_calls[].index": "where the call stood in a stream",
    "messages[].tool_calls[].provider_specific_fields": "LiteLLM's notes on a call",
    "messages[].tool_calls[].function.parsed_arguments": "the arguments, parsed",
    "messages[].tool_calls[].function.provider_specific_fields": "LiteLLM's notes on a call",
    "messages[].tool_calls[].function.thought_signature": "Gemini's notes on a call",
    "response_format.json_schema.name": "a label",
    "stream_options.continuous_usage_stats": "the usage comes once, at the end",
    "stream_options.include_obfuscation": "a padding of OpenAI's streams",
    "tools[].eager_input_streaming": "arguments stream as they come",
}
for _mark in ("", "messages[].", "messages[].content[].", "tools[].", "tools[].function."):
    IGNORED[f"{_mark}cache_control.scope"] = "Bedrock has one scope"

# Those whose absence a caller could notice, but for values that ask for nothing: `dropped` names them.
NOTICEABLE: dict[str, tuple[object, ...]] = {
    "prediction": (),
    "seed": (),
    "service_tier": ("auto", "default", "standard_only"),
    "store": (False,),
    "verbosity": ("medium",),
    "prompt_cache_options": (),
}

_NUMBERS = re.compile(r"\[\d+\]")
_NOTHING: tuple[object, ...] = (None, [], {}, "")


def is_ignored(where: str) -> bool:
    return _NUMBERS.sub("[]", where) in IGNORED


def read_only(holder: object, where: str, names: Collection[str]) -> dict[str, object]:
    """`holder`, an object of which `names` are translated. Others are refused by name unless ignored or empty."""
    for name, value in as_dict(holder, where).items():
        place = f"{where}.{name}"
        if name not in names and value not in _NOTHING and not is_ignored(place):
            raise InvalidRequest(
                "unknown here, and left out an answer could differ; leave it out.",
                field=f"{where}.{printable(name)}",
            )
    return as_dict(holder, where)
