"""The function behind the emulator's function URL, in a process of its own: `python -m bench.emulator CONCURRENCY`.

So the function's process, which is this one's only child, is measured without the emulator. The function's
variables are this process's.
"""

import asyncio
import os
import sys

from bench.processes import run_until_stopped
from emulator.demo import ROOT
from emulator.lambda_.function_url import Function, FunctionUrl


async def main() -> None:
    function = Function(root=ROOT / "lambda_src", environment=dict(os.environ), concurrency=int(sys.argv[1]))
    async with FunctionUrl(function=function) as function_url:
        await run_until_stopped({"url": function_url.url})


if __name__ == "__main__":
    asyncio.run(main())
