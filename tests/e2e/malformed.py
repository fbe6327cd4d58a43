"""Values that are malformed, and what they make of a request to /v1/responses."""

import random
import string
from collections.abc import Callable
from typing import Any


def anything(rng: random.Random, depth: int = 0) -> Any:
    """A JSON value of any kind."""
    kind = rng.randrange(6 if depth > 2 else 8)
    if kind < 6:
        return rng.choice(
            [None, True, False, rng.randint(-9, 9), rng.random(), 10**30, words(rng), "", "😀", "\ud83d"]
        )
    if kind == 6:
        return [anything(rng, depth + 1) for _ in range(rng.randrange(3))]
    return {words(rng): anything(rng, depth + 1) for _ in range(rng.randrange(3))}


def words(rng: random.Random) -> str:
    return "".join(rng.choices(string.printable + "你好é\u2028\x00", k=rng.randrange(1, 9)))


def other_than(rng: random.Random, *kinds: type) -> Any:
    """A value of none of these kinds; null is left out too, which often means that nothing was said."""
    while True:
        value = anything(rng)
        if value is not None and type(value) not in kinds:
            return value


BAD_ITEMS: list[Callable[[random.Random], Any]] = [
    lambda rng: other_than(rng, str, list),
    lambda rng: rng.choice(["", " ", []]),
    lambda rng: [other_than(rng, dict)],
    lambda rng: [{"type": other_than(rng, str), "content": "a"}],
    lambda rng: [{"type": words(rng), "content": "a"}],
    lambda rng: [{"role": rng.choice([other_than(rng, str), words(rng)]), "content": "a"}],
    lambda rng: [{"role": "user", "content": other_than(rng, str, list)}],
    lambda rng: [{"role": "user", "content": [rng.choice([other_than(rng, dict), {"type": words(rng)}])]}],
    lambda rng: [{"role": "user", "content": [{"type": "input_text", "text": other_than(rng, str)}]}],
    lambda rng: [{"role": "user", "content": [{"type": "input_image", "image_url": words(rng)}]}],
    lambda rng: [{"role": "user", "content": "a", "x" + words(rng): other_than(rng)}],
    lambda rng: [{"type": "function_call", "call_id": other_than(rng, str), "name": "a", "arguments": "{}"}],
    lambda rng: [{"type": "function_call_output", "call_id": words(rng), "output": "a"}],
    lambda rng: [{"type": "item_reference", "id": words(rng)}],
]
BAD_RESPONSES_FIELDS: dict[str, Callable[[random.Random], Any]] = {
    "model": lambda rng: rng.choice([other_than(rng, str), words(rng)]),
    "input": lambda rng: rng.choice(BAD_ITEMS)(rng),
    "instructions": lambda rng: other_than(rng, str),
    "stream": lambda rng: other_than(rng, bool),
    "max_output_tokens": lambda rng: rng.choice([other_than(rng, int), 0, -5]),
    "temperature": lambda rng: rng.choice([other_than(rng, int, float), 2.5, -1]),
    "tools": lambda rng: rng.choice([other_than(rng, list), [other_than(rng, dict)], [{"type": words(rng)}]]),
    "tool_choice": lambda rng: rng.choice([words(rng), {"type": "function"}, 5]),
    "reasoning": lambda rng: rng.choice([other_than(rng, dict), {"effort": words(rng)}, {words(rng): 1}]),
    "text": lambda rng: rng.choice([other_than(rng, dict), {"format": other_than(rng, dict)}, {words(rng): 1}]),
    "include": lambda rng: rng.choice([other_than(rng, list), [words(rng)]]),
    "metadata": lambda rng: other_than(rng, dict),
    "store": lambda rng: other_than(rng, bool),
    "previous_response_id": other_than,
    "x" + words(random.Random(9)): other_than,
}
