"""A recording of the page -> an SVG that plays it. Pure.

Everything is text and shapes with CSS animations, so it is small, sharp at every size, light or dark as the
reader's system is, and still where the reader wants less motion: the whole answer then stands there at once.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

Item = dict[str, Any]  # as record.js writes them
HOLD_MS = 4500  # how long the whole answer stands before it begins again
LABEL = "The chat page: an answer comes in word by word"
SANS = 'system-ui,-apple-system,"Segoe UI","Noto Sans",sans-serif'
MONO = 'ui-monospace,"SF Mono","Cascadia Code",Menlo,Consolas,"DejaVu Sans Mono",monospace'


class Palette:
    """A CSS class for each pair of colours, light and dark, that fills or outlines."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str, str], str] = {}

    def __call__(self, attribute: str, light: str, dark: str) -> str:
        return self._names.setdefault((attribute, light, dark), f"c{len(self._names)}")

    def rules(self) -> str:
        light = "".join(f".{name}{{{attribute}:{day}}}" for (attribute, day, _), name in self._names.items())
        dark = "".join(f".{name}{{{attribute}:{night}}}" for (attribute, _, night), name in self._names.items())
        return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"


class Clock:
    """When things show: moments of the recording -> CSS animations that repeat together."""

    def __init__(self, frames: list[tuple[float, int, float]]) -> None:
        self._frames = frames
        self._loop_ms = frames[-1][0] + HOLD_MS
        self._used: set[int] = set()

    def frame(self, at: str | int) -> int | None:
        """The frame in which something first shows; None for what is always there."""
        if at in ("always", "sent"):
            return None
        last = len(self._frames) - 1
        if at == "ended":
            return last
        return next((n for n, (_, length, _) in enumerate(self._frames) if length >= int(at)), last)

    def name(self, at: str | int) -> str:
        if at == "working":
            return " until"
        frame = self.frame(at)
        if frame is None:
            return ""
        self._used.add(frame)
        return f" f{frame}"

    def rules(self) -> str:
        shown = (
            f".f{n}{{animation-name:f{n}}}@keyframes f{n}{{0%{{opacity:0}}{self._percent(n)}{{opacity:1}}}}"
            for n in sorted(self._used)
        )
        scrolled = [top for _, _, top in self._frames]
        stops = [n for n, top in enumerate(scrolled) if n == 0 or top != scrolled[n - 1]]
        moved = "".join(f"{self._percent(n)}{{transform:translateY({-scrolled[n]:g}px)}}" for n in stops)
        timing = f"animation-duration:{self._loop_ms / 1000:.2f}s;animation-timing-function:step-end"
        return (
            f"[class*=f],.s,.until{{{timing};animation-iteration-count:infinite}}{''.join(shown)}"
            f".until{{opacity:0;animation-name:u}}@keyframes u{{0%{{opacity:1}}{self._percent(-1)}{{opacity:0}}}}"
            f".s{{animation-name:s;transform:translateY({-scrolled[-1]:g}px)}}@keyframes s{{{moved}}}"
            "@media (prefers-reduced-motion:reduce){[class*=f],.s,.until{animation:none}}"
        )

    def _percent(self, frame: int) -> str:
        return f"{100 * self._frames[frame][0] / self._loop_ms:.2f}%"


def draw(taken: dict[str, Any], width: int, height: int) -> str:
    """`taken`: what record.js gives in the light and in the dark scheme; the two differ in colours only."""
    light, dark = taken["light"], taken["dark"]
    clock, palette = Clock(light["frames"]), Palette()
    ground = f"{palette('fill', light['ground'], dark['ground'])} {palette('stroke', light['line'], dark['line'])}"
    scrolling: list[str] = []
    fixed: list[str] = []
    for kind, shape in (("boxes", box), ("texts", words), ("icons", icon)):
        for item in merged(kind, light[kind], dark[kind]):
            (scrolling if item["scrolls"] else fixed).append(shape(item, clock, palette))
    top, bottom = light["top"], light["bottom"]
    body = [
        f'<rect class="{ground}" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="14"/>',
        f'<clipPath id="view"><rect y="{top:g}" width="{width}" height="{bottom - top:g}"/></clipPath>',
        f'<g clip-path="url(#view)"><g class="s">{"".join(scrolling)}</g></g>',
        logo(light["logo"]),
        *fixed,
    ]
    style = (
        f"text{{white-space:pre}}.t{{font-family:{SANS}}}.m{{font-family:{MONO}}}{palette.rules()}{clock.rules()}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{LABEL}">'
        f"<style>{style}</style>{''.join(body)}</svg>\n"
    )


