"""Hypothesis without its stopwatch: on a busy machine a slow example says nothing about the code."""

from hypothesis import HealthCheck, settings

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40)
settings.register_profile("unhurried", unhurried)
settings.load_profile("unhurried")
