"""API keys: shown, replaced without a gap, or revoked at once.

They are a JSON object {name: key} in the stage's secret. The function accepts the keys of two of its versions,
AWSCURRENT and AWSPREVIOUS, and every environment keeps what it has read for some minutes.
"""

import argparse
import json
import secrets
import string
import time

from botocore.exceptions import ClientError

from tools.cloud.consent import agreed
from tools.cloud.target import Missing, Target, find_target, function_of, resources_of, variables_in

Keys = dict[str, str]

REVOKED_AT = "KEYS_REVOKED_AT"
_KEY_CHARACTERS = (
    string.ascii_letters + string.digits
)  # as Secrets Manager makes the first one: see streaming_api.py
_KEY_LENGTH = 48
_TRIES = 10  # while something else changes the function


def show_key(options: argparse.Namespace) -> int:
    """Nothing but the keys on standard output, so that KEY=$(make -s key) works."""
    target = find_target(options.stage)
    keys = _version(target, _secret_of(target), "AWSCURRENT")
    print("\n".join(keys.values() if len(keys) == 1 else (f"{name} {key}" for name, key in keys.items())))
    return 0


def rotate_key(options: argparse.Namespace) -> int:
    """A new key under the name; the current one becomes AWSPREVIOUS, which the function accepts too."""
    target = find_target(options.stage)
    secret = _secret_of(target)
    keys = _with_name(_version(target, secret, "AWSCURRENT"), options.name)
    question = (
        f"Make a new key '{options.name}' for {target.stack}? The current key keeps working until the next "
        "rotation; keys from before the last rotation stop at once."
    )
    if not agreed(options, question, "yes"):
        return 1
    _put(target, secret, keys | {options.name: new_key()})
    print(f"The new key works within 30 seconds; make key STAGE={target.stage} shows it.")
    return 0


def revoke_key(options: argparse.Namespace) -> int:
    """The name's keys leave both versions of the secret, and every environment that remembers them is replaced."""
    target = find_target(options.stage)
    secret = _secret_of(target)
    current = _with_name(_version(target, secret, "AWSCURRENT"), options.name)
    previous = _version(target, secret, "AWSPREVIOUS")
    versions = without_key(previous, current, options.name, None if options.remove else new_key())
    ending = "The name is removed" if options.remove else "It gets a new key"
    question = (
        f"Revoke the key '{options.name}' of {target.stack}, and the one that it replaced? Clients that use them "
        f"are locked out within a minute. {ending}; all other keys keep working."
    )
    if not agreed(options, question, "yes"):
        return 1
    for keys in versions:
        _put(target, secret, keys)
    _replace_environments(target, function_of(target))
    print(_revoked(target, options, len(versions[-1]) - (not options.remove)))
    return 0


def _revoked(target: Target, options: argparse.Namespace, others: int) -> str:
    gone = f"The key '{options.name}' is in neither version of the secret, and every environment is replaced."
    new = "The name is gone." if options.remove else f"make key STAGE={target.stage} shows its new key."
    kept = "" if not others else f" The other {'key keeps' if others == 1 else f'{others} keys keep'} working."
    return f"{gone} {new}{kept} Answers that were already streaming run to their end."


def without_key(previous: Keys, current: Keys, name: str, new: str | None) -> tuple[Keys, Keys]:
    """The two versions to store, in order: they end as AWSPREVIOUS and AWSCURRENT, without the name's old keys.

    The first holds the other names' previous keys, which their callers may still use, and the second their current
    ones. In between, the old current version is AWSPREVIOUS: no other caller is ever refused. `new` is the
    name's new key; None removes the name.
    """
    stolen = {keys[name] for keys in (previous, current) if name in keys}
    kept = {other: key for other, key in current.items() if other != name}
    if shared := [other for other, key in kept.items() if key in stolen]:
        raise Missing(
            f"the same key is also under the name {shared[0]}: make it a key of its own first (rotate-key)"
        )
    if not kept and new is None:
        raise Missing(f"{name} is the only key, and without any nobody could call: leave --remove out")
    of_name = {name: new} if new else {}
    older = {other: key for other, key in previous.items() if other != name and key not in stolen}
    return kept | older | of_name, kept | of_name


def new_key() -> str:
    return "".join(secrets.choice(_KEY_CHARACTERS) for _ in range(_KEY_LENGTH))


def _with_name(keys: Keys, name: str) -> Keys:
    if name not in keys:
        raise Missing(f"there is no key named {name}, only {', '.join(keys)}")
    return keys


def _version(target: Target, secret: str, stage: str) -> Keys:
    """The keys of that version of the secret; none if there is no such version."""
    try:
        found = target.client("secretsmanager").get_secret_value(SecretId=secret, VersionStage=stage)
    except ClientError as error:
        if stage == "AWSPREVIOUS" and error.response["Error"]["Code"] == "ResourceNotFoundException":
            return {}
        raise
    keys: Keys = json.loads(found["SecretString"])
    return keys


def _put(target: Target, secret: str, keys: Keys) -> None:
    target.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=json.dumps(keys))


def _replace_environments(target: Target, function: str) -> None:
    """Changes a variable, after which Lambda sends every call to new environments.

    A variable and no other property: it is known to replace environments, and it says why. `cdk diff` compares
    templates and stays empty; the next change of the function's settings takes the variable away again, which does
    no harm; until then only CloudFormation's drift detection shows it.
    """
    client = target.client("lambda")
    for attempt in range(_TRIES):
        configuration = client.get_function_configuration(FunctionName=function)
        try:
            client.update_function_configuration(
                FunctionName=function,
                RevisionId=configuration["RevisionId"],
                Environment={"Variables": variables_in(configuration) | {REVOKED_AT: _now()}},
            )
            break
        except ClientError as error:
            busy = error.response["Error"]["Code"] in ("ResourceConflictException", "PreconditionFailedException")
            if not busy or attempt == _TRIES - 1:
                raise
            time.sleep(2)
    client.get_waiter("function_updated_v2").wait(
        FunctionName=function, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _secret_of(target: Target) -> str:
    for resource in resources_of(target):
        if resource["ResourceType"] == "AWS::SecretsManager::Secret":
            return str(resource["PhysicalResourceId"])
    raise Missing(f"{target.stack} has no API keys: deploy it again with make deploy STAGE={target.stage}")
