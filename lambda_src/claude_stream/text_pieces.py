"""Text in pieces, where a piece may end in the first half of an emoji. Pure."""


class WholeCharacters:
    """Holds back the first half of a surrogate pair until the second comes: an emoji is never split."""

    def __init__(self) -> None:
        self._pending = ""

    def add(self, text: str) -> str:
        """The characters that are whole now and were not returned before."""
        text = self._pending + text
        self._pending = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        whole = text.removesuffix(self._pending)
        return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
