"""Named keys of a deployed stage: who has one, with which limits, and what each has used.

The function reads what is written here; `claude_stream.accounts.schema` is what both agree on.
"""
