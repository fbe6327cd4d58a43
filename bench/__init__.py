"""Measurements against the peers, in one run: `python -m bench`, or `make bench`.

`bedrock` streams, `peers` and `lambda_src` pass on, `client` and `runtime_recorder` take the time, `measure` says
what is measured and how, `report` sets it against the targets.
"""
