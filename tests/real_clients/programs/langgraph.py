"""LangGraph's agent with a name and a memory, on each of the three APIs: two questions, then a tool."""

from os import environ

from configuration import models
from langchain.agents import create_agent
from langchain.tools import tool
from langgraph.checkpoint.memory import InMemorySaver


@tool
def read_notes(name: str) -> str:
    """Reads the notes."""
    with open(name) as notes:
        return notes.read()


for model in models:
    agent = create_agent(model, [read_notes], name="reader", checkpointer=InMemorySaver())
    thread = {"configurable": {"thread_id": "1"}}
    call = 'Read the notes.\n/tool read_notes {"name": "notes.txt"}'
    for question in (environ["FIRST"], environ["SECOND"], call):
        asked = {"messages": [{"role": "user", "content": question}]}
        for piece, _ in agent.stream(asked, thread, stream_mode="messages"):
            print(piece.text, end="")
        print()
