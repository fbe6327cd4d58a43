"""OpenAI's Responses request -> a Messages request. Pure.

What could change the answer, or what the caller relies on, is refused by its name where Claude cannot honour it;
labels and hints are not looked at; what lies between is left out and named in `x-claude-stream-dropped`.
https://platform.openai.com/docs/api-reference/responses/create
"""

from typing import Any

from claude_stream.bedrock.client import invoke_body
from claude_stream.bedrock.families import Family, family_of
from claude_stream.dialects.openai_responses.answers import Asked, echo
from claude_stream.dialects.openai_responses.content import known
from claude_stream.dialects.openai_responses.items import conversation
from claude_stream.dialects.openai_responses.thinking import reasoning_of, thinking
from claude_stream.dialects.openai_responses.tools import Tools
from claude_stream.dialects.openai_shared.formats import end_for_the_user, json_object, json_schema, user_id
from claude_stream.dialects.openai_shared.parameters import is_one_of, refuse_parameters
from claude_stream.dialects.openai_shared.sampling import sampling
from claude_stream.errors import InvalidRequest
from claude_stream.model_call import MaxTokens, ModelCall, clamped_max_tokens, requested_model
from claude_stream.models import ModelCatalog
from claude_stream.request import Request
from claude_stream.values import as_string, kind_of, optional

_TRANSLATED = {
    "include", "input", "instructions", "max_output_tokens", "parallel_tool_calls", "reasoning",
    "safety_identifier", "stream", "temperature", "text", "tool_choice", "tools", "top_p", "user",
}  # fmt: skip

# Labels, and hints to OpenAI's own machines: no answer differs without them. What each has to be.
_IGNORED: dict[str, type] = {
    "client_metadata": dict,
    "image": dict,
    "max_tool_calls": int,  # of the tools that OpenAI runs; none is run here
    "metadata": dict,
    "prompt_cache_key": str,  # that there is one is looked at
    "prompt_cache_options": dict,
    "prompt_cache_retention": str,
    "stream_options": dict,
}

# Left out and named: the values that ask for nothing, and what each has to be.
_LEFT_OUT: dict[str, tuple[tuple[object, ...], type]] = {
    "service_tier": (("auto", "default"), str),
    "store": ((False,), bool),
    "truncation": (("disabled",), str),
}

# What Claude, or this service, has not: the values that ask for nothing, and what to do instead of the others.
_REFUSED: dict[str, tuple[tuple[object, ...], str]] = {
    "access_programs": (({"cyber": "standard"},), "there are none here; leave it out."),
    "background": ((False,), "nothing runs here after its answer. Ask with stream: true instead."),
    "background_options": (({},), "nothing runs here after its answer; leave it out."),
    "context_management": (([],), "nothing is compacted here; leave it out and shorten the input."),
    "conversation": ((), "no conversations are kept here. Send its items as input."),
    "moderation": ((), "set a Bedrock guardrail on this service instead."),
    "previous_response_id": ((), "no responses are kept here. Send the whole conversation as input."),
    "prompt": ((), "no prompts are kept here. Send its text as instructions."),
    "top_logprobs": ((0,), "Claude tells no probabilities; leave it out."),
}
_LOGPROBS = "message.output_text.logprobs"
_INCLUDABLE = {
    "code_interpreter_call.outputs", "computer_call_output.output.image_url", "file_search_call.results",
    "message.input_image.image_url", "reasoning.encrypted_content", "web_search_call.action.sources",
    "web_search_call.results",
}  # fmt: skip  # of tools that are not run here there is nothing to include
_MOST_MARKS = 4  # of the prompt's cache, in a request
_EPHEMERAL = {"type": "ephemeral"}


def read(request: Request, models: ModelCatalog, limits: MaxTokens) -> ModelCall:
    """`POST /v1/responses` as a call of the model. InvalidRequest names what cannot be honoured."""
    asked = {name: value for name, value in request.json().items() if value is not None}  # null is "not given"
    model_id, name = requested_model(asked, models)
    stream = optional(asked, "stream", bool, False)
    dropped: list[str] = []
    try:
        body, tools = messages_body(asked, model_id, limits.of(model_id), dropped)
    except RecursionError:
        raise InvalidRequest("it is nested too deeply.", field="body") from None
    _, summary = reasoning_of(asked)
    context = Asked(echo(asked), tools.by_name, summary)
    sent = invoke_body(body, request.header("anthropic-beta"), model_id, dropped)
    return ModelCall(model_id, sent, stream, name, dropped=tuple(dict.fromkeys(dropped)), context=context)


