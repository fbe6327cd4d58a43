"""Keys, over a real socket to the simulated Secrets Manager, with a clock that tests can move."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from claude_stream.auth import Keyring
from claude_stream.bedrock.signing import NoCredentials, Service
from claude_stream.bedrock.sigv4 import Credentials
from claude_stream.errors import ApiError, AuthenticationFailed, Unavailable
from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, AwsSimulator
from emulator.background import Background
from tests.asking import secret_reads

OLD, NEW, SECOND = "the-old-key", "the-new-key", "another-key"
CREDENTIALS = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None)


@pytest.fixture
def simulator(background: Background) -> Iterator[AwsSimulator]:
    simulator = AwsSimulator(keys={"ann": OLD, "bob": SECOND})
    background.run(simulator.start())
    yield simulator
    background.run(simulator.close())


@pytest.fixture
def keyring(simulator: AwsSimulator) -> Iterator[Keyring]:
    service = Service("secretsmanager", simulator.url, REGION, lambda: CREDENTIALS)
    yield Keyring(service, simulator.secret_arn)
    service.endpoint.close()


@pytest.fixture
def pass_seconds(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time pass by the wall clock; the monotonic one stands still, as in a frozen environment."""
    ahead = [0.0]
    clocks = SimpleNamespace(time=lambda: time.time() + ahead[0], monotonic=time.monotonic)
    monkeypatch.setattr("claude_stream.auth.time", clocks)

    def turn(seconds: float) -> None:
        ahead[0] += seconds

    return turn


def refused(keyring: Keyring, key: str | None) -> None:
    with pytest.raises(AuthenticationFailed):
        keyring.name_of(key)


def test_a_key_has_a_name(keyring: Keyring) -> None:
    assert (keyring.name_of(OLD), keyring.name_of(SECOND)) == ("ann", "bob")


@pytest.mark.parametrize("key", [None, "", "ann", OLD[:-1], OLD + " ", OLD.upper(), "ключ", "\ud83d"])
def test_anything_else_is_refused(keyring: Keyring, key: str | None) -> None:
    refused(keyring, key)


def test_no_key_reads_no_secret(simulator: AwsSimulator, keyring: Keyring) -> None:
    refused(keyring, None)
    assert secret_reads(simulator) == 0


def test_after_a_rotation_both_keys_are_accepted(simulator: AwsSimulator, keyring: Keyring) -> None:
    simulator.rotate({"ann": NEW})
    assert (keyring.name_of(NEW), keyring.name_of(OLD)) == ("ann", "ann (previous)")


def test_after_two_rotations_the_first_key_is_not(simulator: AwsSimulator, keyring: Keyring) -> None:
    simulator.rotate({"ann": NEW})
    simulator.rotate({"ann": "newer"})
    refused(keyring, OLD)


def test_keys_are_kept_for_five_minutes(
    simulator: AwsSimulator, keyring: Keyring, pass_seconds: Callable[[float], None]
) -> None:
    for _ in range(3):
        keyring.name_of(OLD)
        pass_seconds(99)
    assert secret_reads(simulator) == 2, "the two versions, once"
    pass_seconds(10)
    keyring.name_of(OLD)
    assert secret_reads(simulator) == 4


def test_a_revoked_key_is_refused_once_the_environment_thaws(
    simulator: AwsSimulator, keyring: Keyring, pass_seconds: Callable[[float], None]
) -> None:
    keyring.name_of(OLD)
    simulator.rotate({"ann": NEW})
    simulator.rotate({"ann": "newer"})
    pass_seconds(3600)
    refused(keyring, OLD)


def test_a_clock_that_was_set_back_does_not_keep_keys_alive(
    simulator: AwsSimulator, keyring: Keyring, pass_seconds: Callable[[float], None]
) -> None:
    keyring.name_of(OLD)
    simulator.rotate({"ann": NEW})
    simulator.rotate({"ann": "newer"})
    pass_seconds(-3600)
    refused(keyring, OLD)


def test_a_new_key_is_known_at_once(simulator: AwsSimulator, keyring: Keyring) -> None:
    keyring.name_of(OLD)
    simulator.rotate({"ann": NEW})
    assert keyring.name_of(NEW) == "ann"
    assert secret_reads(simulator) == 4, "one refresh"


def test_a_guess_at_a_cold_start_leaves_the_refresh_to_a_new_key(simulator: AwsSimulator, keyring: Keyring) -> None:
    refused(keyring, "guess")
    assert secret_reads(simulator) == 2, "what has just been fetched is not fetched again"
    simulator.rotate({"ann": NEW})
    assert keyring.name_of(NEW) == "ann"


def test_unknown_keys_cost_one_refresh_in_half_a_minute(
    simulator: AwsSimulator, keyring: Keyring, pass_seconds: Callable[[float], None]
) -> None:
    keyring.name_of(OLD)
    for number in range(50):
        refused(keyring, f"guess-{number}")
    assert secret_reads(simulator) == 4
    pass_seconds(29)
    refused(keyring, "guess")
    assert secret_reads(simulator) == 4
    pass_seconds(2)
    refused(keyring, "guess")
    assert secret_reads(simulator) == 6


def test_unknown_keys_of_many_threads_cost_one_refresh(simulator: AwsSimulator, keyring: Keyring) -> None:
    keyring.name_of(OLD)
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda number: refused(keyring, f"guess-{number}"), range(32)):
            pass
    assert secret_reads(simulator) == 4


def test_a_secret_that_went_bad_does_not_lock_out(
    simulator: AwsSimulator, keyring: Keyring, pass_seconds: Callable[[float], None]
) -> None:
    keyring.name_of(OLD)
    simulator.rotate({"ann": ""})
    pass_seconds(301)
    assert keyring.name_of(OLD) == "ann"


@pytest.mark.parametrize("keys", [{"ann": ""}, {"ann": 5}, {"ann": None}, {"ann": {"key": "k"}}])
def test_a_malformed_secret_is_a_sentence(background: Background, keys: dict[str, str]) -> None:
    simulator = AwsSimulator(keys=keys)
    background.run(simulator.start())
    service = Service("secretsmanager", simulator.url, REGION, lambda: CREDENTIALS)
    with pytest.raises(ApiError, match=r'JSON object such as \{"default": "the key"\}') as caught:
        Keyring(service, simulator.secret_arn).name_of("k")
    assert caught.value.status == 500
    service.endpoint.close()
    background.run(simulator.close())


def test_a_secret_that_is_not_there_is_503(simulator: AwsSimulator) -> None:
    service = Service("secretsmanager", simulator.url, REGION, lambda: CREDENTIALS)
    with pytest.raises(Unavailable) as caught:
        Keyring(service, "arn:another").name_of("k")
    assert (caught.value.status, caught.value.retry_after) == (503, 5)
    service.endpoint.close()


def test_no_credentials_are_503() -> None:
    def none() -> Credentials:
        raise NoCredentials("none were found")

    with pytest.raises(Unavailable):
        Keyring(Service("secretsmanager", "http://127.0.0.1:9", REGION, none), "arn").name_of("k")


def test_a_failed_read_is_tried_again_at_once(simulator: AwsSimulator, keyring: Keyring) -> None:
    """While there are no keys at all, nobody could be served anyway."""
    good = simulator.secret_arn
    keyring._secret_arn = "arn:another"
    with pytest.raises(Unavailable):
        keyring.name_of(OLD)
    keyring._secret_arn = good
    assert keyring.name_of(OLD) == "ann"
