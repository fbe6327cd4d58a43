"""Hypothesis without its stopwatch: on a busy machine a slow example says nothing about the code."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None, max_examples=40)
settings.load_profile("unhurried")
