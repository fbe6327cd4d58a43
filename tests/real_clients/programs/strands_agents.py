"""Strands Agents on each of its two APIs: two questions of one conversation, then a tool, each streamed."""

from os import environ

from configuration import models
from strands import Agent, tool


@tool
def read_notes(name: str) -> str:
    """Reads the notes."""
    with open(name) as notes:
        return notes.read()


for model in models:
    agent = Agent(model, tools=[read_notes])
    agent(environ["FIRST"])
    agent(environ["SECOND"])
    agent('Read the notes.\n/tool read_notes {"name": "notes.txt"}')
