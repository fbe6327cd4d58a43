"""The steps of what stands between: a CDN or proxy that answers itself, keeps answers, or has an old page."""

from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import httpx

from cli.doctor.report import Step
from cli.failure import Failure

Send = Callable[[str, str], httpx.Response]


def steps_of_way(send: Send, url: str) -> Iterator[Step]:
    """`send` asks with the key, by method and path; `url` is the address without a slash at its end."""
    yield Step("errors", lambda: _errors(send))
    yield Step("caching", lambda: _caching(send))
    yield Step("page", lambda: _page(send, url))


def taken_by_another(response: httpx.Response) -> str:
    """What answers in the API's place, and why, if one can tell; else ""."""
    location = response.headers.get("location")
    if "answers its CDN only" in response.text:
        return "This is the function's own address, and direct_url is false: give doctor the page's address."
    if location:
        return f"This address leads on to {urljoin(str(response.url), location)}: give doctor that one."
    return _page_in_its_place(response) if _is_html(response) else ""


def _page_in_its_place(response: httpx.Response) -> str:
    status, by = response.status_code, f"{response.headers.get('server', '')}{response.text}".lower()
    if status == 200:
        return (
            "A page answers in the API's place: api_behind_cdn is false for this stage (then the API is at the "
            "output ApiUrl), or a proxy does not pass /healthz, /stream and /v1/* on."
        )
    if "cloudfront" not in by:
        return f"A proxy answers with a page of its own ({status}): it has to pass /healthz, /stream and /v1/* on."
    if status == 403:
        return (
            "CloudFront refuses the request itself: it does not know this name (deploy the stage with its domain, "
            "and let the record lead to the output CdnDomain), or the firewall (waf) has blocked it."
        )
    return f"CloudFront gets no answer from the function ({status}): deploy again, then look at the function's log."


def _errors(send: Send) -> str:
    response = send("GET", "/v1/no-such-route")
    if response.status_code != 404 or _is_html(response):
        raise Failure(
            f"An error of the API arrives as something else ({response.status_code}, "
            f"{response.headers.get('content-type', 'no type')}): a CDN or proxy puts a page of its own in its "
            "place. Remove its error pages for /v1/*."
        )
    return "arrive as the API sends them"


def _caching(send: Send) -> str:
    response = send("GET", "/v1/models")
    if "age" in response.headers or "hit" in response.headers.get("x-cache", "").lower():
        raise Failure(
            "An answer of the API comes from a cache, and may be another caller's: turn caching off for /v1/*, "
            "/stream and /healthz."
        )
    return "nothing is kept on the way"


def _page(send: Send, url: str) -> str:
    response = send("GET", "/config.json")
    try:
        address = response.json()["functionUrl"]
    except (ValueError, KeyError, TypeError):
        return "there is none at this address"
    asked = urljoin(f"{url}/", address)
    if urlsplit(asked)[:2] != urlsplit(url)[:2]:
        raise Failure(
            f"The page here asks {asked}, not this address: deploy again, and let no cache keep /config.json."
        )
    return "asks this address"


def _is_html(response: httpx.Response) -> bool:
    return bool(response.headers.get("content-type", "").startswith("text/html"))
