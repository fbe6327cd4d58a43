"""Values of an SDK's request types, made by Hypothesis: whatever the types allow, in JSON.

`strategies.from_type` would do the same, but needs all memory for types as large and recursive as these.
"""

import collections.abc
import functools
import os
import types
from typing import (
    IO,
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from hypothesis import strategies as st
from typing_extensions import is_typeddict

Strategy = st.SearchStrategy[Any]

words = st.text('aé你😀 \n"\\', max_size=6)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | words,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
)
_SIMPLE: dict[Any, Strategy] = {
    str: words,
    bool: st.booleans(),
    int: st.integers(1, 4096),
    float: st.floats(0, 2),
    object: json_values,
    Any: json_values,
    type(None): st.none(),
}


@st.composite
def values_of(draw: st.DrawFn, kind: Any) -> Any:  # noqa: PLR0911 (a case a line)
    """A value that the type allows. A union gives all its members; an iterable has two items at most."""
    if kind in _SIMPLE:
        return draw(_SIMPLE[kind])
    if is_typeddict(kind):
        return {name: draw(values_of(hint)) for name, hint in _fields(kind) if draw(_taken(hint))}
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Required, NotRequired, Annotated):
        return draw(values_of(arguments[0]))
    if origin is Literal:
        return draw(st.sampled_from(arguments))
    if origin in (Union, types.UnionType):
        return draw(values_of(draw(st.sampled_from(_members(kind)))))
    if origin in (dict, collections.abc.Mapping):
        return {name: draw(values_of(arguments[1])) for name in draw(st.lists(words, max_size=2))}
    return [draw(values_of(arguments[0])) for _ in range(draw(st.integers(0, 2)))]  # list, Iterable, SequenceNotStr


@functools.cache
def _fields(kind: Any) -> list[tuple[str, Any]]:
    return list(get_type_hints(kind, include_extras=True).items())


def _taken(hint: Any) -> Strategy:
    """Optional fields are mostly left out: with all of them no value would ever be finished."""
    return st.just(True) if get_origin(hint) is Required else st.sampled_from([False, False, False, True])


def _members(union: Any) -> list[Any]:
    """The members of a union without files and the SDK's response objects, which become the same JSON."""
    if get_origin(union) is Annotated:
        return _members(get_args(union)[0])
    if get_origin(union) in (IO, os.PathLike):
        return []
    if get_origin(union) not in (Union, types.UnionType):
        return [union] if union in _SIMPLE or is_typeddict(union) or get_args(union) else []
    return [member for one in get_args(union) for member in _members(one)]
