"""A stage in AWS, from the command line: `python -m tools.cloud deploy --stage prod`; a Makefile verb for each.

Owns what a person needs around the CDK's own command: it says in a sentence what is missing, looks at the account
before the first call fails, bootstraps, shows, replaces and revokes API keys, and clears up. `cdk` used directly
works just as well.
"""
