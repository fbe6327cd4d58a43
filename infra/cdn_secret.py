"""The secret by which the function knows the CDN: it is there only where the function is to answer nobody else.

A value made at synth would stand in the template, for everybody who may read stacks. Secrets Manager makes this
one; the template has a reference in its place, which CloudFormation resolves when it makes the CDN. The function
reads the secret itself. docs/decisions/0010-one-address.md weighs the ways.
"""

from aws_cdk import RemovalPolicy
from aws_cdk.aws_secretsmanager import Secret
from constructs import Construct

from infra.made_secret import made_secret
from infra.settings import Settings

_NAME = "cdn"


def cdn_secret(scope: Construct, settings: Settings) -> Secret:
    """{"cdn": a random value}, in the form of the API keys. It goes with the stage: the next has another."""
    return made_secret(
        scope,
        "CdnSecret",
        name=_NAME,
        description=f"What the CDN of claude-stream, {settings.stage}, sends to the function and nobody else does",
        removal=RemovalPolicy.DESTROY,
    )


def reference(secret: Secret) -> str:
    """The {{resolve:secretsmanager:...}} that CloudFormation replaces by the value; safe, as it is no value."""
    return secret.secret_value_from_json(_NAME).unsafe_unwrap()
