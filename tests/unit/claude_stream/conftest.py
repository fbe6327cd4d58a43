"""Fewer examples than Hypothesis tries by itself: these tests have many properties."""

from hypothesis import settings

settings.register_profile("fewer", max_examples=40)
settings.load_profile("fewer")
