"""A secret that Secrets Manager makes: no template, log or person sees its value on the way."""

from aws_cdk import RemovalPolicy
from aws_cdk.aws_secretsmanager import Secret, SecretStringGenerator
from constructs import Construct


def made_secret(
    scope: Construct, construct_id: str, *, name: str, description: str, removal: RemovalPolicy
) -> Secret:
    """{`name`: 48 random letters and digits}, in the form in which the function reads its keys."""
    return Secret(
        scope,
        construct_id,
        description=description,
        generate_secret_string=SecretStringGenerator(
            secret_string_template="{}",  # noqa: S106
            generate_string_key=name,
            exclude_punctuation=True,
            password_length=48,
        ),
        removal_policy=removal,
    )
