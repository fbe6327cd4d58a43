"""The page's security headers, defined once: the CDN sends them in AWS, `local/page.py` on your machine.

Pure strings; the page must live with exactly these, so the demo finds what a deployment would block.
"""

import re


def content_security_policy(function_url: str) -> str:
    """The policy for a page that talks to itself and to one function URL.

    The URL goes in as it is: at synth time it is a CDK token, with nothing in it to parse. ValueError
    when it could not stand in a policy.
    """
    if not re.fullmatch(r"[^\s;,']+", function_url):
        raise ValueError(f"expected one URL without spaces, quotes, ';' or ',', found {function_url!r}")
    directives = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {function_url}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def security_headers(function_url: str) -> dict[str, str]:
    """Every security header of the page, by lower-case name."""
    return {
        "content-security-policy": content_security_policy(function_url),
        "strict-transport-security": "max-age=31536000; includeSubDomains",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
    }
