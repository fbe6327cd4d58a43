"""A stage in AWS, from the command line: `python -m tools.cloud deploy --stage prod`; a Makefile verb for each.

Owns what a person needs around the CDK's own command: it says in a sentence what is missing, looks at the account
before the first call fails, bootstraps, manages keys and their limits, and clears up. `cdk` used directly
works just as well.
"""

import sys
from pathlib import Path

# The function's own code: its form of a key, and its table's schema.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "lambda_src"))
