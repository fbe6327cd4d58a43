"""Our own calls to AWS, held against boto3's: the same on the wire, and as steady when the wire is not."""

import functools
import itertools
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from claude_stream import errors
from claude_stream.auth import Keyring
from claude_stream.bedrock.client import Bedrock
from claude_stream.bedrock.connection import BrokenConnection, Connection
from claude_stream.bedrock.event_stream import Event, EventStream
from claude_stream.bedrock.signing import AwsError, Credentials, NoCredentials, Service
from emulator.aws import sigv4
from emulator.aws.bedrock import event_stream
from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, AwsSimulator, Pace
from emulator.background import Background
from emulator.http_server import Exchange, HttpServer
from tests.asking import eventually, model_calls, secret_reads

HAIKU = "global.anthropic.claude-haiku-5-5"
HAIKU_4_5 = "anthropic.claude-haiku-4-5-20251001-v1:0"
PROFILE_ARN = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{HAIKU}"
CREDENTIALS = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY, None)
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLE//token=="
GUARDRAIL = ("gr-1a2b3c", "7")
SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:keys-aB3dE6"
BODY = json.dumps(
    {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 50,
        "messages": [{"role": "user", "content": "Hello 你好"}],
    },
    ensure_ascii=False,
).encode()
OPERATIONS = ("InvokeModelWithResponseStream", "InvokeModel", "CountTokens")


def soon(seconds: float = 60) -> float:
    return time.monotonic() + seconds


opened: list[Service] = []


def service(url: str, name: str = "bedrock", credentials: Credentials = CREDENTIALS) -> Service:
    opened.append(Service(name, url, REGION, lambda: credentials))
    return opened[-1]


@pytest.fixture(autouse=True)
def no_connection_is_left() -> Iterator[None]:
    yield
    while opened:
        opened.pop().endpoint.close()


# The same request as boto3's


@dataclass
class Recorder:
    """An AWS that takes any request down and answers with something that both clients can read."""

    exchanges: list[Exchange] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""

    async def serve(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)
        self.bodies.append(await exchange.body())
        if exchange.path.endswith("invoke-with-response-stream"):
            content_type, answer = event_stream.CONTENT_TYPE, event_stream.chunk({"type": "message_stop"})
        else:
            content_type, answer = "application/json", b'{"inputTokens": 3, "SecretString": "{\\"a\\": \\"b\\"}"}'
        await exchange.respond(200, [("content-type", content_type)], answer)

    def last_two(self) -> tuple[dict[str, str], dict[str, str]]:
        """Headers of the last two requests, without what names the client or counts its attempts."""
        ours, boto3s = (dict(exchange.headers) for exchange in self.exchanges[-2:])
        return _without_client(ours), _without_client(boto3s)


def _without_client(headers: dict[str, str]) -> dict[str, str]:
    own = {"user-agent", "accept-encoding", "connection", "authorization", "x-amz-date", "content-length"}
    return {name: value for name, value in headers.items() if name not in own and not name.startswith("amz-sdk-")}


@pytest.fixture(scope="module")
def recorder(background: Background) -> Iterator[Recorder]:
    recorder = Recorder()
    server = HttpServer(recorder.serve)
    background.run(server.start())
    recorder.url = server.url
    yield recorder
    background.run(server.close())


def boto3_client(name: str, url: str, credentials: Credentials = CREDENTIALS) -> Any:
    return boto3.client(
        name,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.token,
        config=Config(retries={"total_max_attempts": 1}),
    )


def ask_ours(url: str, operation: str, model: str, credentials: Credentials, guardrail: Any = None) -> None:
    bedrock = Bedrock(service(url, credentials=credentials), REGION, guardrail)
    if operation == "InvokeModelWithResponseStream":
        stream = bedrock.stream(model, BODY)
        stream.next(soon())
        stream.close()
    elif operation == "InvokeModel":
        bedrock.invoke(model, BODY, soon())
    else:
        bedrock.count_tokens(model, BODY, soon())


def ask_boto3(url: str, operation: str, model: str, credentials: Credentials, guardrail: Any = None) -> None:
    client = boto3_client("bedrock-runtime", url, credentials)
    guarded = {"guardrailIdentifier": guardrail[0], "guardrailVersion": guardrail[1]} if guardrail else {}
    json_both_ways = {"contentType": "application/json", "accept": "application/json"}
    if operation == "InvokeModelWithResponseStream":
        answer = client.invoke_model_with_response_stream(modelId=model, body=BODY, **json_both_ways, **guarded)
        list(answer["body"])
    elif operation == "InvokeModel":
        client.invoke_model(modelId=model, body=BODY, **json_both_ways, **guarded)["body"].read()
    else:
        client.count_tokens(modelId=model, input={"invokeModel": {"body": BODY}})
    client.close()


