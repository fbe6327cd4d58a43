"""Answers refusals in the shapes of AWS's protocols, of Anthropic's API, and of a proxy in front of both."""

from emulator.aws.bedrock.sending import respond
from emulator.aws.error import ServiceError
from emulator.exchange import Exchange

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
}


class ProxyError(Exception):
    """A refusal by a proxy in front of the service."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def answer_rest_json(exchange: Exchange, error: ServiceError) -> None:
    """Refuses as Bedrock Runtime does."""
    more = [] if error.retry_after is None else [("retry-after", str(error.retry_after))]
    await respond(exchange, error.status, {"message": error.message}, ("x-amzn-errortype", error.code), *more)


async def answer_json_1_1(exchange: Exchange, error: ServiceError) -> None:
    """Refuses as Secrets Manager does: its protocol has status 400 for every mistake of the caller's."""
    body = {"__type": error.code, "Message": error.message}
    await respond(exchange, 400, body, ("content-type", "application/x-amz-json-1.1"))


async def answer_json_1_0(exchange: Exchange, error: ServiceError) -> None:
    """Refuses as DynamoDB does."""
    body = {"__type": f"com.amazon.coral.service#{error.code}", "message": error.message}
    await respond(exchange, 400, body, ("content-type", "application/x-amz-json-1.0"))


async def answer_anthropic(exchange: Exchange, error: ServiceError) -> None:
    """Refuses as Bedrock Mantle does, in the shape of Anthropic's API."""
    body = {"type": _TYPES.get(error.status, "api_error"), "message": error.message}
    more = [] if error.retry_after is None else [("retry-after", str(error.retry_after))]
    await respond(exchange, error.status, {"type": "error", "error": body}, *more)


async def answer_bare(exchange: Exchange, error: ProxyError) -> None:
    """Refuses as a proxy does: HTML, and none of AWS's headers."""
    page = f"<html><head><title>{error.status}</title></head><body><h1>{error.status}</h1></body></html>"
    await exchange.respond(error.status, [("server", "awselb/2.0"), ("content-type", "text/html")], page.encode())
