"""The page in Chromium, fed by hand, and what its main thread does meanwhile."""

import json
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, CDPSession, Page

from emulator.demo import ROOT

KEY = "bench"

# Stands in for fetch: the page's own POST gets a stream that is fed from here, a tenth at a time.
FEED = """
window.feed = (() => {
    let line, stop;
    const encoder = new TextEncoder();
    const send = (event) =>
        line.enqueue(encoder.encode(`event: ${event.type}\\ndata: ${JSON.stringify(event)}\\n\\n`));
    const real = window.fetch;
    window.fetch = (url, options) => {
        if (options?.method !== 'POST') return real(url, options);
        const body = new ReadableStream({ start: (controller) => { line = controller; } });
        send({ type: 'message_start', message: { usage: { input_tokens: 9 } } });
        window.write = (text) =>
            send({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
        return Promise.resolve(new Response(body));
    };
    return (pieces, perSecond) => new Promise((done) => {
        const began = performance.now();
        let fed = 0;
        const next = () => {
            const due = Math.min(pieces.length, Math.floor((performance.now() - began) / 1000 * perSecond) + 1);
            while (fed < due) window.write(pieces[fed++]);
            if (fed < pieces.length) setTimeout(next, 1000 / perSecond);
            else setTimeout(done, 300); // what is still to be drawn
        };
        next();
    });
})();
"""


def chromium() -> str:
    """The path of the browser that set-up has found or installed."""
    recorded = ROOT / ".setup" / "browser-path"
    path = recorded.read_text().strip() if recorded.exists() else ""
    if not Path(path).is_file():
        sys.exit("bench: there is no browser: run make setup")
    return path


def open_page(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True).new_page()
    page.add_init_script(f"sessionStorage.setItem('claude-stream.key', '{KEY}');{FEED}")
    page.goto(url)
    page.get_by_label("Your message").fill("A long answer, please.")
    page.wait_for_selector("[data-send]:enabled")
    return page


class Task(NamedTuple):
    """One task of the main thread, in milliseconds: its CPU time, and its time by the clock."""

    cpu: float
    wall: float


def stop_tracing(browser: Browser) -> list[Task]:
    """The main thread's tasks since the tracing began."""
    events = json.loads(browser.stop_tracing())["traceEvents"]
    named = [event for event in events if event["name"] == "thread_name"]
    main = {(event["pid"], event["tid"]) for event in named if event["args"]["name"] == "CrRendererMain"}
    tasks = [event for event in events if "tdur" in event and (event["pid"], event["tid"]) in main]
    return [Task(event["tdur"] / 1000, event["dur"] / 1000) for event in tasks]


def busy_seconds(devtools: CDPSession) -> float:
    """What the main thread has worked so far, by Chromium's own count."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))
