"""sigv4.py: the headers of a signed request are those that AWS publishes and that botocore makes."""

import re
from urllib.parse import quote

import pytest
from botocore.auth import SIGNED_HEADERS_BLACKLIST, SigV4Auth
from botocore.awsrequest import AWSRequest
from hypothesis import given
from hypothesis import strategies as st

from claude_stream.bedrock.sigv4 import Credentials, Request, signed_headers

# The signer of the examples in AWS's documentation and test suite for Signature Version 4.
EXAMPLE = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None)
AT = "20150830T123600Z"
HOST = {"Host": "example.amazonaws.com"}


def signature_of(headers: dict[str, str]) -> str:
    return headers["Authorization"].rpartition("Signature=")[2]


def signed(request: Request, service: str = "service") -> dict[str, str]:
    return signed_headers(request, EXAMPLE, region="us-east-1", service=service, timestamp=AT)


def test_the_example_of_the_documentation() -> None:
    headers = {
        "Host": "iam.amazonaws.com",
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    }
    request = Request("GET", "/?Action=ListUsers&Version=2010-05-08", headers, b"")
    assert signed(request, "iam") == headers | {
        "X-Amz-Date": AT,
        "Authorization": (
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date, "
            "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        ),
    }


PUBLISHED = {
    "nothing": (Request("GET", "/", HOST, b""), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "a body's method": (
        Request("POST", "/", HOST, b""),
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    "parameters in another order": (
        Request("GET", "/?Param2=value2&Param1=value1", HOST, b""),
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    "white space in values": (
        Request("GET", "/", HOST | {"My-Header1": " value1", "My-Header2": ' "a   b   c"'}, b""),
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ),
    "characters that need no encoding": (
        Request("GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", HOST, b""),
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
    ),
    "another script": (
        Request("GET", "/\u1234", HOST, b""),
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
    ),
}
SAME_AS_NOTHING = ("", "//", "/./", "/example/..", "/example1/example2/../..")


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_aws_has_published(name: str) -> None:
    request, signature = PUBLISHED[name]
    assert signature_of(signed(request)) == signature


@pytest.mark.parametrize("path", SAME_AS_NOTHING)
def test_empty_and_relative_segments_of_a_path_are_not_signed(path: str) -> None:
    assert signature_of(signed(Request("GET", path, HOST, b""))) == PUBLISHED["nothing"][1]


def botocores(request: Request, credentials: Credentials, region: str, service: str) -> dict[str, str]:
    url = f"https://{request.headers['Host']}{request.target}"
    theirs = AWSRequest(request.method, url, dict(request.headers), request.body)
    theirs.context["timestamp"] = AT
    signer = SigV4Auth(credentials, service, region)
    signer._modify_request_before_signing(theirs)
    to_sign = signer.string_to_sign(theirs, signer.canonical_request(theirs))
    signer._inject_signature_to_request(theirs, signer.signature(to_sign, theirs))
    return dict(theirs.headers.items())


segments = st.one_of(st.text(max_size=8).map(lambda text: quote(text, safe="")), st.sampled_from(["..", ".", ""]))
paths = st.lists(segments, max_size=6).map(lambda parts: "/" + "/".join(parts))
words = st.text(st.characters(categories=("L", "N"), include_characters="-_.~ %/"), max_size=6)
parameters = st.tuples(words.map(quote), st.sampled_from(["", "="]), words.map(quote)).map("".join)
queries = st.lists(parameters, max_size=5).map("&".join)
# Such as a socket takes: what cannot be in a header is neither's business.
values = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=20)
UNSIGNED = {*SIGNED_HEADERS_BLACKLIST, "host", "date", "authorization", "x-amz-date", "x-amz-content-sha256"}
names = st.from_regex(re.compile(r"[A-Za-z][A-Za-z0-9-]{0,12}", re.ASCII), fullmatch=True).filter(
    lambda name: name.lower() not in UNSIGNED | {"x-amz-security-token"}
)
headers = st.dictionaries(names, values, max_size=5).filter(
    lambda found: len({name.lower() for name in found}) == len(found)
)
secrets = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
credentials = st.builds(Credentials, secrets, secrets, st.none() | secrets)


@given(
    request=st.builds(
        lambda method, path, query, headers, body: Request(
            method, f"{path}?{query}" if query else path, headers | HOST, body
        ),
        st.sampled_from(["GET", "POST", "PUT"]),
        paths,
        queries,
        headers,
        st.binary(max_size=100),
    ),
    credentials=credentials,
    service=st.sampled_from(["bedrock", "secretsmanager", "dynamodb"]),
)
def test_any_request_has_botocores_headers_in_botocores_order(
    request: Request, credentials: Credentials, service: str
) -> None:
    ours = signed_headers(request, credentials, region="eu-central-1", service=service, timestamp=AT)
    assert list(ours.items()) == list(botocores(request, credentials, "eu-central-1", service).items())
