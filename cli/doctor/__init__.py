"""`claude-stream doctor`: its steps, and their report."""
