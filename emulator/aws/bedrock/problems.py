"""The sentences that every part of the validation says. Pure."""

from collections.abc import Collection, Iterator


def extra(place: str) -> str:
    return f"{place}: Extra inputs are not permitted"


def unknown_tag(place: str, found: object, expected: Collection[str]) -> str:
    tags = ", ".join(f"'{tag}'" for tag in sorted(expected))
    return f"{place}: Input tag '{found}' found using 'type' does not match any of the expected tags: {tags}"


def cache_control_problems(place: str, mark: object) -> Iterator[str]:
    """`place` is the marked block's, such as system.0, and "" the body's. Bedrock has no `scope`."""
    if mark is None:
        return
    where = f"{place}.cache_control".lstrip(".")
    if not isinstance(mark, dict) or mark.get("type") != "ephemeral":
        found = mark.get("type") if isinstance(mark, dict) else mark
        yield unknown_tag(where, found, {"ephemeral"})
        return
    for name in mark:
        if name not in ("type", "ttl"):
            yield extra(f"{where}.ephemeral.{name}")
    if mark.get("ttl", "5m") not in ("5m", "1h"):
        yield f"{where}.ephemeral.ttl: Input should be '5m' or '1h'"
