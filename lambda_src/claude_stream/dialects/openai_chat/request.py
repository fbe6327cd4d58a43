"""OpenAI's Chat Completions request -> a Messages request. Pure.

What Claude cannot honour is refused by its name, never dropped: callers have to be able to rely on it.
https://platform.openai.com/docs/api-reference/chat/create
"""

from typing import Any

from claude_stream.bedrock.client import invoke_body
from claude_stream.dialects.openai_chat.functions import function_name, function_of
from claude_stream.dialects.openai_chat.messages import Block, conversation
from claude_stream.errors import InvalidRequest
from claude_stream.model_call import MaxTokens, ModelCall, clamped_max_tokens, requested_model
from claude_stream.models import ModelCatalog, generation
from claude_stream.request import Request
from claude_stream.values import as_dict, as_list, as_string, optional, printable

_TRANSLATED = {
    "max_completion_tokens", "max_tokens", "messages", "model", "parallel_tool_calls", "reasoning_effort",
    "response_format", "safety_identifier", "stop", "stream", "stream_options", "temperature", "tool_choice",
    "tools", "top_p", "user",
}  # fmt: skip
_HINTS = {"prompt_cache_key", "prompt_cache_retention"}  # to OpenAI's own cache; no answer differs without them

# What Claude has not got: the values that ask for nothing, which pass, and what to do instead of the others.
_REFUSED: dict[str, tuple[tuple[object, ...], str]] = {
    "audio": ((), "Claude answers in text alone."),
    "frequency_penalty": ((0, 0.0), "Claude has no penalties; leave it out."),
    "function_call": ((), "it is deprecated; use tool_choice."),
    "functions": (([],), "they are deprecated; use tools."),
    "logit_bias": (({},), "Claude has no such thing; leave it out."),
    "logprobs": ((False,), "Claude tells no probabilities; leave it out."),
    "metadata": (({},), "nothing is stored here that it could label; leave it out."),
    "modalities": ((["text"],), 'Claude answers in text alone; send ["text"] or leave it out.'),
    "moderation": ((), "set a Bedrock guardrail on this service instead."),
    "n": ((1,), "Claude gives one answer to a request; ask several times."),
    "prediction": ((), "Claude takes no predicted output; leave it out."),
    "presence_penalty": ((0, 0.0), "Claude has no penalties; leave it out."),
    "prompt_cache_options": ((), "mark what to cache with prompt_cache_breakpoint instead."),
    "seed": ((), "Claude cannot be seeded; leave it out."),
    "service_tier": (("auto", "default"), "there is one tier here; leave it out."),
    "store": ((False,), "nothing is stored here; leave it out."),
    "top_logprobs": ((0,), "Claude tells no probabilities; leave it out."),
    "verbosity": (("medium",), "Claude has no such setting; say it in the system message."),
    "web_search_options": ((), "Claude on Bedrock does not search the web; give it a tool that does."),
}
_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_LEAST_BUDGET = 1024


def read(request: Request, models: ModelCatalog, limits: MaxTokens) -> ModelCall:
    """`POST /v1/chat/completions` as a call of the model. InvalidRequest names what cannot be honoured."""
    asked = {name: value for name, value in request.json().items() if value is not None}  # null is "not given"
    model_id, name = requested_model(asked, models)
    stream = optional(asked, "stream", bool, False)
    include_usage = _include_usage(asked, stream)
    dropped: list[str] = []
    message = messages_body(asked, model_id, limits.of(model_id), dropped)
    body = invoke_body(message, request.header("anthropic-beta"), model_id, dropped)
    return ModelCall(model_id, body, stream, name, include_usage, tuple(dropped))


def messages_body(asked: dict[str, Any], model_id: str, limits: MaxTokens, dropped: list[str]) -> dict[str, Any]:
    """The Messages body of a Chat Completions body, which has no nulls; `dropped` gets what it lacks."""
    _refuse_what_claude_has_not(asked)
    system, messages = conversation(as_list(asked.get("messages"), "messages"))
    body: dict[str, Any] = {"max_tokens": _max_tokens(asked, limits, dropped), "messages": messages}
    if system:
        body["system"] = system
    body |= _stop(asked) | _sampling(asked) | _user(asked) | _tools(asked)
    thinking, effort = _thinking(asked, model_id, body)
    body |= thinking
    if output := {**effort, **_output_format(asked)}:
        body["output_config"] = output
    return body


def _refuse_what_claude_has_not(asked: dict[str, Any]) -> None:
    for name, value in asked.items():
        if name in _REFUSED:
            neutral, instead = _REFUSED[name]
            if not any(type(value) is type(other) and value == other for other in neutral):
                raise InvalidRequest(instead, field=name)
        elif name not in _TRANSLATED and name not in _HINTS:
            raise InvalidRequest("unknown parameter; leave it out.", field=printable(name))


# The tools


def _tools(asked: dict[str, Any]) -> dict[str, Any]:
    given = optional(asked, "tools", list, [])
    tools = [_tool(tool, f"tools[{index}]") for index, tool in enumerate(given)]
    names = [tool["name"] for tool in tools]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise InvalidRequest("another tool has it already.", field=f"tools[{index}].function.name")
    choice = _tool_choice(asked, names)
    return {**({"tools": tools} if tools else {}), **({"tool_choice": choice} if choice and tools else {})}


def _tool(tool: object, where: str) -> Block:
    function = function_of(tool, where)
    parameters = function.get("parameters")
    schema = {} if parameters is None else as_dict(parameters, f"{where}.function.parameters")
    if schema.get("type", "object") != "object":
        raise InvalidRequest('expected "object".', field=f"{where}.function.parameters.type")
    made: Block = {"name": function_name(function, where), "input_schema": {"type": "object", **schema}}
    if function.get("description") is not None:
        made["description"] = as_string(function["description"], f"{where}.function.description")
    if optional(function, "strict", bool, False, f"{where}.function."):
        made["strict"] = True
    return made


