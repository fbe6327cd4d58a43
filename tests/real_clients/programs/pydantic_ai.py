"""Pydantic AI on each of the three APIs: two questions of one conversation, then a tool, each streamed."""

import asyncio
from os import environ

from configuration import models
from pydantic_ai import Agent
from pydantic_ai.models import Model


async def converse(model: Model) -> None:
    agent = Agent(model)

    @agent.tool_plain
    def read_notes(name: str) -> str:
        """Reads the notes."""
        with open(name) as notes:
            return notes.read()

    history = []
    call = 'Read the notes.\n/tool read_notes {"name": "notes.txt"}'
    for question in (environ["FIRST"], environ["SECOND"], call):
        async with agent.run_stream(question, message_history=history) as result:
            async for text in result.stream_text(delta=True):
                print(text, end="")
        history = result.all_messages()
        print()


async def main() -> None:
    for model in models:
        await converse(model)


asyncio.run(main())