def messages_body(
    asked: dict[str, Any], model_id: str, limits: MaxTokens, dropped: list[str]
) -> tuple[dict[str, Any], Tools]:
    """The Messages body of a Responses body, whose nulls have been taken out, and its tools.

    `dropped` gets the names of what is left out.
    """
    refuse_parameters(asked, _REFUSED, _TRANSLATED | _IGNORED.keys() | _LEFT_OUT.keys())
    dropped += _leave_out(asked)
    _check_extras(asked)
    family = family_of(model_id)
    tools = Tools(family, dropped)
    tools.add(asked.get("tools", []), "tools")
    system, messages = conversation(asked.get("input"), tools, dropped)
    end_for_the_user(messages, family.prefill, dropped)
    if instructions := as_string(asked.get("instructions", ""), "instructions").strip():
        system.insert(0, {"type": "text", "text": instructions})
    choice, sentence = tools.choose(asked.get("tool_choice"), optional(asked, "parallel_tool_calls", bool, True))
    format_, shape = _format(asked, family, dropped)
    needs_room = bool(tools.by_name or asked.get("reasoning"))
    body: dict[str, Any] = {"max_tokens": _max_tokens(asked, limits, needs_room, dropped), "messages": messages}
    body |= {"tools": tools.definitions} if tools.definitions else {}
    body |= {"tool_choice": choice} if choice else {}
    body |= {"system": blocks} if (blocks := system + sentence + shape) else {}
    body |= user_id(asked, dropped)
    body |= thinking(asked, body, family, dropped)
    thinks = body.get("thinking", {}).get("type", "disabled") != "disabled"
    body |= sampling(asked, family, thinks=thinks, dropped=dropped)
    if format_:
        body["output_config"] = {**body.get("output_config", {}), **format_}
    _mark_cache(body, "prompt_cache_key" in asked)
    return body, tools


def _leave_out(asked: dict[str, Any]) -> list[str]:
    """Checks what is not translated, and names what a caller could miss of it."""
    for name, value in asked.items():
        if kind := _LEFT_OUT.get(name, (None, None))[1] or _IGNORED.get(name):
            _check_kind(value, kind, name)
    return [name for name, value in asked.items() if name in _LEFT_OUT and not is_one_of(value, _LEFT_OUT[name][0])]


def _check_extras(asked: dict[str, Any]) -> None:
    if asked.get("prompt_cache_options", {}).get("prewarm"):
        raise InvalidRequest("nothing is made ready here without an answer.", field="prompt_cache_options.prewarm")
    for index, what in enumerate(optional(asked, "include", list, [])):
        _check_includable(what, f"include[{index}]")


def _check_includable(what: object, where: str) -> None:
    if not isinstance(what, str) or what not in _INCLUDABLE:
        instead = "Claude tells no probabilities" if what == _LOGPROBS else "there is no such thing to include"
        raise InvalidRequest(f"{instead}; leave it out.", field=where)


def _check_kind(value: object, kind: type, name: str) -> None:
    if kind is not int:
        optional({name: value}, name, kind, None)
    elif not isinstance(value, int) or isinstance(value, bool):
        raise InvalidRequest(f"expected a whole number, found {kind_of(value)}.", field=name)


def _max_tokens(asked: dict[str, Any], limits: MaxTokens, needs_room: bool, dropped: list[str]) -> int:
    """Without a number: the service's default, but all that it allows where thoughts or tools need room.

    A tool's call that is cut off is worth nothing, and agents never name a number.
    """
    if "max_output_tokens" in asked:
        return clamped_max_tokens(asked["max_output_tokens"], limits.most, dropped, "max_output_tokens")
    return limits.most if needs_room else limits.default


def _format(
    asked: dict[str, Any], family: Family, dropped: list[str]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """`text` as (output_config's format, the system's blocks)."""
    text = known(asked.get("text", {}), {"format", "verbosity"}, "text")
    if optional(text, "verbosity", str, "medium", "text.") != "medium":
        dropped.append("text.verbosity")
    names = {"type", "name", "schema", "strict", "description"}
    form = known(text.get("format", {"type": "text"}), names, "text.format")
    kind = form.get("type")
    if kind == "json_object":
        return {}, json_object("text.format", dropped)
    if kind == "json_schema":
        return json_schema(form, "text.format", "text.format", family, dropped)
    if kind != "text":
        raise InvalidRequest("expected text, json_schema or json_object.", field="text.format.type")
    return {}, []


def _mark_cache(body: dict[str, Any], wanted: bool) -> None:
    """OpenAI caches unasked, Claude what is marked: where the client names a cache, the instructions and the
    conversation so far are. Of the client's own marks the latest four count, as with OpenAI."""
    blocks = [*body.get("system", []), *(block for message in body["messages"] for block in message["content"])]
    marked = [block for block in blocks if "cache_control" in block]
    for block in marked[:-_MOST_MARKS]:
        del block["cache_control"]
    if wanted and not marked:
        for last in (body.get("system", []), body["messages"][-1]["content"]):
            if last:
                last[-1]["cache_control"] = _EPHEMERAL
