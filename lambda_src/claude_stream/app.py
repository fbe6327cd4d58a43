"""The WSGI application: wires the modules together, and is where every error becomes an answer.

`application` is the callable for a server to load; loading it reads the settings from the environment.
"""

import os
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from claude_stream import log
from claude_stream.accounts.accounts import Accounts
from claude_stream.auth import Keyring
from claude_stream.bedrock.client import Bedrock
from claude_stream.bedrock.signing import Service, find_credentials
from claude_stream.dialects import dialect_of
from claude_stream.errors import INTERNAL_ERROR, ApiError
from claude_stream.metrics import Record
from claude_stream.models import ModelCatalog
from claude_stream.request import Request
from claude_stream.routes import Exchange, Response, Routes, json_response
from claude_stream.settings import Settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse


class Application:
    """Claude on Bedrock as a WSGI application."""

    def __init__(self, settings: Settings) -> None:
        credentials = find_credentials()
        secrets = Service("secretsmanager", settings.secrets_url, settings.region, credentials)
        self._model = model = Service("bedrock", settings.bedrock_url, settings.region, credentials)
        mantle = Service("bedrock-mantle", settings.mantle_url, settings.region, credentials)
        self._endpoints = [service.endpoint for service in (secrets, model, mantle)]
        self._settings = settings
        dynamodb = None
        if settings.table_name:
            dynamodb = Service("dynamodb", settings.dynamodb_url, settings.region, credentials)
            self._endpoints.append(dynamodb.endpoint)
        models = ModelCatalog(settings.allowed_models, settings.aliases)
        self._keyring = keyring = Keyring(secrets, settings.api_key_secret_arn)
        self._accounts = Accounts(settings, keyring, models, dynamodb)
        bedrock = Bedrock(model, settings.region, settings.guardrail, mantle=mantle)
        self._routes = Routes(settings, models, bedrock, self._accounts, dynamodb)

    def __call__(self, environ: dict[str, Any], start_response: "StartResponse") -> Iterable[bytes]:
        request_id = environ.get("lambda.request_id") or os.urandom(16).hex()
        record = Record(self._settings.metrics_namespace, request_id, log_level=self._settings.log_level)
        request = Request(environ, self._settings.max_input_bytes)
        exchange = Exchange(request, dialect_of(request), record, request_id)
        response = self._answer(exchange)
        record.status = response.status
        own = ((exchange.dialect.request_id_header, request_id), *_SAFE, *self._accounts.headers(exchange))
        start_response(_status_line(response.status), [*response.headers, *own])
        return _Recorded(response.body, exchange, self._accounts)

    def get_ready(self) -> None:
        """Fetches the keys and connects to Bedrock, beside the caller: the first request finds both under way."""
        for target in (self._keyring.fetch_ahead, self._model.endpoint.connect_ahead):
            threading.Thread(target=target, name=target.__name__).start()

    def close(self) -> None:
        """Closes the connections that are kept for the next request. On Lambda the process's end closes them."""
        for endpoint in self._endpoints:
            endpoint.close()

    def _answer(self, exchange: Exchange) -> Response:
        try:
            # The key is checked first: without one the body is not even read.
            if not self._routes.is_public(exchange.request):
                self._accounts.admit(exchange)
            return self._routes.find(exchange)(exchange)
        except ApiError as error:
            return _error_response(error, exchange)
        except Exception as error:
            log.error("a request could not be answered", failure=error, request_id=exchange.request_id)
            return _error_response(ApiError(INTERNAL_ERROR), exchange)


class _Recorded:
    """A body; when the server closes it, its use is booked and the request's record is written."""

    def __init__(self, body: Iterable[bytes], exchange: Exchange, accounts: Accounts) -> None:
        self._body = body
        self._exchange = exchange
        self._accounts = accounts

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._accounts.settle(self._exchange)
            self._exchange.record.emit()


_SAFE = [("cache-control", "no-store"), ("x-content-type-options", "nosniff")]


def _error_response(error: ApiError, exchange: Exchange) -> Response:
    exchange.record.failed(error)
    return json_response(exchange.dialect.error(error, exchange.request_id), error.status, error.headers())


def _status_line(status: int) -> str:
    if status == 200:
        return "200 OK"
    from http import HTTPStatus  # noqa: PLC0415 - the first answer is rarely an error

    phrase = "Overloaded" if status == 529 else HTTPStatus(status).phrase
    return f"{status} {phrase}"


application = Application(Settings.from_environ(os.environ))
if "AWS_LAMBDA_RUNTIME_API" in os.environ:  # elsewhere a module that is loaded should do nothing
    application.get_ready()
