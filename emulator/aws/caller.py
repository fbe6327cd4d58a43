"""The only account and caller that the simulated AWS knows: made up, not secret."""

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
ACCESS_KEY_ID = "AKIALOCALSIMULATOR00"
SECRET_ACCESS_KEY = "local/simulator/secret/access/key/000000"  # noqa: S105
