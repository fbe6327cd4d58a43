"""Measurements against the peers, in one run: `python -m bench`, or `make bench`.

`bedrock` streams answers, `peers` and `lambda_src` pass them on, `client` and `runtime_recorder` take the time,
`measure` says what is measured and how, `report` compares it with the targets.
"""
