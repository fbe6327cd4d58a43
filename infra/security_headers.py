"""The page's security headers, defined once: the CDN sends them in AWS, `emulator/page.py` on your machine.

Pure strings; the demo sends exactly these, so it finds what a deployment would block.
"""

import re

# How long a browser that has been here asks for this host, and hosts below it, by https only: a year.
HSTS_SECONDS = 31_536_000


def content_security_policy(api_origin: str) -> str:
    """The policy for a page that talks to itself and to the API at one origin: scheme and host, nothing more.

    ValueError when it is not one. At synth time the host is a CDK token, so only the shape is checked.
    """
    if not re.fullmatch(r"https?://[^\s;,'/]+", api_origin):
        raise ValueError(f"expected an origin such as https://host.example, found {api_origin!r}")
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "connect-src": f"'self' {api_origin}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "worker",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def security_headers(api_origin: str) -> dict[str, str]:
    """Every security header of the page, by lower-case name."""
    return {
        "content-security-policy": content_security_policy(api_origin),
        "strict-transport-security": f"max-age={HSTS_SECONDS}; includeSubDomains",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
    }