@pytest.mark.parametrize("guardrail", [None, GUARDRAIL])
@pytest.mark.parametrize("model", [HAIKU_4_5, PROFILE_ARN, "eu.anthropic.claude-haiku-5-5"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_call_of_bedrock_is_boto3s(recorder: Recorder, operation: str, model: str, guardrail: Any) -> None:
    if operation == "CountTokens":
        model, guardrail = HAIKU_4_5, None  # what it can be asked for
    ask_ours(recorder.url, operation, model, CREDENTIALS, guardrail)
    ask_boto3(recorder.url, operation, model, CREDENTIALS, guardrail)
    ours, boto3s = recorder.exchanges[-2:]
    assert (ours.method, ours.target) == (boto3s.method, boto3s.target)
    headers_of_ours, headers_of_boto3s = recorder.last_two()
    assert headers_of_ours == headers_of_boto3s
    assert json.loads(recorder.bodies[-2]) == json.loads(recorder.bodies[-1])


def test_the_path_is_percent_encoded(recorder: Recorder) -> None:
    ask_ours(recorder.url, "InvokeModel", HAIKU_4_5, CREDENTIALS)
    ask_ours(recorder.url, "InvokeModel", PROFILE_ARN, CREDENTIALS)
    assert [exchange.path for exchange in recorder.exchanges[-2:]] == [
        "/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke",
        f"/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2F{HAIKU}/invoke",
    ]


def test_the_body_is_sent_byte_for_byte(recorder: Recorder) -> None:
    ask_ours(recorder.url, "InvokeModel", HAIKU, CREDENTIALS)
    assert recorder.bodies[-1] == BODY


@pytest.mark.parametrize("stage", ["AWSCURRENT", "AWSPREVIOUS"])
def test_a_read_of_the_secret_is_boto3s(recorder: Recorder, stage: str) -> None:
    Keyring(service(recorder.url, "secretsmanager"), SECRET_ARN).name_of("b")
    ours = next(
        index
        for index, body in enumerate(recorder.bodies)
        if SECRET_ARN.encode() in body and stage.encode() in body
    )
    recorder.exchanges.append(recorder.exchanges[ours])
    recorder.bodies.append(recorder.bodies[ours])
    client = boto3_client("secretsmanager", recorder.url)
    client.get_secret_value(SecretId=SECRET_ARN, VersionStage=stage)
    client.close()
    assert recorder.exchanges[-2].target == recorder.exchanges[-1].target == "/"
    headers_of_ours, headers_of_boto3s = recorder.last_two()
    assert headers_of_ours == headers_of_boto3s
    assert json.loads(recorder.bodies[-2]) == json.loads(recorder.bodies[-1])


# Signed as botocore signs


def verify(exchange: Exchange, body: bytes, name: str) -> None:
    headers = {key: exchange.header(key) for key, _ in exchange.headers}
    url = f"http://{exchange.header('host')}{exchange.target}"
    sigv4.verify(sigv4.SignedRequest(exchange.method, url, headers, body), name)


@pytest.mark.parametrize("ask", [ask_ours, ask_boto3])
@pytest.mark.parametrize("model", [HAIKU_4_5, PROFILE_ARN])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_signature_is_the_one_that_botocore_computes(
    recorder: Recorder, operation: str, model: str, ask: Callable[..., None]
) -> None:
    ask(recorder.url, operation, model, CREDENTIALS)
    exchange, body = recorder.exchanges[-1], recorder.bodies[-1]
    verify(exchange, body, "bedrock")
    with pytest.raises(Exception, match="signature"):
        verify(exchange, body + b" ", "bedrock")


def test_what_is_signed(recorder: Recorder) -> None:
    ask_ours(recorder.url, "InvokeModelWithResponseStream", HAIKU, CREDENTIALS, GUARDRAIL)
    authorization = recorder.exchanges[-1].header("authorization")
    signed = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    sent = {name for name, _ in recorder.exchanges[-1].headers}
    assert set(signed) == sent - {"authorization", "content-length"}


@pytest.mark.parametrize("ask", [ask_ours, ask_boto3])
def test_a_session_token_is_sent_and_signed(recorder: Recorder, ask: Callable[..., None]) -> None:
    ask(recorder.url, "InvokeModel", HAIKU, CREDENTIALS._replace(token=TOKEN))
    exchange = recorder.exchanges[-1]
    assert exchange.header("x-amz-security-token") == TOKEN
    assert "x-amz-security-token" in exchange.header("authorization").partition("SignedHeaders=")[2]
    verify(exchange, recorder.bodies[-1], "bedrock")


def test_without_a_session_token_there_is_no_header(recorder: Recorder) -> None:
    ask_ours(recorder.url, "InvokeModel", HAIKU, CREDENTIALS)
    assert recorder.exchanges[-1].header("x-amz-security-token", "none") == "none"


# Attempts


@pytest.fixture(scope="module")
def simulator(background: Background) -> Iterator[AwsSimulator]:
    simulator = AwsSimulator(keys={"default": "k"}, pace=Pace(0, 0))
    background.run(simulator.start())
    yield simulator
    background.run(simulator.close())


def body(prompt: str, **fields: object) -> bytes:
    fields = {"max_tokens": 50, "messages": [{"role": "user", "content": prompt}], **fields}
    return json.dumps({"anthropic_version": "bedrock-2023-05-31", **fields}).encode()


def all_events(bedrock: Bedrock, prompt: str) -> list[Event]:
    stream = bedrock.stream(HAIKU, body(prompt))
    try:
        return list(iter(lambda: stream.next(soon()), None))
    finally:
        stream.close()


@pytest.fixture
def attempts(simulator: AwsSimulator) -> Callable[[], int]:
    before = len(model_calls(simulator))
    return lambda: len(model_calls(simulator)) - before


def test_what_fails_twice_and_then_works(simulator: AwsSimulator, attempts: Callable[[], int]) -> None:
    began = time.monotonic()
    events = all_events(Bedrock(service(simulator.url), REGION), "/flaky 2")
    assert events[-1].type == "message_stop"
    assert attempts() == 3
    assert time.monotonic() - began >= 0.6, "with a pause before each"


def test_three_attempts_are_all(simulator: AwsSimulator, attempts: Callable[[], int]) -> None:
    with pytest.raises(errors.Unavailable):
        all_events(Bedrock(service(simulator.url), REGION), "/flaky 3")
    assert attempts() == 3


@pytest.mark.parametrize("prompt", ["/invalid", "/denied", "/notfound"])
def test_a_plain_no_is_not_asked_twice(simulator: AwsSimulator, attempts: Callable[[], int], prompt: str) -> None:
    with pytest.raises(errors.ApiError):
        all_events(Bedrock(service(simulator.url), REGION), prompt)
    assert attempts() == 1


@pytest.mark.parametrize("prompt", ["/cut", "/end", "/garbage", "/throttle-midway"])
def test_after_the_first_event_nothing_is_asked_twice(
    simulator: AwsSimulator, attempts: Callable[[], int], prompt: str
) -> None:
    with pytest.raises(errors.ApiError):
        all_events(Bedrock(service(simulator.url), REGION), prompt)
    assert attempts() == 1


def test_waiting_for_another_attempt_can_be_interrupted(
    simulator: AwsSimulator, attempts: Callable[[], int]
) -> None:
    """A wait that is shorter than the pause ends in it, before the next attempt is made."""
    stream = Bedrock(service(simulator.url), REGION).stream(HAIKU, body("/flaky 2 slices"))
    events: list[Event] = []
    made: set[int] = set()  # attempts, each time that a wait has ended
    while not events or events[-1].type != "message_stop":
        try:
            event = stream.next(soon(0.05))
        except TimeoutError:
            time.sleep(0.1)  # an attempt that was made in it has reached the simulator by then
            made.add(attempts())
        else:
            assert event is not None
            events.append(event)
    stream.close()
    assert made >= {1, 2}
    assert events[0].type == "message_start"


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


# Connections


class Peer:
    """The other side of connections, by hand: accepts them and says what it is told to."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(60)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []

    def accept(self) -> socket.socket:
        connection, _ = self._listener.accept()
        connection.settimeout(60)
        self._open.append(connection)
        return connection

    def nobody_else_came(self) -> bool:
        self._listener.settimeout(0.05)
        try:
            self._listener.accept()[0].close()
        except TimeoutError:
            return True
        else:
            return False

    def close(self) -> None:
        for connection in (*self._open, self._listener):
            connection.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    yield peer
    peer.close()


def request_on(connection: socket.socket) -> bytes:
    """Reads one request, whose body is `BODY`."""
    data = b""
    while not data.endswith(BODY):
        more = connection.recv(65536)
        assert more, "the connection was closed instead"
        data += more
    return data


def response(content: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *headers, b"content-length: %d" % len(content), b"", content])


def post(of: Service) -> Any:
    return of.call("/model/m/invoke", {"Content-Type": "application/json"}, BODY)


def waits(step: Callable[[float], Any]) -> None:
    """`step` has nothing to say yet."""
    with pytest.raises(TimeoutError):
        step(soon(0.05))


def answered_on(connection: socket.socket, call: Any, content: bytes) -> bytes:
    request_on(connection)
    connection.sendall(response(content))
    read = call.content(soon())
    call.close()
    return bytes(read)


def test_a_connection_is_kept_and_used_again(peer: Peer) -> None:
    aws = service(peer.url)
    for number in range(3):
        call = post(aws)
        waits(call.head)
        if number == 0:
            connection = peer.accept()
        request_on(connection)
        connection.sendall(response(b"answer %d" % number))
        assert call.content(soon()) == b"answer %d" % number
        call.close()
    assert peer.nobody_else_came()


def test_the_network_is_probed_while_a_model_thinks(peer: Peer) -> None:
    call = post(service(peer.url))
    waits(call.head)
    peer.accept()
    connection = call._connection
    assert connection
    assert connection._socket.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    if hasattr(socket, "TCP_KEEPIDLE"):
        assert connection._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 60
    call.close()


def test_a_connection_of_an_answer_that_was_not_read_to_its_end_is_closed(peer: Peer) -> None:
    aws = service(peer.url)
    call = post(aws)
    waits(call.head)
    connection = peer.accept()
    request_on(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
    assert call.head(soon()).status == 200
    assert call.read_some(soon()) == b"half"
    call.close()
    assert connection.recv(1) == b""


def test_an_idle_connection_that_was_closed_is_replaced_unnoticed(peer: Peer) -> None:
    aws = service(peer.url)
    call = post(aws)
    waits(call.head)
    first = peer.accept()
    assert answered_on(first, call, b"one") == b"one"
    first.close()
    time.sleep(0.02)
    call = post(aws)
    waits(call.head)  # for less than the pause that would precede a second attempt
    assert answered_on(peer.accept(), call, b"two") == b"two"


def test_an_idle_connection_that_is_closed_upon_the_request_is_replaced_unnoticed(peer: Peer) -> None:
    aws = service(peer.url)
    call = post(aws)
    waits(call.head)
    first = peer.accept()
    assert answered_on(first, call, b"one") == b"one"
    call = post(aws)
    waits(call.head)
    request_on(first)
    first.close()
    waits(call.head)  # for less than the pause that would precede a second attempt
    assert answered_on(peer.accept(), call, b"two") == b"two"


def test_a_fresh_connection_that_breaks_costs_an_attempt(peer: Peer) -> None:
    aws = service(peer.url)
    call = post(aws)
    began = time.monotonic()
    for number in range(3):
        waits(call.head)
        while number and not eventually_accepts(call, peer):
            pass
        connection = peer.accept() if number == 0 else peer._open[-1]
        request_on(connection)
        connection.close()
    with pytest.raises(AwsError) as caught:
        call.head(soon())
    assert caught.value.code == ""
    assert time.monotonic() - began > 0.6
    assert peer.nobody_else_came()


def eventually_accepts(call: Any, peer: Peer) -> bool:
    waits(call.head)
    peer._listener.settimeout(0.01)
    try:
        peer.accept()
    except TimeoutError:
        return False
    finally:
        peer._listener.settimeout(60)
    return True


def test_an_error_that_comes_in_pieces_is_read_to_its_end(peer: Peer) -> None:
    call = post(service(peer.url))
    waits(call.head)
    connection = peer.accept()
    request_on(connection)
    content = b'{"message": "The body is bad."}'
    for piece in (
        b"HTTP/1.1 400 No\r\nx-amzn-Errortype: ValidationException:http://x\r\n",
        b"content-length: 31\r\n\r\n",
    ):
        connection.sendall(piece)
        waits(call.head)
    connection.sendall(content[:10])
    waits(call.head)
    connection.sendall(content[10:])
    with pytest.raises(AwsError) as caught:
        call.head(soon())
    assert (caught.value.status, caught.value.code) == (400, "ValidationException")
    assert caught.value.message == "The body is bad."


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nx: " + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"1" * 70_000,
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
        b"",
    ],
)
def test_what_is_not_http_is_a_broken_connection(answer: bytes) -> None:
    ours, theirs = socket.socketpair()
    connection = Connection(ours)
    connection.send("POST", "/", {"host": "x"}, b"")
    theirs.sendall(answer)
    theirs.close()
    with pytest.raises(BrokenConnection):
        read_everything(connection)
    connection.close()


def read_everything(connection: Connection) -> bytes:
    connection.head(soon())
    return b"".join(iter(lambda: connection.read_some(soon()), b""))


# However the stream is cut


EVENTS: list[dict[str, object]] = [
    {"type": "message_start"},
    {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "你好"}},
    {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "😀"}},
    {"type": "message_stop"},
]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nTransfer-Encoding: chunked\r\n\r\n"


@functools.cache
def wire_bytes(frames_per_chunk: int = 1) -> bytes:
    """The same each time: frames are padded at random, and Hypothesis asks for an example again."""
    frames = [event_stream.chunk(event) for event in EVENTS]
    groups = [b"".join(frames[at : at + frames_per_chunk]) for at in range(0, len(frames), frames_per_chunk)]
    chunks = b"".join(b"%X;name=value\r\n%b\r\n" % (len(group), group) for group in groups)
    return HEAD + chunks + b"0\r\nx-trailer: t\r\n\r\n"


WIRE = wire_bytes()
LAST_BYTE_OF_THE_LAST_EVENT = WIRE.rindex(b"\r\n0\r\n") - 1


def read_in_pieces(pieces: list[bytes]) -> list[Any]:
    """The events that come of these pieces, with a TimeoutError after each of them."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        aws = service("http://bedrock.test")
        aws.endpoint.keep(Connection(ours))
        stream = Bedrock(aws, REGION).stream(HAIKU, BODY)
        read: list[Any] = []
        for piece in (b"", *pieces):
            theirs.sendall(piece)
            with suppress(TimeoutError):
                read_until_silence(stream, 0.0004, into=read)
        read_until_silence(stream, 60, into=read)  # what a slow machine had no time for
        stream.close()
        assert_kept(aws)
    return read


def read_until_silence(stream: EventStream, seconds: float, *, into: list[Any]) -> None:
    while (event := stream.next(soon(seconds))) is not None:
        into.append(event.data)


def assert_kept(aws: Service) -> None:
    connection = aws.endpoint.connection()
    assert connection.is_quiet()
    connection.close()


def test_whole() -> None:
    assert read_in_pieces([WIRE]) == EVENTS
    assert read_in_pieces([wire_bytes(frames_per_chunk=4)]) == EVENTS


def test_byte_by_byte() -> None:
    assert read_in_pieces([WIRE[at : at + 1] for at in range(len(WIRE))]) == EVENTS


def test_cut_in_two_at_every_place() -> None:
    for at in range(1, len(WIRE)):
        assert read_in_pieces([WIRE[:at], WIRE[at:]]) == EVENTS


@settings(max_examples=50, deadline=None)
@given(data=st.data(), frames_per_chunk=st.integers(1, 4))
def test_cut_at_random(data: st.DataObject, frames_per_chunk: int) -> None:
    wire = wire_bytes(frames_per_chunk)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(wire) - 1), max_size=30)))
    pieces = [wire[start:end] for start, end in itertools.pairwise([0, *cuts, len(wire)])]
    assert read_in_pieces(pieces) == EVENTS


