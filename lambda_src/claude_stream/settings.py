"""The application's settings: the only reader of its environment variables."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

# Lambda refuses a request of 6 MB itself, and counts it as JSON in an event; below this, our own sentence answers.
MOST_INPUT_BYTES = 5 * 1024 * 1024


class SettingsError(ValueError):
    """A variable is missing or malformed; the message names it and says what is expected."""


class Settings(NamedTuple):
    """Everything that can be set. Times are in seconds."""

    api_key_secret_arn: str
    cdn_secret_arn: str  # "" where requests may come without the CDN
    allowed_models: tuple[str, ...]  # Bedrock model or inference-profile ids; the default is first
    aliases: Mapping[str, str]  # other names that callers may use -> allowed models
    max_tokens_limit: int
    default_max_tokens: int  # for a caller who names none: Bedrock counts it against the quota from the start
    max_input_bytes: int
    guardrail: tuple[str, str] | None  # id and version
    heartbeat_seconds: float
    first_event_wait_seconds: float
    metrics_namespace: str
    log_level: str  # Lambda's filter: lines below it are dropped
    region: str
    bedrock_url: str
    mantle_url: str
    secrets_url: str
    dynamodb_url: str
    table_name: str  # "" without named keys and limits
    budget: Mapping[str, int]  # the whole stage's limits, by the names of accounts/schema.py
    keep_answers_minutes: int  # 0: no answer is kept
    prices: Mapping[str, Any]  # by model id, as accounts/prices.py has them

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """SettingsError names the first variable that is missing or malformed."""
        read = _Reader(environ)
        region = read.text("AWS_REGION")
        api_key_secret_arn = read.text("API_KEY_SECRET_ARN")
        allowed_models = _models(read)
        max_tokens_limit = read.whole_number("MAX_TOKENS_LIMIT")
        urls = endpoints(environ, region)
        return cls(
            api_key_secret_arn=api_key_secret_arn,
            cdn_secret_arn=read.text("CDN_SECRET_ARN", ""),
            allowed_models=allowed_models,
            aliases=_aliases(read, allowed_models),
            max_tokens_limit=max_tokens_limit,
            default_max_tokens=read.whole_number("DEFAULT_MAX_TOKENS", max_tokens_limit, most=max_tokens_limit),
            max_input_bytes=read.whole_number("MAX_INPUT_BYTES", MOST_INPUT_BYTES, most=MOST_INPUT_BYTES),
            guardrail=_guardrail(read),
            heartbeat_seconds=read.seconds("HEARTBEAT_SECONDS", "15"),
            first_event_wait_seconds=read.seconds("FIRST_EVENT_WAIT_SECONDS", "10"),
            metrics_namespace=read.text("METRICS_NAMESPACE", "ClaudeStream"),
            log_level=read.text("AWS_LAMBDA_LOG_LEVEL", "INFO"),
            region=region,
            bedrock_url=urls.bedrock,
            mantle_url=urls.mantle,
            secrets_url=urls.secrets,
            dynamodb_url=urls.dynamodb,
            table_name=read.text("TABLE_NAME", ""),
            budget=read.json_object("BUDGET"),
            keep_answers_minutes=read.whole_number("KEEP_ANSWERS_MINUTES", 60, least=0, most=1440),
            prices=read.json_object("PRICES"),
        )


class Endpoints(NamedTuple):
    """URLs without a slash at their end."""

    bedrock: str
    mantle: str
    secrets: str
    dynamodb: str


def endpoints(environ: Mapping[str, str], region: str) -> Endpoints:
    """The services' URLs: the AWS SDKs' own variables, else AWS's. SettingsError names a bad one."""
    read = _Reader(environ)
    return Endpoints(
        bedrock=_endpoint(read, "BEDROCK_RUNTIME", f"https://bedrock-runtime.{region}.amazonaws.com"),
        mantle=_endpoint(read, "BEDROCK_MANTLE", f"https://bedrock-mantle.{region}.api.aws"),
        secrets=_endpoint(read, "SECRETS_MANAGER", f"https://secretsmanager.{region}.amazonaws.com"),
        dynamodb=_endpoint(read, "DYNAMODB", f"https://dynamodb.{region}.amazonaws.com"),
    )


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environ.get(name, "").strip() or default
        if value is None:
            raise SettingsError(f"{name} is not set")
        return value

    def optional(self, name: str) -> str | None:
        return self._environ.get(name, "").strip() or None

    def json_object(self, name: str) -> dict[str, Any]:
        text = self.text(name, "{}")
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise SettingsError(f"{name} has to be a JSON object, found {text!r}")
        return value

    def whole_number(
        self, name: str, default: int | None = None, *, least: int = 1, most: int | None = None
    ) -> int:
        text = self.text(name, None if default is None else str(default))
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= (most or int(text)):
            up_to = f" to {most}" if most else ""
            raise SettingsError(f"{name} has to be a whole number from {least}{up_to}, found {text!r}")
        return int(text)

    def seconds(self, name: str, default: str) -> float:
        text = self.text(name, default)
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if not 0 < value <= 900:
            raise SettingsError(f"{name} has to be a number of seconds, over 0 and up to 900, found {text!r}")
        return value


def _models(read: _Reader) -> tuple[str, ...]:
    default = read.text("DEFAULT_MODEL")
    allowed = tuple(model.strip() for model in read.text("ALLOWED_MODELS").split(",") if model.strip())
    if not allowed or allowed[0] != default:
        raise SettingsError(
            f"ALLOWED_MODELS has to begin with DEFAULT_MODEL ({default!r}), found {','.join(allowed)!r}"
        )
    return allowed


def _aliases(read: _Reader, allowed: tuple[str, ...]) -> dict[str, str]:
    text = read.text("MODEL_ALIASES", "")
    aliases: dict[str, str] = {}
    for pair in filter(str.strip, text.split(",")):
        name, _, model = (part.strip() for part in pair.partition("="))
        if not name or model not in allowed:
            raise SettingsError(
                f"MODEL_ALIASES has to be name=model,... with models of ALLOWED_MODELS, found {text!r}"
            )
        aliases[name] = model
    return aliases


def _guardrail(read: _Reader) -> tuple[str, str] | None:
    identifier, version = read.optional("GUARDRAIL_ID"), read.optional("GUARDRAIL_VERSION")
    if identifier and version:
        return identifier, version
    if identifier or version:
        raise SettingsError("GUARDRAIL_ID and GUARDRAIL_VERSION have to be set both or neither")
    return None


def _endpoint(read: _Reader, service: str, default: str) -> str:
    """Reads the AWS SDKs' own variables, so that another server can stand in for AWS.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    name = f"AWS_ENDPOINT_URL_{service}"
    url = read.optional(name) or read.optional("AWS_ENDPOINT_URL") or default
    if not url.startswith(("https://", "http://")):
        raise SettingsError(f"{name} has to begin with https:// or http://, found {url!r}")
    return url.rstrip("/")
