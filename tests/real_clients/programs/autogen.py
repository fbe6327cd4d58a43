"""AutoGen's assistant on each of the two APIs: two questions of one conversation, then a tool, each streamed."""

import asyncio
from os import environ

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.messages import ModelClientStreamingChunkEvent
from configuration import clients


async def read_notes(name: str) -> str:
    """Reads the notes."""
    with open(name) as notes:
        return notes.read()


async def main() -> None:
    call = 'Read the notes.\n/tool read_notes {"name": "notes.txt"}'
    for client in clients:
        agent = AssistantAgent(
            "reader", client, tools=[read_notes], model_client_stream=True, reflect_on_tool_use=True
        )
        for question in (environ["FIRST"], environ["SECOND"], call):
            async for event in agent.run_stream(task=question):
                if isinstance(event, ModelClientStreamingChunkEvent):
                    print(event.content, end="")
            print()


asyncio.run(main())
