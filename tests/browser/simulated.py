"""The requests that have reached the simulated model, and what it answers next."""

from typing import Any

from tests.browser.chat import Chat
from tests.conftest import Deployment


def sent(deployment: Deployment) -> list[Any]:
    """The bodies that have reached the model, the last one last."""
    requests = deployment.simulator.requests
    return [request.body for request in requests if request.operation == "InvokeModelWithResponseStream"]


def answers(chat: Chat, text: str) -> None:
    """Makes the next answers say `text`, three characters at a time."""
    chat.page.evaluate(
        """(text) => {
            const event = (event) => new TextEncoder().encode(`data: ${JSON.stringify(event)}\\n\\n`);
            const delta = (text) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } });
            const stream = () => new ReadableStream({
                async start(line) {
                    line.enqueue(event({ type: 'message_start', message: { usage: { input_tokens: 1 } } }));
                    for (const piece of text.match(/[^]{1,3}/g)) {
                        line.enqueue(event(delta(piece)));
                        await new Promise((done) => setTimeout(done, 30));
                    }
                    line.enqueue(event({ type: 'message_stop' }));
                },
            });
            const real = window.fetch;
            window.fetch = async (url, options) =>
                options?.method === 'POST' ? new Response(stream()) : real(url, options);
        }""",
        text,
    )
