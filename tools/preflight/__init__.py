"""What stands between an account and its first call of Claude, looked at with the person's own credentials.

`make preflight`, `make deploy` and `claude-stream doctor` run the same checks. The function's role gets none of
the rights that are used here: the person who deploys accepts a model's terms once, for the whole account.
"""
