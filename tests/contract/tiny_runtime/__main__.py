"""A Lambda runtime on bare sockets, well-behaved and not: `python -S tests/contract/tiny_runtime`.

The emulator's tests start it in place of lambda_wsgi, so that they do not depend on our own runtime.
"""

import sys
from importlib import import_module

sys.path[0] = sys.path[0].removesuffix("/tests/contract/tiny_runtime")  # not in Lambda's environment
import_module("tests.contract.tiny_runtime.serving").main()
