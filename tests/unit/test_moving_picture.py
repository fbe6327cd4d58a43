"""The README's moving picture shows what the demo says, moves only for people who like that, and loads nothing."""

import re
from typing import Any
from xml.etree import ElementTree

from emulator.aws.bedrock.answers import answer
from tests.places import ROOT
from tools.moving_picture.__main__ import PROMPT
from tools.moving_picture.draw import HOLD_MS, Clock, draw

PICTURE = (ROOT / "docs" / "streaming.svg").read_text()
SVG = "{http://www.w3.org/2000/svg}"


def text(word: str, at: str | int, x: float = 0, color: str = "black") -> dict[str, Any]:
    look = {"size": 16, "weight": "400", "italic": False, "mono": False, "color": color, "ascent": 12, "height": 20}
    return {"text": word, "at": at, "x": x, "y": 0, "width": 40, "scrolls": True, **look}


def recording(texts: list[dict[str, Any]]) -> dict[str, Any]:
    logo = {"x": 0, "y": 0, "width": 22, "height": 22, "source": '<svg viewBox="0 0 1 1"></svg>'}
    frames = [[0, 0, 0], [500, 5, 0], [1000, 9, 30]]
    rest = {"ground": "white", "line": "grey", "logo": logo, "top": 10, "bottom": 90, "boxes": [], "icons": []}
    return {"frames": frames, "texts": texts, **rest}


def drawn(*texts: dict[str, Any]) -> str:
    return draw(
        {"light": recording(list(texts)), "dark": recording([{**one, "color": "pink"} for one in texts])}, 100, 100
    )


class TestDrawing:
    def test_a_text_shows_from_the_frame_that_had_it(self) -> None:
        picture = drawn(text("early", 5), text("late", 6))
        loop = 1000 + HOLD_MS
        assert f"@keyframes f2{{0%{{opacity:0}}{100 * 1000 / loop:.2f}%{{opacity:1}}}}" in picture
        assert re.search(r'<text class="t c\d+ f1"[^>]*>early</text>', picture)
        assert re.search(r'<text class="t c\d+ f2"[^>]*>late</text>', picture)

    def test_what_is_always_there_is_not_animated(self) -> None:
        assert re.search(r'<text class="t c\d+"[^>]*>name</text>', drawn(text("name", "always")))

    def test_words_that_come_together_are_one_text(self) -> None:
        picture = drawn(text("one", 5), text("two", 5, 44), text("three", 9, 88))
        assert re.findall(r">([a-z ]+)</text>", picture) == ["one two", "three"]
        assert 'textLength="84.0"' in picture

    def test_colours_are_the_pages_in_both_schemes(self) -> None:
        picture = drawn(text("word", 1))
        light, dark = picture.split("@media (prefers-color-scheme:dark)", 1)
        assert "fill:black" in light
        assert "fill:pink" in dark

    def test_markup_in_a_word_stays_a_word(self) -> None:
        assert "&lt;b&gt;" in drawn(text("<b>", 1))

    def test_it_scrolls_as_the_page_did(self) -> None:
        clock = Clock(recording([])["frames"])
        stops = re.findall(r"translateY\((-?\d+)px\)", clock.rules().split("@keyframes s")[1])
        assert stops == ["0", "-30"]


class TestPicture:
    def test_has_only_words_that_the_demo_says(self) -> None:
        """When the simulator's answer changes, make the picture again: python -m tools.moving_picture."""
        frame_class = re.compile(r"\bf\d+\b")
        texts = [
            "".join(element.itertext())
            for element in ElementTree.fromstring(PICTURE).iter(f"{SVG}text")
            if frame_class.search(element.get("class", ""))
        ]
        *words, figures = re.findall(r"[A-Za-z]{2,}|\d+\.\d+ s to the first word.*", " ".join(texts))
        answer_words = set(re.findall(r"[A-Za-z]{2,}", answer(PROMPT))) | {"Copy", "code"}
        assert len(words) > 80
        assert set(words) <= answer_words
        assert "tokens/s" in figures

    def test_comes_in_many_steps(self) -> None:
        assert len(re.findall(r"@keyframes f\d+", PICTURE)) > 30

    def test_stands_still_for_those_who_want_less_motion(self) -> None:
        assert "@media (prefers-reduced-motion:reduce){[class*=f],.s,.until{animation:none}}" in PICTURE

    def test_is_small_and_loads_nothing(self) -> None:
        assert len(PICTURE) < 60_000
        assert not re.search(r"<script|<image|href=|url\((?!#)|@import|on\w+=", PICTURE)