@settings(max_examples=100, deadline=None)
@given(end=st.integers(len(HEAD), LAST_BYTE_OF_THE_LAST_EVENT))
def test_cut_off_anywhere_is_an_error_never_a_short_answer(end: int) -> None:
    ours, theirs = socket.socketpair()
    aws = service("http://bedrock.test")
    aws.endpoint.keep(Connection(ours))
    stream = Bedrock(aws, REGION).stream(HAIKU, BODY)
    with pytest.raises(TimeoutError):
        stream.next(soon(0.001))
    theirs.sendall(WIRE[:end])
    theirs.close()
    with pytest.raises(errors.ApiError):
        list(iter(lambda: stream.next(soon()), None))
    stream.close()


def test_two_threads_do_not_share_a_connection(peer: Peer) -> None:
    aws = service(peer.url)
    one, two = post(aws), post(aws)
    for call in (one, two):
        waits(call.head)
    first, second = peer.accept(), peer.accept()
    assert answered_on(second, two, b"second") == b"second"
    assert answered_on(first, one, b"first") == b"first"


def test_a_keyring_reads_both_versions(simulator: AwsSimulator) -> None:
    before = secret_reads(simulator)
    keyring = Keyring(service(simulator.url, "secretsmanager"), simulator.secret_arn)
    assert keyring.name_of("k") == "default"
    assert eventually(lambda: secret_reads(simulator) - before == 2)
