"""A Lambda runtime on bare sockets, well-behaved and not: `python -S tests/contract/tiny_runtime`.

The emulator's tests start it in place of lambda_wsgi, so that they say what the Runtime API takes and
refuses whatever our own runtime does.
"""

import sys
from importlib import import_module

sys.path[0] = sys.path[0].removesuffix("/tests/contract/tiny_runtime")  # Lambda's environment has not got ours
import_module("tests.contract.tiny_runtime.serving").main()