def _tool_choice(asked: dict[str, Any], names: list[str]) -> dict[str, Any]:
    parallel = optional(asked, "parallel_tool_calls", bool, True)
    choice = _chosen(asked.get("tool_choice"), names)
    if not parallel and choice.get("type") != "none":
        choice = {"type": "auto", **choice, "disable_parallel_tool_use": True}
    return choice


def _chosen(choice: object, names: list[str]) -> dict[str, Any]:
    words = {"auto": "auto", "none": "none", "required": "any"}
    if choice is None:
        return {}
    if isinstance(choice, str) and choice in words:
        if choice == "required" and not names:
            raise InvalidRequest("there are no tools to choose from.", field="tool_choice")
        return {"type": words[choice]}
    if not isinstance(choice, dict) or choice.get("type") != "function":
        raise InvalidRequest(f"expected {', '.join(words)} or a function.", field="tool_choice")
    name = function_name(function_of(choice, "tool_choice"), "tool_choice")
    if name not in names:
        raise InvalidRequest("there is no such tool in tools.", field="tool_choice.function.name")
    return {"type": "tool", "name": name}


# The other parameters


def _max_tokens(asked: dict[str, Any], limits: MaxTokens, dropped: list[str]) -> int:
    """Claude needs a number: without one, the service's default, or what thoughts need too.

    The newer of OpenAI's two names goes first.
    """
    for name in ("max_completion_tokens", "max_tokens"):
        if name in asked:
            return clamped_max_tokens(asked[name], limits.most, dropped, name)
    return limits.default if asked.get("reasoning_effort", "none") == "none" else limits.most


def _stop(asked: dict[str, Any]) -> dict[str, Any]:
    stop = asked.get("stop", [])
    sequences = [stop] if isinstance(stop, str) else stop
    if not isinstance(sequences, list) or not all(isinstance(one, str) and one.strip() for one in sequences):
        raise InvalidRequest(
            "expected a string or an array of strings, each with more in it than white space.", field="stop"
        )
    return {"stop_sequences": sequences} if sequences else {}


def _sampling(asked: dict[str, Any]) -> dict[str, Any]:
    """Both APIs' default is 1, which asks for nothing. Whether a model takes another value, Bedrock says."""
    found = {}
    for name in ("temperature", "top_p"):
        value = asked.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise InvalidRequest("expected a number from 0 to 1, which is as far as Claude goes.", field=name)
        if value != 1:
            found[name] = value
    return found


def _user(asked: dict[str, Any]) -> dict[str, Any]:
    for name in ("safety_identifier", "user"):
        if name in asked:
            return {"metadata": {"user_id": as_string(asked[name], name)}}
    return {}


def _include_usage(asked: dict[str, Any], stream: bool) -> bool:
    options = optional(asked, "stream_options", dict, {})
    if "stream_options" in asked and not stream:
        raise InvalidRequest(
            "only for a streamed answer; set stream to true or leave it out.", field="stream_options"
        )
    for name in options:
        if name not in ("include_usage", "include_obfuscation"):
            raise InvalidRequest("unknown parameter; leave it out.", field=f"stream_options.{printable(name)}")
    return bool(optional(options, "include_usage", bool, False, "stream_options."))


def _output_format(asked: dict[str, Any]) -> dict[str, Any]:
    given = optional(asked, "response_format", dict, {"type": "text"})
    if given.get("type") == "text":
        return {}
    if given.get("type") != "json_schema":
        raise InvalidRequest(
            "expected text or json_schema; Claude promises no JSON without one.", field="response_format.type"
        )
    schema = as_dict(given.get("json_schema"), "response_format.json_schema").get("schema")
    return {"format": {"type": "json_schema", "schema": as_dict(schema, "response_format.json_schema.schema")}}


def _thinking(asked: dict[str, Any], model_id: str, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """`reasoning_effort` as (thinking, effort): adaptive with an effort since Claude 4.6, a budget before.

    https://docs.claude.com/en/docs/build-with-claude/adaptive-thinking
    """
    effort = asked.get("reasoning_effort")
    if effort is None:
        return {}, {}
    if not isinstance(effort, str) or effort not in _EFFORTS:
        raise InvalidRequest(f"expected one of {', '.join(_EFFORTS)}.", field="reasoning_effort")
    version = generation(model_id)
    if effort == "none":
        return ({"thinking": {"type": "disabled"}} if version >= (4, 0) else {}), {}
    if version < (4, 0):
        raise InvalidRequest(
            "this model does not think; leave it out or choose another model.", field="reasoning_effort"
        )
    if version < (4, 6):
        return _budget(effort, body), {}
    return {"thinking": {"type": "adaptive"}}, {"effort": "low" if effort == "minimal" else effort}


def _budget(effort: str, body: dict[str, Any]) -> dict[str, Any]:
    """A share of the answer's tokens; none behind a tool's result, whose call would need the thought before it."""
    if any(block["type"] == "tool_result" for block in body["messages"][-1]["content"]):
        return {}
    if body["max_tokens"] <= _LEAST_BUDGET:
        raise InvalidRequest(
            f"thinking needs max_completion_tokens over {_LEAST_BUDGET}.", field="reasoning_effort"
        )
    share = {"minimal": 0.1, "low": 0.2, "medium": 0.5}.get(effort, 0.8)
    return {"thinking": {"type": "enabled", "budget_tokens": max(_LEAST_BUDGET, int(share * body["max_tokens"]))}}
