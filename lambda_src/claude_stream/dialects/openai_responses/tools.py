"""The tools of a request, and which of them may be called. Pure.

Claude has functions only. A custom tool, whose input is free text, becomes a function with one string; the tools of
a namespace stand among the others, with its name before theirs.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from claude_stream.bedrock.families import Family
from claude_stream.dialects.openai_responses.content import Block, known, tool_name
from claude_stream.dialects.openai_shared.tools import input_schema, strict_schema, unforced
from claude_stream.errors import InvalidRequest
from claude_stream.values import as_dict, as_list, as_string, optional

_WEB_SEARCH = re.compile(r"web_search(_preview)?(_\d{4}_\d{2}_\d{2})?")

# How OpenAI's own machines go about a tool: not looked at, as no call differs without it.
_HINTS = {"allowed_callers", "defer_loading", "output_schema"}
_FUNCTION = {"type", "name", "description", "parameters", "strict", *_HINTS}
_CUSTOM = {"type", "name", "description", "format", *_HINTS}
_WORDS = {"auto": "auto", "none": "none", "required": "any"}


class Tool(NamedTuple):
    """A tool as the client named it; `kind` is function or custom."""

    kind: str
    name: str
    namespace: str | None = None


_Named = tuple[str, Tool, Block]  # a tool by Claude's name of it, and its definition


class _Namespace(NamedTuple):
    name: str
    description: str


class Tools:
    """The tools of a request: `definitions` for Claude, and `by_name` what the client calls them.

    `dropped` gets what is left out.
    """

    def __init__(self, family: Family, dropped: list[str]) -> None:
        self.by_name: dict[str, Tool] = {}
        self._definitions: dict[str, Block] = {}
        self._family = family
        self._dropped = dropped

    @property
    def definitions(self) -> list[Block]:
        return list(self._definitions.values())

    def add(self, given: object, where: str, *, replace: bool = False) -> None:
        """Adds a list of tools; only with `replace` may one have the name of an earlier one."""
        earlier = set(self.by_name) if replace else set()
        for index, tool in enumerate(as_list(given, where)):
            for name, one, definition in self._read(tool, f"{where}[{index}]", None):
                if name in self.by_name and name not in earlier:
                    raise InvalidRequest("another tool has the same name.", field=f"{where}[{index}].name")
                earlier.discard(name)
                self.by_name[name], self._definitions[name] = one, definition

    def choose(self, choice: object, parallel: bool) -> tuple[Block, list[Block]]:
        """(Claude's tool_choice, the system's blocks). Tools that may not be called are taken out.

        A model that cannot be forced to call is asked to.
        """
        chosen = self._chosen(choice)
        if not parallel and chosen.get("type") != "none":
            chosen = {"type": "auto", **chosen, "disable_parallel_tool_use": True}
        return unforced(chosen, self._family, self._dropped) if self.definitions else ({}, [])

    def _read(self, given: object, where: str, namespace: _Namespace | None) -> Iterator[_Named]:
        kind = as_dict(given, where).get("type")
        if kind == "namespace" and namespace is None:
            yield from self._in_namespace(given, where)
        elif kind == "function":
            yield self._named_tool(given, where, namespace, kind, _FUNCTION)
        elif kind == "custom":
            yield self._named_tool(given, where, namespace, kind, _CUSTOM)
        elif isinstance(kind, str) and _WEB_SEARCH.fullmatch(kind):
            self._drop("tools.web_search")
        else:
            raise InvalidRequest(
                "expected function, custom, namespace or web_search; this service runs no tools.",
                field=f"{where}.type",
            )

    def _in_namespace(self, given: object, where: str) -> Iterator[_Named]:
        holder = known(given, {"type", "name", "description", "tools"}, where)
        namespace = _Namespace(
            tool_name(holder.get("name"), f"{where}.name"),
            optional(holder, "description", str, "", f"{where}."),
        )
        for index, tool in enumerate(as_list(holder.get("tools"), f"{where}.tools")):
            yield from self._read(tool, f"{where}.tools[{index}]", namespace)

    def _named_tool(
        self, given: object, where: str, namespace: _Namespace | None, kind: str, names: set[str]
    ) -> _Named:
        holder = known(given, names, where)
        space = namespace.name if namespace else None
        name = tool_name(holder.get("name"), f"{where}.name", space)
        about = [namespace.description] if namespace else []
        about.append(optional(holder, "description", str, "", f"{where}."))
        if kind == "function":
            made = self._function(holder, where)
        else:
            made = {"input_schema": _FREE_TEXT}
            about.append(self._grammar(holder, where))
        description = "\n\n".join(text for text in about if text.strip())
        definition = {"name": name, **({"description": description} if description else {}), **made}
        return name, Tool(kind, holder["name"], space), definition

    def _function(self, holder: dict[str, Any], where: str) -> Block:
        field = f"{where}.parameters"
        schema = input_schema(as_dict(holder.get("parameters", {}), field), field)
        if not optional(holder, "strict", bool, False, f"{where}."):
            return {"input_schema": schema}
        return {"input_schema": schema} | strict_schema(schema, self._family, self._dropped, "tools.parameters")

    def _grammar(self, holder: dict[str, Any], where: str) -> str:
        """A grammar as words of the description: nothing here can hold Claude to one."""
        where = f"{where}.format"
        form = known(holder.get("format", {"type": "text"}), {"type", "syntax", "definition"}, where)
        if form.get("type") == "text":
            return ""
        if form.get("type") != "grammar":
            raise InvalidRequest("expected text or grammar.", field=f"{where}.type")
        syntax = as_string(form.get("syntax"), f"{where}.syntax")
        self._drop("tools.format")
        return f"The input has to match this {syntax} grammar:\n" + as_string(
            form.get("definition"), f"{where}.definition"
        )

    def _chosen(self, choice: object) -> Block:
        if choice is None:
            return {}
        if isinstance(choice, str):
            return self._word(choice, "tool_choice")
        kind = as_dict(choice, "tool_choice").get("type")
        if kind == "allowed_tools":
            return self._allowed(known(choice, {"type", "mode", "tools"}, "tool_choice"))
        if kind not in ("function", "custom"):
            raise InvalidRequest(
                f"expected {', '.join(_WORDS)}, function, custom or allowed_tools.", field="tool_choice.type"
            )
        return {"type": "tool", "name": self._named(choice, "tool_choice")}

    def _word(self, word: str, where: str) -> Block:
        if word not in _WORDS:
            raise InvalidRequest(f"expected {', '.join(_WORDS)}, or an object.", field=where)
        if word == "required" and not self.definitions:
            raise InvalidRequest("there are no tools to choose from.", field=where)
        return {"type": _WORDS[word]}

    def _allowed(self, choice: dict[str, Any]) -> Block:
        where = "tool_choice.tools"
        tools = as_list(choice.get("tools"), where)
        names = {
            self._named(tool, f"{where}[{index}]")
            for index, tool in enumerate(tools)
            if not _WEB_SEARCH.fullmatch(str(as_dict(tool, f"{where}[{index}]").get("type")))
        }
        self._definitions = {name: tool for name, tool in self._definitions.items() if name in names}
        return self._word(as_string(choice.get("mode", "auto"), "tool_choice.mode"), "tool_choice.mode")

    def _named(self, choice: object, where: str) -> str:
        holder = known(choice, {"type", "name", "namespace"}, where)
        namespace = optional(holder, "namespace", str, None, f"{where}.")
        name = tool_name(holder.get("name"), f"{where}.name", namespace)
        if name not in self.by_name:
            raise InvalidRequest("there is no such tool in tools.", field=f"{where}.name")
        return name

    def _drop(self, name: str) -> None:
        if name not in self._dropped:
            self._dropped.append(name)


_FREE_TEXT = {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}
