"""LiteLLM on each of the two APIs that it speaks: two questions of one conversation, then a tool."""

import json
from os import environ

from configuration import anthropic, openai
from litellm import completion, stream_chunk_builder

SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
TOOLS = [{"type": "function", "function": {"name": "read_notes", "description": "Reads", "parameters": SCHEMA}}]
CALL = 'Read the notes.\n/tool read_notes {"name": "notes.txt"}'

for service in (anthropic, openai):
    messages = []
    for question in (environ["FIRST"], environ["SECOND"], CALL):
        messages.append({"role": "user", "content": question})
        while messages[-1]["role"] != "assistant":
            chunks = list(completion(messages=messages, tools=TOOLS, stream=True, **service))
            message = stream_chunk_builder(chunks).choices[0].message
            print(message.content)
            messages.append(message.model_dump())
            for call in message.tool_calls or ():
                with open(json.loads(call.function.arguments)["name"]) as notes:
                    messages.append({"role": "tool", "tool_call_id": call.id, "content": notes.read()})
