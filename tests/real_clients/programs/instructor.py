"""instructor: an answer in the shape of a class, streamed field by field, by schema and by tool."""

from os import environ

import instructor
from configuration import client
from pydantic import BaseModel


class Water(BaseModel):
    name: str
    flows: bool


for mode in (instructor.Mode.JSON_SCHEMA, instructor.Mode.TOOLS):
    ask = instructor.from_openai(client.client, mode=mode).create_partial
    question = [{"role": "user", "content": environ["FIRST"]}]
    for water in ask(model="claude-haiku-5-5", messages=question, response_model=Water):
        print(mode, water)
    assert isinstance(water.flows, bool)
