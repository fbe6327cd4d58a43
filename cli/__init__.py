"""The command line, `claude-stream`: ask, chat and doctor.

A regular package, so that no module of another installed checkout can slip in among these.
"""
