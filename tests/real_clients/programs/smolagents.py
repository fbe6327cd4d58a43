"""smolagents' agent with tools: two questions of one conversation, then a tool, each streamed."""

from os import environ

from configuration import model
from smolagents import ToolCallingAgent, tool


@tool
def read_notes(name: str) -> str:
    """Reads the notes.

    Args:
        name: The file's name.
    """
    with open(name) as notes:
        return notes.read()


agent = ToolCallingAgent([read_notes], model, max_steps=2, stream_outputs=True)
print(agent.run(environ["FIRST"] + '\n/tool final_answer {"answer": "A long water."}'))
print(agent.run(environ["SECOND"], reset=False))
print(agent.run('Read the notes.\n/tool read_notes {"name": "notes.txt"}', reset=False))
