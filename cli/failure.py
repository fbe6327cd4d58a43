"""Why a command cannot do what it was asked for, or not all of it."""


class Failure(Exception):
    """The message is a sentence for the person at the terminal."""
