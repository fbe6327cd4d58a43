"""The Claude Agent SDK: two questions of one conversation, then a tool of its own, which has to be found."""

import asyncio
from os import environ
from typing import Any

from claude_agent_sdk import AssistantMessage, ClaudeAgentOptions, ClaudeSDKClient, create_sdk_mcp_server, tool


@tool("read_notes", "Reads the notes", {"name": str})
async def read_notes(arguments: dict[str, Any]) -> dict[str, Any]:
    with open(arguments["name"]) as notes:
        return {"content": [{"type": "text", "text": notes.read()}]}


async def main() -> None:
    notes = create_sdk_mcp_server("notes", tools=[read_notes])
    options = ClaudeAgentOptions(mcp_servers={"notes": notes}, allowed_tools=["mcp__notes__read_notes"])
    search = '/tool ToolSearch {"query": "select:mcp__notes__read_notes", "max_results": 1}'
    call = 'Read the notes.\n/tool mcp__notes__read_notes {"name": "notes.txt"}'
    async with ClaudeSDKClient(options) as client:
        for question in (environ["FIRST"], environ["SECOND"], search, call):
            await client.query(question)
            async for message in client.receive_response():
                if isinstance(message, AssistantMessage):
                    print(*(block.text for block in message.content if hasattr(block, "text")))


asyncio.run(main())
