"""CrewAI's agent on each of the two APIs: two questions of one conversation, then a tool, each streamed."""

from os import environ

from configuration import models
from crewai import Agent, Crew, Task
from crewai.tools import tool


@tool
def read_notes(name: str) -> str:
    """Reads the notes."""
    with open(name) as notes:
        return notes.read()


for model in models:
    first = model.call(environ["FIRST"])
    turns = [("user", environ["FIRST"]), ("assistant", first), ("user", environ["SECOND"])]
    print(first, model.call([{"role": role, "content": content} for role, content in turns]))
    reader = Agent(role="Reader", goal="Read", backstory="A reader.", llm=model, tools=[read_notes])
    task = Task(
        description='Read the notes.\n/tool read_notes {"name": "notes.txt"}', expected_output="Notes", agent=reader
    )
    print(Crew(agents=[reader], tasks=[task]).kickoff())
