"""`claude-stream doctor` names what a domain, a certificate, DNS or a proxy does wrong, by stand-ins that do it."""

import datetime
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from emulator.background import Background
from emulator.demo import demo_page_config
from emulator.page import PageServer
from tests import changing_proxy as proxies
from tests.changing_proxy import in_front_of
from tests.conftest import KEY, Deploy, Deployment
from tests.e2e.test_doctor import PACED, Report, at, doctor, failed
from tests.e2e.test_tls import TlsFront
from tests.one_origin import one_origin
from tests.places import WEB

DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def paced(deploy: Deploy) -> Deployment:
    return deploy(pace=PACED)


def certificate(file: Path, host: str, *, until: datetime.timedelta = 30 * DAY) -> Path:
    """A self-signed certificate for `host` with its key, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 60 * DAY)
        .not_valid_after(now + until)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def over_tls(background: Background, made: Path, url: str) -> Iterator[str]:
    """`url` behind a TLS server that has this certificate."""
    front = TlsFront(made)
    background.run(front.start())
    front.target = httpx.URL(url).port or 0
    try:
        yield front.url
    finally:
        background.run(front.close())


def asked(url: str, trusted: Path | None = None) -> Report:
    variables = {"SSL_CERT_FILE": str(trusted)} if trusted else {}
    return doctor("--url", url, "--key", KEY, **variables)


def only_failure(report: Report, step: str) -> str:
    assert (report[0], failed(report)) == (1, [step]), report[2]
    return report[1][step]


class TestOneAddress:
    def test_all_is_well_over_tls(self, background: Background, paced: Deployment, tmp_path: Path) -> None:
        made = certificate(tmp_path / "good.pem", "localhost")
        with one_origin(background, paced) as page, over_tls(background, made, page) as url:
            report = asked(url, made)
        assert report[0] == 0, report[2]
        assert "valid for 29 more days" in report[1]["certificate"]
        assert "asks this address" in report[1]["page"]

    def test_the_functions_own_address_has_no_page(self, paced: Deployment) -> None:
        assert "there is none" in at(paced.url.url)[1]["page"]


class TestName:
    def test_a_name_that_dns_does_not_know(self) -> None:
        sentence = only_failure(asked("https://chat.invalid"), "name")
        assert "hosted_zone_id" in sentence
        assert "CdnDomain" in sentence

    def test_a_name_where_nobody_answers(self) -> None:
        assert "Nobody answers at localhost, port 9" in only_failure(asked("https://localhost:9"), "certificate")


class TestCertificate:
    @pytest.mark.parametrize(
        ("host", "until", "says"),
        [("localhost", -1, "has expired"), ("other.example.com", 30, "is not for localhost")],
    )
    def test_one_that_is_wrong(
        self, background: Background, paced: Deployment, tmp_path: Path, host: str, until: int, says: str
    ) -> None:
        made = certificate(tmp_path / "wrong.pem", host, until=until * DAY)
        with over_tls(background, made, paced.url.url) as url:
            assert says in only_failure(asked(url, made), "certificate")

    def test_one_of_a_proxys_own(self, background: Background, paced: Deployment, tmp_path: Path) -> None:
        made = certificate(tmp_path / "proxy.pem", "localhost")
        with over_tls(background, made, paced.url.url) as url:
            assert "is not trusted here" in only_failure(asked(url), "certificate")

    def test_none(self, paced: Deployment) -> None:
        """A server that speaks no TLS at that port."""
        url = paced.url.url.replace("http://127.0.0.1", "https://localhost")
        assert "has no certificate for localhost" in only_failure(asked(url), "certificate")


class TestWay:
    def test_a_page_in_the_apis_place(self, background: Background, paced: Deployment) -> None:
        """The page's address of a stage whose API is elsewhere."""
        page = PageServer(web=WEB, config=demo_page_config(paced.url.url), function_url=paced.url.url)
        background.run(page.start())
        with in_front_of(page.url, lambda _: httpx.Response(200, html="<h1>Chat</h1>")) as url:
            assert "api_behind_cdn is false" in only_failure(at(url), "API")
        background.run(page.close())

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (proxies.redirected, "leads on to https://www.example.com/healthz"),
            (proxies.unknown_to_cloudfront, "does not know this name"),
            (proxies.without_origin, "gets no answer from the function (502)"),
        ],
    )
    def test_another_answers(self, paced: Deployment, change: proxies.Change, says: str) -> None:
        with in_front_of(paced.url.url, change) as url:
            assert says in only_failure(at(url), "API")

    def test_the_address_of_a_function_that_answers_its_cdn_only(self, deploy: Deploy) -> None:
        sentence = only_failure(at(deploy(cdn_secret="only-the-cdn").url.url), "API")
        assert "direct_url is false" in sentence

    def test_the_key_does_not_arrive(self, paced: Deployment) -> None:
        with in_front_of(paced.url.url, proxies.buffered, drop=("x-api-key",)) as url:
            assert "drops the header x-api-key" in only_failure(at(url), "API key")

    @pytest.mark.parametrize(
        ("change", "step", "says"),
        [
            (proxies.with_error_pages, "errors", "puts a page of its own in its"),
            (proxies.cached, "caching", "turn caching off for /v1/*"),
            (proxies.with_an_old_page, "page", "asks https://old.example.com"),
        ],
    )
    def test_what_a_cdn_does_to_answers(
        self, paced: Deployment, change: proxies.Change, step: str, says: str
    ) -> None:
        with in_front_of(paced.url.url, change) as url:
            report = at(url)
        assert failed(report) == [step, "piece by piece"], "this proxy buffers, too"
        assert says in report[1][step]
