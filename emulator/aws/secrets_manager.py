"""Secrets Manager's GetSecretValue, for the secret that holds the API keys and the one that the CDN sends."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from emulator.aws.caller import ACCOUNT_ID, REGION
from emulator.aws.error import ServiceError

SECRET_NAME = "claude-stream/api-keys"  # noqa: S105 (a name)
SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:{SECRET_NAME}-aB3dE6"
CDN_SECRET_ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:claude-stream/cdn-cD4eF5"
CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"


class SecretsManager:
    """`keys` and `previous_keys` are the two versions of the secret with the API keys: {name: key}."""

    def __init__(
        self, keys: Mapping[str, str], previous_keys: Mapping[str, str] | None, cdn_secret: str | None = None
    ) -> None:
        self._versions: dict[str, Mapping[str, str] | None] = {CURRENT: keys, PREVIOUS: previous_keys}
        self._of_cdn: dict[str, Mapping[str, str] | None] = {CURRENT: {"cdn": cdn_secret}} if cdn_secret else {}

    def rotate(self, keys: Mapping[str, str]) -> None:
        """Makes `keys` the secret's current version, and the current version its previous one."""
        self._versions = {CURRENT: keys, PREVIOUS: self._versions[CURRENT]}

    def answer(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if operation != "GetSecretValue":
            raise ServiceError(400, "UnknownOperationException", f"The simulator has no {operation}.")
        name = request.get("SecretId")
        versions = self._of_cdn if name == CDN_SECRET_ARN else self._versions
        if not versions or name not in (SECRET_ARN, SECRET_NAME, CDN_SECRET_ARN):
            raise _not_found("Secrets Manager can't find the specified secret.")
        stage = request.get("VersionStage", CURRENT)
        keys = versions.get(stage)
        if keys is None:
            raise _not_found(f"Secrets Manager can't find the specified secret value for staging label: {stage}")
        value = json.dumps(dict(keys))
        return {
            "ARN": SECRET_ARN if name == SECRET_NAME else name,
            "Name": SECRET_NAME if name != CDN_SECRET_ARN else "claude-stream/cdn",
            "SecretString": value,
            "VersionId": str(uuid.uuid5(uuid.NAMESPACE_URL, value)),
            "VersionStages": [stage],
            "CreatedDate": 1795420800.0,
        }


def _not_found(message: str) -> ServiceError:
    return ServiceError(400, "ResourceNotFoundException", message)
