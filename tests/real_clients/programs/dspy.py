"""DSPy: a question and its follow-up to the model itself, a streamed prediction, and an answer in fields."""

import asyncio
from os import environ

import dspy
from configuration import lm


async def predict() -> None:
    program = dspy.streamify(dspy.Predict("question -> answer"))
    async for piece in program(question=environ["FIRST"]):
        print(piece)


first = lm(environ["FIRST"])[0]
turns = [("user", environ["FIRST"]), ("assistant", first), ("user", environ["SECOND"])]
print(first, *lm(messages=[{"role": role, "content": content} for role, content in turns]))
dspy.configure(lm=lm, adapter=dspy.JSONAdapter())
asyncio.run(predict())
print(dspy.ChainOfThought("question -> answer: str, flows: bool")(question=environ["SECOND"]))
