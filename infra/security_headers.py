"""The page's security headers, defined once: the CDN sends them in AWS, `emulator/page.py` on your machine.

Pure strings; the demo sends exactly these, so it finds what a deployment would block.
"""

import re

# How long a browser that has been here asks for this host by https only: a year. Hosts below it are left out, as a
# domain of one's own may have some that know no https.
HSTS_SECONDS = 31_536_000


def content_security_policy(api_origin: str | None) -> str:
    """The policy for a page that talks to itself and to the API at one other origin: scheme and host, nothing more.

    None: the API is at the page's own origin. ValueError for what is no origin. At synth the host is a token of the
    CDK's, so only the shape is checked.
    """
    if api_origin is not None and not re.fullmatch(r"https?://[^\s;,'/]+", api_origin):
        raise ValueError(f"expected an origin such as https://host.example, found {api_origin!r}")
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "frame-src": "'self'",  # of which only web/preview/ lets itself be framed
        "connect-src": f"'self' {api_origin}" if api_origin else "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "worker",
    }
    return _policy(directives)


def preview_policy() -> str:
    """The policy of web/preview/, the frame in which the page shows what a model wrote; what it frames inherits it.

    It may be framed by the page, has no origin, and reaches nothing. Its scripts are its own file and what that
    makes of the library that the page gives it; Mermaid and the model's HTML need styles where they stand.
    """
    directives = {
        "default-src": "'none'",
        "script-src": "'self' blob:",
        "worker-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-scripts",
    }
    return _policy(directives)


def _policy(directives: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def security_headers(api_origin: str | None) -> dict[str, str]:
    """Every security header of the page, by lower-case name; `api_origin` as above."""
    return {
        "content-security-policy": content_security_policy(api_origin),
        "strict-transport-security": f"max-age={HSTS_SECONDS}",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
    }


def preview_headers() -> dict[str, str]:
    """Every security header of web/preview/, as above."""
    return {**security_headers(None), "content-security-policy": preview_policy()}
