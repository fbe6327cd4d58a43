"""The command line, `claude-stream`: ask, chat and doctor.

A regular package: where another checkout is installed, none of its modules can slip in among these.
"""
