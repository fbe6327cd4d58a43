"""OpenAI's Agents SDK with both of its models: two questions of one conversation, then a tool, each streamed."""

import asyncio
from os import environ

from agents import Agent, OpenAIProvider, RunConfig, Runner, SQLiteSession, function_tool


@function_tool
def read_notes(name: str) -> str:
    """Reads the notes."""
    with open(name) as notes:
        return notes.read()


async def converse(use_responses: bool) -> None:
    agent = Agent(name="Reader", model="claude-haiku-5-5", tools=[read_notes])
    session = SQLiteSession(f"responses {use_responses}")
    config = RunConfig(model_provider=OpenAIProvider(use_responses=use_responses))
    call = 'Read the notes.\n/tool read_notes {"name": "notes.txt"}'
    for question in (environ["FIRST"], environ["SECOND"], call):
        result = Runner.run_streamed(agent, question, session=session, run_config=config)
        async for event in result.stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
                print(event.data.delta, end="")
        print()


async def main() -> None:
    await converse(use_responses=True)
    await converse(use_responses=False)


asyncio.run(main())
