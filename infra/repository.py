"""The setting `deploy_from`: the repository on GitHub whose workflow deploys a stage. Pure."""

import re
from dataclasses import dataclass

from infra.setting_values import Unusable

_REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}\Z")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}\Z")


@dataclass(frozen=True, kw_only=True)
class Repository:
    name: str  # owner/name
    branch: str

    @property
    def pushed(self) -> str:
        """How GitHub names, in a token's `sub`, a workflow that runs on the branch."""
        return f"repo:{self.name}:ref:refs/heads/{self.branch}"

    @property
    def proposed(self) -> str:
        """And one that runs for a pull request."""
        return f"repo:{self.name}:pull_request"


def repository(value: object) -> Repository:
    """Reads the setting; Unusable says what would be taken."""
    if not isinstance(value, dict) or not {"repository"} <= set(value) <= {"repository", "branch"}:
        raise Unusable('an object such as {"repository": "owner/name", "branch": "main"}')
    name, branch = value["repository"], value.get("branch", "main")
    if not isinstance(name, str) or not _REPOSITORY.match(name):
        raise Unusable('as "repository" one of GitHub\'s, owner/name, without *')
    if not isinstance(branch, str) or not _BRANCH.match(branch):
        raise Unusable('as "branch" the name of one branch, without *')
    return Repository(name=name, branch=branch)
