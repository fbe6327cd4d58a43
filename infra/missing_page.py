"""The 404 page where the API is behind the same CDN. Pure.

CloudFront's custom error responses hold for a whole distribution: they would put a page in place of the API's own
403 and 404. So a CloudFront Function before the page answers for paths that the page does not have. It knows the
others by their form: the entrance's names, and any file in a version's folder.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/writing-function-code.html
"""

import json
from collections.abc import Mapping, Sequence

_CODE = """\
var KNOWN = /^\\/(%(names)s|[0-9a-f]{12}\\/.+)?$/;
var MISSING = %(response)s;

function handler(event) {
    return KNOWN.test(event.request.uri) ? event.request : MISSING;
}
"""


def answer_missing(*, entrance: Sequence[str], html: str, headers: Mapping[str, str]) -> str:
    """The function's code, cloudfront-js-2.0: 404 with `html` and `headers` for what is not of the page."""
    all_headers = {"content-type": "text/html; charset=utf-8", "cache-control": "no-cache", **headers}
    response = {
        "statusCode": 404,
        "statusDescription": "Not Found",
        "headers": {name: {"value": value} for name, value in all_headers.items()},
        "body": {"encoding": "text", "data": html},
    }
    names = "|".join(name.replace(".", "\\.") for name in entrance)
    return _CODE % {"names": names, "response": json.dumps(response, indent=4)}