def merged(kind: str, light: list[Item], dark: list[Item]) -> Iterator[Item]:
    """The items with both their colours; neighbouring words that show together become one text."""
    both = [{**day, "dark": night} for day, night in zip(light, dark, strict=True)]
    if kind != "texts":
        yield from (item for item in both if kind == "icons" or visible(item))
        return
    run: Item | None = None
    for item in both:
        if run and continues(run, item):
            run = {**run, "text": f"{run['text']} {item['text']}", "width": item["x"] + item["width"] - run["x"]}
            continue
        if run:
            yield run
        run = item
    if run:
        yield run


def visible(item: Item) -> bool:
    return "edges" in item or (item["fill"], item["stroke"]) != ("none", "none")


def continues(run: Item, item: Item) -> bool:
    alike = ("y", "size", "weight", "italic", "mono", "color", "at", "scrolls")
    gap = item["x"] - run["x"] - run["width"]
    return all(run[key] == item[key] for key in alike) and 0 < gap < item["size"] / 2


def words(item: Item, clock: Clock, palette: Palette) -> str:
    font = "m" if item["mono"] else "t"
    look = f"{font} {palette('fill', item['color'], item['dark']['color'])}{clock.name(item['at'])}"
    style = f' font-weight="{item["weight"]}"' if item["weight"] != "400" else ""
    style += ' font-style="italic"' if item["italic"] else ""
    place = f'x="{item["x"]:.1f}" y="{item["y"] + item["ascent"]:.1f}" textLength="{item["width"]:.1f}"'
    return f'<text class="{look}" {place} font-size="{item["size"]:g}"{style}>{escape(item["text"])}</text>'


def box(item: Item, clock: Clock, palette: Palette) -> str:
    dark, moment = item["dark"], clock.name(item["at"])
    x, y, width, height = (item[key] for key in ("x", "y", "width", "height"))
    if edges := item.get("edges"):
        top, right, bottom, left = edges
        sides = [
            (x, y, width, top),
            (x + width - right, y, right, height),
            (x, y + height - bottom, width, bottom),
            (x, y, left, height),
        ]
        drawn = "".join(f"M{a:.1f} {b:.1f}h{w:.1f}v{h:.1f}h{-w:.1f}z" for a, b, w, h in sides if w and h)
        return f'<path class="{palette("fill", item["fill"], dark["fill"])}{moment}" d="{drawn}"/>'
    classes = [palette("fill", item["fill"], dark["fill"]), palette("stroke", item["stroke"], dark["stroke"])]
    inset = item["line"] / 2 if item["stroke"] != "none" else 0
    return (
        f'<rect class="{" ".join(classes)}{moment}" x="{x + inset:.1f}" y="{y + inset:.1f}" '
        f'width="{width - 2 * inset:.1f}" height="{height - 2 * inset:.1f}" rx="{item["radius"]:.1f}"/>'
    )


def icon(item: Item, clock: Clock, palette: Palette) -> str:
    pair = item["color"], item["dark"]["color"]
    look = f"{palette('stroke', *pair)} {palette('color', *pair)}"  # some shapes are filled, with currentColor
    line = f'fill="none" stroke-width="{item["line"]}" stroke-linecap="round" stroke-linejoin="round"'
    return (
        f'<svg class="{look}{clock.name(item["at"])}" {corner(item)} viewBox="{item["box"]}" {line}>'
        f"{item['shape']}</svg>"
    )


def logo(item: Item) -> str:
    """The page's icon, which is an SVG itself, in its place."""
    return str(item["source"]).strip().replace("<svg", f"<svg {corner(item)}", 1)


def corner(item: Item) -> str:
    return " ".join(f'{key}="{item[key]:.1f}"' for key in ("x", "y", "width", "height"))
