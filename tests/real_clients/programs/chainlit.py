"""Chainlit's server with the application of the page; a browser's messages to it, two questions of one chat."""

import asyncio
import socket
import subprocess
import sys
import uuid
from os import environ

import socketio


async def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["chainlit", "run", "configuration.py", "--headless", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command) as server:
        try:
            await chat(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


async def chat(url: str) -> None:
    browser, ended = socketio.AsyncClient(), asyncio.Event()
    pieces: list[str] = []
    browser.on("stream_token", lambda piece: pieces.append(piece["token"]))
    browser.on("task_end", lambda *_: pieces and ended.set())  # one ends before the first question, too
    session = {"sessionId": str(uuid.uuid4()), "clientType": "webapp", "threadId": "", "userEnv": "{}"}
    await browser.connect(url, auth=session, socketio_path="/ws/socket.io", retry=True, wait_timeout=60)
    await browser.emit("connection_successful")
    for question in (environ["FIRST"], environ["SECOND"]):
        ended.clear()
        names = {
            "id": str(uuid.uuid4()),
            "name": "user",
            "type": "user_message",
            "createdAt": "2026-11-27T12:00:00Z",
        }
        message = {**names, "output": question}
        await browser.emit("client_message", {"message": message, "fileReferences": []})
        await asyncio.wait_for(ended.wait(), 120)
        print("".join(pieces))
        pieces.clear()
    await browser.disconnect()


sys.exit(asyncio.run(main()))
