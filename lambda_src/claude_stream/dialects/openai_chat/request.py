"""OpenAI's Chat Completions request -> a Messages request. Pure.

What an answer would differ without is refused by its name; labels, hints and Claude's own extensions are ignored
(keys.py) or translated, and what a caller could miss is named in `ModelCall.dropped`.
https://platform.openai.com/docs/api-reference/chat/create
"""

from typing import Any

from claude_stream.bedrock.client import invoke_body
from claude_stream.bedrock.families import Family, family_of
from claude_stream.dialects.openai_chat.cache_marks import cache_mark, keep_four
from claude_stream.dialects.openai_chat.keys import IGNORED, NOTICEABLE, read_only
from claude_stream.dialects.openai_chat.messages import Block, conversation
from claude_stream.dialects.openai_chat.thinking import thinking, wants_thoughts
from claude_stream.dialects.openai_chat.tools import tools
from claude_stream.dialects.openai_shared.formats import end_for_the_user, json_object, json_schema, user_id
from claude_stream.dialects.openai_shared.parameters import is_one_of, refuse_parameters
from claude_stream.dialects.openai_shared.sampling import sampling
from claude_stream.errors import InvalidRequest
from claude_stream.model_call import MaxTokens, ModelCall, clamped_max_tokens, requested_model
from claude_stream.models import ModelCatalog
from claude_stream.request import Request
from claude_stream.values import as_list, optional

TRANSLATED = {
    "cache_control", "max_completion_tokens", "max_tokens", "messages", "model", "parallel_tool_calls", "reasoning",
    "reasoning_effort", "response_format", "safety_identifier", "stop", "stream", "stream_options", "temperature",
    "thinking", "tool_choice", "tools", "top_k", "top_p", "user",
}  # fmt: skip

# What Claude does not have: the values that ask for nothing, which pass, and what to do instead of the others.
REFUSED: dict[str, tuple[tuple[object, ...], str]] = {
    "audio": ((), "Claude answers in text only."),
    "frequency_penalty": ((0, 0.0), "Claude has no penalties; leave it out."),
    "function_call": ((), "it is deprecated; use tool_choice."),
    "functions": (([],), "they are deprecated; use tools."),
    "logit_bias": (({},), "Claude has no such thing; leave it out."),
    "logprobs": ((False,), "Claude tells no probabilities; leave it out."),
    "modalities": ((["text"],), 'Claude answers in text only; send ["text"] or leave it out.'),
    "moderation": ((), "set a Bedrock guardrail on this service instead."),
    "n": ((1,), "Claude gives one answer to a request; ask several times."),
    "presence_penalty": ((0, 0.0), "Claude has no penalties; leave it out."),
    "top_logprobs": ((0,), "Claude tells no probabilities; leave it out."),
    "web_search_options": ((), "Claude on Bedrock does not search the web; give it a tool that does."),
}


def read(request: Request, models: ModelCatalog, limits: MaxTokens) -> ModelCall:
    """`POST /v1/chat/completions` as a call of the model. InvalidRequest names what cannot be honoured."""
    asked = {name: value for name, value in request.json().items() if value is not None}  # null is "not given"
    model_id, name = requested_model(asked, models)
    stream = optional(asked, "stream", bool, False)
    include_usage = _include_usage(asked, stream)
    dropped: list[str] = []
    try:
        body = messages_body(asked, model_id, limits.of(model_id), dropped)
    except RecursionError:
        raise InvalidRequest("it is nested too deeply.", field="body") from None
    sent = invoke_body(body, request.header("anthropic-beta"), model_id, dropped)
    return ModelCall(model_id, sent, stream, name, include_usage, tuple(dict.fromkeys(dropped)))


def messages_body(asked: dict[str, Any], model_id: str, limits: MaxTokens, dropped: list[str]) -> dict[str, Any]:
    """The Messages body of a Chat Completions body without nulls; `dropped` gets what it lacks."""
    refuse_parameters(asked, REFUSED, TRANSLATED | IGNORED.keys())
    dropped += [name for name in asked if name in NOTICEABLE and not is_one_of(asked[name], NOTICEABLE[name])]
    family = family_of(model_id)
    system, messages = conversation(as_list(asked.get("messages"), "messages"), dropped)
    end_for_the_user(messages, family.prefill, dropped)
    body: dict[str, Any] = {"max_tokens": _max_tokens(asked, limits, dropped), "messages": messages}
    body |= _stop(asked) | user_id(asked, dropped) | cache_mark({"cache_control": asked.get("cache_control")}, "")
    body |= tools(asked, family, dropped)
    output, sentence = _output_format(asked, family, dropped)
    if system := system + body.pop("system", []) + sentence:
        body["system"] = system
    thoughts, effort = thinking(asked, family, body, dropped)
    body |= thoughts
    thinks = body.get("thinking", {}).get("type", "disabled") != "disabled"
    body |= sampling(asked, family, thinks=thinks, dropped=dropped)
    if output | effort:
        body["output_config"] = effort | output
    keep_four(body, dropped)
    return body


def _max_tokens(asked: dict[str, Any], limits: MaxTokens, dropped: list[str]) -> int:
    """Claude needs a number: without one, the service's default, or what thoughts need too.

    The newer of OpenAI's two names goes first.
    """
    for name in ("max_completion_tokens", "max_tokens"):
        if name in asked:
            return clamped_max_tokens(asked[name], limits.most, dropped, name)
    return limits.most if wants_thoughts(asked) else limits.default


def _stop(asked: dict[str, Any]) -> dict[str, Any]:
    """An empty string asks for nothing; white space Claude does not take, and an answer would differ without it."""
    stop = asked.get("stop", [])
    given = [stop] if isinstance(stop, str) else stop
    sequences = [one for one in given if one != ""] if isinstance(given, list) else None
    if sequences is None or not all(isinstance(one, str) and one.strip() for one in sequences):
        raise InvalidRequest(
            "expected a string or an array of strings, each with more in it than white space.", field="stop"
        )
    return {"stop_sequences": sequences} if sequences else {}


def _include_usage(asked: dict[str, Any], stream: bool) -> bool:
    options = optional(asked, "stream_options", dict, {})
    if "stream_options" in asked and not stream:
        raise InvalidRequest(
            "only for a streamed answer; set stream to true or leave it out.", field="stream_options"
        )
    read_only(options, "stream_options", ("include_usage",))
    return bool(optional(options, "include_usage", bool, False, "stream_options."))


def _output_format(asked: dict[str, Any], family: Family, dropped: list[str]) -> tuple[dict[str, Any], list[Block]]:
    """(output_config's format, the system's blocks): a schema is followed, `json_object` only asked for."""
    given = read_only(asked.get("response_format", {"type": "text"}), "response_format", ("type", "json_schema"))
    kind = given.get("type")
    if kind == "text":
        return {}, []
    if kind == "json_object":
        return {}, json_object("response_format", dropped)
    if kind != "json_schema":
        raise InvalidRequest("expected text, json_schema or json_object.", field="response_format.type")
    field = "response_format.json_schema"
    described = read_only(given.get("json_schema"), field, ("description", "name", "schema", "strict"))
    return json_schema(described, field, "response_format", family, dropped)
