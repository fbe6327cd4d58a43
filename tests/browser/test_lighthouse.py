"""Lighthouse against the page as the demo serves it, in what does not depend on the machine's speed.

Its score of the page's speed is measured by `python -m bench.lighthouse`.
"""

import pytest

from bench.lighthouse import SCREENS, scores
from tests.browser.conftest import chromium


@pytest.mark.parametrize("screen", SCREENS)
def test_it_finds_nothing_in_accessibility_and_best_practices(screen: str, page_url: str) -> None:
    found = scores(page_url, screen, chromium(), ["accessibility", "best-practices"])
    assert found == {"accessibility": 100, "best-practices": 100}
