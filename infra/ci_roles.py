"""The roles of a workflow on GitHub: one deploys the stage from its branch, the other compares on pull requests.

Neither has a right of its own but to become the roles of the CDK's bootstrap, which every `cdk deploy` works
through. GitHub proves by a token of OpenID Connect which repository and branch a run belongs to, so there is no key
to keep.
https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
"""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk.aws_iam import PolicyDocument, PolicyStatement, Role, WebIdentityPrincipal
from constructs import Construct

from infra.repository import Repository

ISSUER = "token.actions.githubusercontent.com"
_QUALIFIER = "hnb659fds"  # of every bootstrap that names no other
_DEPLOYING = ("deploy", "file-publishing", "lookup")
_COMPARING = ("lookup",)  # it reads, and may change nothing


class CiRoles(Construct):
    """`deploy` for runs on the repository's branch, `compare` for those of its pull requests."""

    def __init__(self, scope: Construct, construct_id: str, *, repository: Repository, stage: str) -> None:
        super().__init__(scope, construct_id)
        self.deploy = self._role("Deploy", repository.pushed, _DEPLOYING, f"Deploys claude-stream, {stage}")
        self.compare = self._role(
            "Compare", repository.proposed, _COMPARING, f"Compares pull requests with claude-stream, {stage}"
        )

    def _role(self, name: str, subject: str, becomes: Sequence[str], description: str) -> Role:
        stack = Stack.of(self)
        iam = f"arn:{stack.partition}:iam::{stack.account}"
        only = {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": subject}
        roles = [f"{iam}:role/cdk-{_QUALIFIER}-{role}-role-{stack.account}-{stack.region}" for role in becomes]
        statement = PolicyStatement(actions=["sts:AssumeRole"], resources=roles)
        return Role(
            self,
            name,
            description=description,
            # The provider is the account's, for all of its stages: docs/deploy-from-ci.md makes it once.
            assumed_by=WebIdentityPrincipal(f"{iam}:oidc-provider/{ISSUER}", {"StringEquals": only}),
            inline_policies={"bootstrap": PolicyDocument(statements=[statement])},
        )
