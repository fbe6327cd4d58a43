"""Which failures of AWS are tried again, and which error the others become."""

import json
import socket
import time
from collections.abc import Callable

import pytest

from claude_stream import errors
from claude_stream.auth import Keyring
from claude_stream.bedrock.client import Bedrock
from claude_stream.bedrock.event_stream import Event
from claude_stream.bedrock.signing import NoCredentials, Service
from claude_stream.bedrock.sigv4 import Credentials
from emulator.aws.bedrock import event_stream
from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, AwsSimulator
from tests.asking import eventually, secret_reads
from tests.contract.aws_calls.asking import HAIKU, service, soon
from tests.contract.aws_calls.peer import Peer, response, waits


def body(prompt: str, **fields: object) -> bytes:
    fields = {"max_tokens": 50, "messages": [{"role": "user", "content": prompt}], **fields}
    return json.dumps({"anthropic_version": "bedrock-2023-05-31", **fields}).encode()


def all_events(bedrock: Bedrock, prompt: str) -> list[Event]:
    stream = bedrock.stream(HAIKU, body(prompt))
    try:
        return list(iter(lambda: stream.next(soon()), None))
    finally:
        stream.close()


def json_on(connection: socket.socket) -> dict[str, object]:
    """The JSON body of the next request."""
    with connection.makefile("rb") as request:
        head = iter(request.readline, b"\r\n")
        length = next(int(line.split(b":")[1]) for line in head if line.lower().startswith(b"content-length:"))
        list(head)
        content: dict[str, object] = json.loads(request.read(length))
    return content


def test_what_fails_twice_and_then_works(simulator: AwsSimulator, attempts: Callable[[], int]) -> None:
    began = time.monotonic()
    events = all_events(Bedrock(service(simulator.url), REGION), "/flaky 2")
    assert events[-1].type == "message_stop"
    assert attempts() == 3
    assert time.monotonic() - began >= 0.6, "with a pause before each"


def test_there_are_three_attempts_at_most(simulator: AwsSimulator, attempts: Callable[[], int]) -> None:
    with pytest.raises(errors.Unavailable):
        all_events(Bedrock(service(simulator.url), REGION), "/flaky 3")
    assert attempts() == 3


@pytest.mark.parametrize("prompt", ["/invalid", "/denied", "/notfound"])
def test_a_plain_no_is_not_tried_again(simulator: AwsSimulator, attempts: Callable[[], int], prompt: str) -> None:
    with pytest.raises(errors.ApiError):
        all_events(Bedrock(service(simulator.url), REGION), prompt)
    assert attempts() == 1


@pytest.mark.parametrize("prompt", ["/cut", "/end", "/garbage", "/throttle-midway"])
def test_after_the_first_event_nothing_is_tried_again(
    simulator: AwsSimulator, attempts: Callable[[], int], prompt: str
) -> None:
    with pytest.raises(errors.ApiError):
        all_events(Bedrock(service(simulator.url), REGION), prompt)
    assert attempts() == 1


def test_waiting_for_another_attempt_can_be_interrupted(
    simulator: AwsSimulator, attempts: Callable[[], int]
) -> None:
    """A wait that is shorter than the pause ends during the pause, before the next attempt."""
    stream = Bedrock(service(simulator.url), REGION).stream(HAIKU, body("/flaky 2 slices"))
    events: list[Event] = []
    counts: set[int] = set()  # attempts, each time that a wait has ended
    while not events or events[-1].type != "message_stop":
        try:
            event = stream.next(soon(0.05))
        except TimeoutError:
            time.sleep(0.1)  # by then, an attempt of that wait has reached the simulator
            counts.add(attempts())
        else:
            assert event is not None
            events.append(event)
    stream.close()
    assert counts >= {1, 2}
    assert events[0].type == "message_start"


@pytest.mark.parametrize("says", ["invalid beta flag", "compaction: Extra inputs are not permitted"])
def test_a_refusal_that_comes_as_the_first_frame_is_learned_from_too(peer: Peer, says: str) -> None:
    """With a status of 200: Bedrock had begun the stream before the model refused the request."""
    bedrock = Bedrock(service(peer.url), REGION)
    stream = bedrock.stream(HAIKU, body("Hello", anthropic_beta=["new-1"], compaction={"type": "auto"}))
    waits(stream.next)
    first = peer.accept()
    sent = json_on(first)
    first.sendall(response(event_stream.exception("validationException", says)))
    waits(stream.next)
    second = peer.accept()
    (left_out,) = sent.keys() - json_on(second).keys()
    second.sendall(response(event_stream.chunk({"type": "message_stop"})))
    event = stream.next(soon())
    assert event is not None
    assert event.type == "message_stop"
    assert stream.dropped == [left_out.replace("anthropic_beta", "new-1")]
    stream.close()


def test_no_credentials_is_a_sentence(simulator: AwsSimulator, attempts: Callable[[], int]) -> None:
    def none() -> Credentials:
        raise NoCredentials("none were found")

    bedrock = Bedrock(Service("bedrock", simulator.url, REGION, none), REGION)
    with pytest.raises(
        errors.PermissionDenied, match=r"No AWS credentials \(none were found\): run `aws configure`"
    ):
        all_events(bedrock, "Hello")
    with pytest.raises(errors.PermissionDenied):
        bedrock.invoke(HAIKU, body("Hello"), soon())
    assert attempts() == 0


@pytest.mark.parametrize(
    "credentials", [Credentials("AKIASTRANGER", SECRET_ACCESS_KEY, None), Credentials(ACCESS_KEY_ID, "wrong", None)]
)
def test_wrong_credentials_are_a_sentence(simulator: AwsSimulator, credentials: Credentials) -> None:
    with pytest.raises(errors.PermissionDenied, match="AWS refuses the credentials"):
        all_events(Bedrock(service(simulator.url, credentials=credentials), REGION), "Hello")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://bedrock.invalid", "https://127.0.0.1:9"])
def test_an_endpoint_that_is_not_there_is_503(url: str) -> None:
    with pytest.raises(errors.Unavailable, match=r"cannot be reached\. Ask again") as caught:
        Bedrock(service(url), REGION).invoke(HAIKU, body("Hello"), soon())
    assert caught.value.status == 503
    assert caught.value.retry_after == 5


def test_an_endpoint_without_tls_where_it_should_be_is_503(simulator: AwsSimulator) -> None:
    with pytest.raises(errors.Unavailable):
        Bedrock(service(simulator.url.replace("http:", "https:")), REGION).invoke(HAIKU, body("Hello"), soon())


def test_a_keyring_reads_both_versions(simulator: AwsSimulator) -> None:
    before = secret_reads(simulator)
    keyring = Keyring(service(simulator.url, "secretsmanager"), simulator.secret_arn)
    assert keyring.name_of("k") == "default"
    assert eventually(lambda: secret_reads(simulator) - before == 2)
