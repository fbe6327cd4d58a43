"""Lighthouse's scores of the page as the demo serves it: `python -m bench.lighthouse`.

`performance` is a time, so it is measured here and not in a test; on a machine with other work it falls.
"""

import json
import os
import subprocess
from collections.abc import Sequence

from bench.chromium import chromium
from emulator.background import Background
from emulator.demo import ROOT, Demo

COMMAND = ("node", str(ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"))
CATEGORIES = ("performance", "accessibility", "best-practices")
TARGET = 98

# Lighthouse's own default is a phone on a slow network, with a slow processor.
SCREENS = {"desktop": ["--preset=desktop"], "phone": []}

# Now and then the browser's trace begins after the page has, and Lighthouse says so and asks to be run again
# (NO_NAVSTART), in 1 of 6 to 50 runs, depending on the day. That is no measurement, neither a good nor a bad one.
TRIES = 8


class NothingMeasured(Exception):
    """Lighthouse failed in each of its tries; the message is what it said."""


def scores(url: str, screen: str, browser: str, categories: Sequence[str] = CATEGORIES) -> dict[str, float]:
    """Each category's score of the page at `url`, from 0 to 100."""
    options = [*SCREENS[screen], f"--only-categories={','.join(categories)}", "--no-enable-error-reporting"]
    options += ["--output=json", "--quiet", "--chrome-flags=--headless --no-sandbox --disable-gpu"]
    complaints = []
    for _ in range(TRIES):
        run = subprocess.run(
            [*COMMAND, url, *options],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "CHROME_PATH": browser},
        )
        if run.returncode == 0:
            found = json.loads(run.stdout)["categories"]
            return {name: 100 * found[name]["score"] for name in categories}
        complaints.append(run.stderr)
    raise NothingMeasured("\n".join(complaints))


def table(found: dict[str, dict[str, float]]) -> str:
    """`found`: the scores by screen."""
    lines = [f"| Lighthouse, target {TARGET} | {' | '.join(CATEGORIES)} |", "|---|" + "--:|" * len(CATEGORIES)]
    for screen, of in found.items():
        lines.append(f"| {screen} | {' | '.join(f'{of[name]:.0f}' for name in CATEGORIES)} |")
    return "\n".join(lines)


def main() -> None:
    browser = chromium()
    with Background() as background:
        demo = Demo()
        background.run(demo.__aenter__())
        print(table({screen: scores(demo.page.url, screen, browser) for screen in SCREENS}))
        background.run(demo.__aexit__(None, None, None))


if __name__ == "__main__":
    main()
