"""Long conversations, and answers whose pieces come when a test says so."""

from playwright.sync_api import Page, expect

from tests.asking import eventually
from tests.browser.chat import Chat

GAP = "(scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight"

# A POST is answered from here: window.say(text) sends a piece of the answer, window.end() its end.
LINE = """
    const real = window.fetch;
    window.fetch = async (url, options) => {
        if (options?.method !== 'POST') return real(url, options);
        const encoder = new TextEncoder();
        let line;
        const stream = new ReadableStream({ start: (one) => { line = one; } });
        const send = (event) => line.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\\n\\n`));
        send({ type: 'message_start', message: { usage: { input_tokens: 1 } } });
        window.say = (text) => send({ type: 'content_block_delta', delta: { type: 'text_delta', text } });
        window.end = () => {
            send({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } });
            send({ type: 'message_stop' });
            line.close();
        };
        return new Response(stream);
    };
"""

PARAGRAPHS = "\n\n".join(f"Paragraph {n} of *an answer* that is long enough to scroll." for n in range(60))


def answer_by_hand(chat: Chat) -> None:
    """An answer has begun whose pieces come when the test says so."""
    chat.page.evaluate(f"() => {{ {LINE} }}")
    chat.send("hello")
    assert eventually(lambda: chat.page.evaluate("'say' in window"))
    say(chat, PARAGRAPHS)
    expect(chat.answer.locator("p")).to_have_count(60)
    assert eventually(lambda: gap(chat) < 2)


def say(chat: Chat, text: str) -> None:
    chat.page.evaluate("(text) => say(text)", text)


def gap(chat: Chat) -> float:
    return float(chat.scroller.evaluate(GAP))


def many_turns(page: Page, count: int) -> None:
    """Writes a conversation of so many turns into the archive, as the page does."""
    page.evaluate(
        """async (count) => {
            const table = '| a | b |\\n|---|---|\\n| 1 | 2 |\\n';
            const text = `Some **words** of an answer.\\n\\n- one\\n- two\\n\\n${table}`;
            const turn = (n) => ({
                id: `t${n}`, after: n ? `t${n - 1}` : '', created: n, prompt: `prompt ${n}`, files: [], model: 'm',
                blocks: [{ type: 'text', text: `Answer ${n}.\\n\\n${text}` }], status: 'done', ending: 'end_turn',
                problem: null, figures: null, silent: false,
            });
            const turns = Array.from({ length: count }, (_, n) => turn(n));
            const conversation = {
                id: 'long', title: 'A long one', created: 1, updated: 1, model: 'm', system: '', turns, aside: [],
            };
            const database = await new Promise((done) => {
                const request = indexedDB.open('claude-stream');
                request.onsuccess = () => done(request.result);
            });
            const writing = database.transaction(['conversations', 'summaries'], 'readwrite');
            writing.objectStore('conversations').put(conversation);
            writing.objectStore('summaries').put({ id: 'long', title: 'A long one', updated: 1, text: '' });
            await new Promise((done) => { writing.oncomplete = done; });
            database.close();
        }""",
        count,
    )
    page.reload()
