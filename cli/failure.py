"""The exception that says why a command cannot do what it was asked, or not all of it."""


class Failure(Exception):
    """What went wrong; the message is a sentence for the person at the terminal."""
