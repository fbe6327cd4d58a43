"""The steps of `claude-stream doctor`, and their report."""
