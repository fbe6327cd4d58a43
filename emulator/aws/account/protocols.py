"""Three of AWS's wire protocols, as a service speaks them: REST with JSON, JSON 1.1, and query with XML.

A request becomes a `Call`, and a result or a refusal becomes a response. Which operation a request means is read
from botocore's models of the services, as are the shapes that parameters must have.
https://smithy.io/2.0/aws/protocols/index.html
"""

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.validate import ParamValidator

from emulator.aws.error import ServiceError
from emulator.exchange import Exchange

# A service is known by its API version (query), by a target's prefix (JSON 1.1), or by a path (REST).
_QUERY = {"2010-05-08": "iam", "2011-06-15": "sts", "2010-05-15": "cloudformation"}
_TARGETS = {"ServiceQuotasV20190624": "service-quotas"}
_REST = ("bedrock", "lambda")


@dataclass(frozen=True)
class Call:
    """An operation with its parameters; `model` is None for one that no service here has."""

    model: OperationModel | None
    protocol: str
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def service(self) -> ServiceModel | None:
        return self.model.service_model if self.model else None

    @property
    def signing_name(self) -> str:
        return str(self.service.signing_name) if self.service else ""

    @property
    def action(self) -> str:
        """The operation's name in IAM, such as bedrock:GetUseCaseForModelAccess."""
        return f"{self.signing_name}:{self.model.name}" if self.model else "unknown"

    def validate(self) -> None:
        """ServiceError unless the parameters have the operation's types, patterns and required members."""
        if self.model is None or self.model.input_shape is None:
            return
        report = ParamValidator().validate(self.parameters, self.model.input_shape)
        wrong = report.generate_report() or next(_mismatches(self.parameters, self.model.input_shape), "")
        if wrong:
            raise ServiceError(400, _VALIDATION_CODES.get(self.signing_name, "ValidationException"), wrong)


_VALIDATION_CODES = {"servicequotas": "IllegalArgumentException", "iam": "ValidationError"}


def _mismatches(parameters: Mapping[str, Any], shape: Shape) -> Iterator[str]:
    """Reports strings that break the pattern of their member; botocore leaves this check to the service."""
    for name, value in parameters.items():
        pattern = shape.members[name].metadata.get("pattern")
        if pattern and isinstance(value, str) and not re.fullmatch(pattern.strip("^$"), value):
            yield f"Value at '{name}' failed to satisfy constraint: Member must satisfy regular expression pattern"


def read(exchange: Exchange, body: bytes) -> Call:
    if target := exchange.header("x-amz-target"):
        prefix, _, name = target.partition(".")
        return Call(_operation(_TARGETS.get(prefix, ""), name), "json", json.loads(body or b"{}"))
    if exchange.header("content-type").startswith("application/x-www-form-urlencoded"):
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        model = _operation(_QUERY.get(form.pop("Version", ""), ""), form.pop("Action", ""))
        return Call(model, "query", _nested(form))
    for service in _REST:
        for model, pattern in _routes(service):
            if model.http["method"] == exchange.method and (path := pattern.fullmatch(exchange.path)):
                parameters = {name: unquote(value) for name, value in path.groupdict().items()}
                return Call(model, "rest-json", parameters | exchange.query | json.loads(body or b"{}"))
    return Call(None, "rest-json")


@cache
def _service(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


def _operation(service: str, name: str) -> OperationModel | None:
    if not service or name not in _service(service).operation_names:
        return None
    return _service(service).operation_model(name)


@cache
def _routes(service: str) -> list[tuple[OperationModel, re.Pattern[str]]]:
    models = [_service(service).operation_model(name) for name in _service(service).operation_names]
    return [(model, _pattern(model.http["requestUri"].partition("?")[0])) for model in models]


def _pattern(uri: str) -> re.Pattern[str]:
    """The pattern of a path such as `/foundation-model-availability/{modelId}`."""
    return re.compile(re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", uri))


def _nested(form: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of a form: `ActionNames.member.1=a&ActionNames.member.2=b` is a list, all else is text."""
    parameters: dict[str, Any] = {}
    for name, value in form.items():
        base, separator, _ = name.partition(".member.")
        if separator:
            parameters.setdefault(base, []).append(value)
        else:
            parameters[name] = value
    return parameters


async def answer(exchange: Exchange, call: Call, result: Mapping[str, Any]) -> None:
    assert call.model
    if call.protocol == "query":
        name, shape = call.model.name, call.model.output_shape
        namespace = call.model.service_model.metadata["xmlNamespace"]
        inner = f"<{name}Result>{_xml(result)}</{name}Result>" if shape else ""
        document = f'<{name}Response xmlns="{namespace}">{inner}{_metadata()}</{name}Response>'
        return await _send(exchange, 200, document.encode(), "text/xml")
    status = call.model.http.get("responseCode", 200)
    return await _send(exchange, status, json.dumps(result).encode(), _content_type(call))


async def refuse(exchange: Exchange, call: Call, error: ServiceError) -> None:
    if call.protocol == "query":
        code = error.code.removesuffix("Exception")  # this protocol says AccessDenied
        refusal = f"<Type>Sender</Type><Code>{code}</Code><Message>{escape(error.message)}</Message>"
        document = f"<ErrorResponse><Error>{refusal}</Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
        return await _send(exchange, error.status, document.encode(), "text/xml")
    if call.protocol == "json":
        body = {"__type": error.code, "message": error.message}
        return await _send(exchange, 400, json.dumps(body).encode(), _content_type(call))
    body = {"message": error.message}
    return await _send(
        exchange, error.status, json.dumps(body).encode(), _content_type(call), ("x-amzn-errortype", error.code)
    )


def _content_type(call: Call) -> str:
    return "application/x-amz-json-1.1" if call.protocol == "json" else "application/json"


async def _send(exchange: Exchange, status: int, body: bytes, kind: str, *more: tuple[str, str]) -> None:
    headers = [("content-type", kind), ("x-amzn-requestid", str(uuid.uuid4())), *more]
    await exchange.respond(status, headers, body)


def _xml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(f"<{name}>{_xml(item)}</{name}>" for name, item in value.items())
    if isinstance(value, list):
        return "".join(f"<member>{_xml(item)}</member>" for item in value)
    return str(value).lower() if isinstance(value, bool) else escape(str(value))


def _metadata() -> str:
    return f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
