"""The environment's variables -> settings, or a sentence that names the variable."""

import pytest

from claude_stream.settings import Settings, SettingsError

HAIKU, SONNET = "global.anthropic.claude-haiku-5-5", "global.anthropic.claude-sonnet-5-5"
LEAST = {
    "API_KEY_SECRET_ARN": "arn:secret",
    "DEFAULT_MODEL": HAIKU,
    "ALLOWED_MODELS": f"{HAIKU},{SONNET}",
    "MAX_TOKENS_LIMIT": "4096",
    "AWS_REGION": "eu-central-1",
}


def settings(**variables: str) -> Settings:
    return Settings.from_environ(LEAST | variables)


def test_what_has_to_be_set_is_enough() -> None:
    assert settings() == Settings(
        api_key_secret_arn="arn:secret",
        allowed_models=(HAIKU, SONNET),
        aliases={},
        max_tokens_limit=4096,
        default_max_tokens=4096,
        max_input_bytes=5 * 1024 * 1024,
        guardrail=None,
        heartbeat_seconds=15,
        first_event_wait_seconds=10,
        metrics_namespace="ClaudeStream",
        log_level="INFO",
        region="eu-central-1",
        bedrock_url="https://bedrock-runtime.eu-central-1.amazonaws.com",
        mantle_url="https://bedrock-mantle.eu-central-1.api.aws",
        secrets_url="https://secretsmanager.eu-central-1.amazonaws.com",
        dynamodb_url="https://dynamodb.eu-central-1.amazonaws.com",
        table_name="",
        budget={},
        keep_answers_minutes=60,
        prices={},
        cdn_secret_arn="",
    )


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_variable_is_named(name: str, value: str | None) -> None:
    variables = {key: LEAST[key] for key in LEAST if key != name} | ({name: value} if value is not None else {})
    with pytest.raises(SettingsError, match=rf"^{name} is not set$"):
        Settings.from_environ(variables)


def test_aliases_are_names_of_allowed_models() -> None:
    assert settings(MODEL_ALIASES=f"gpt-5={SONNET}, small = {HAIKU},").aliases == {"gpt-5": SONNET, "small": HAIKU}
    for value in ("gpt-5", f"={SONNET}", "gpt-5=claude-opus-5-5", f"gpt-5:{SONNET}"):
        with pytest.raises(SettingsError, match=r"^MODEL_ALIASES has to be name=model,... with models of ALLOWED"):
            settings(MODEL_ALIASES=value)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "1e3", "+5", "٣", "²", "1_000"])
def test_a_limit_has_to_be_a_whole_number(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^MAX_TOKENS_LIMIT has to be a whole number from 1, found "):
        settings(MAX_TOKENS_LIMIT=value)


def test_the_default_of_an_answer_may_be_below_its_limit_and_not_above() -> None:
    assert settings(DEFAULT_MAX_TOKENS="1000").default_max_tokens == 1000
    for value in ("0", "4097", "many"):
        with pytest.raises(
            SettingsError, match=r"^DEFAULT_MAX_TOKENS has to be a whole number from 1 to 4096, found"
        ):
            settings(DEFAULT_MAX_TOKENS=value)


def test_the_input_may_be_as_large_as_lambda_lets_through() -> None:
    assert settings(MAX_INPUT_BYTES="1024").max_input_bytes == 1024
    with pytest.raises(SettingsError, match=r"^MAX_INPUT_BYTES has to be a whole number from 1 to 5242880, found "):
        settings(MAX_INPUT_BYTES="5242881")


def test_limits_and_prices_are_json_objects() -> None:
    found = settings(TABLE_NAME="t", BUDGET='{"tokens_per_day": 5}', PRICES='{"m": {"input": 1}}')
    assert (found.table_name, found.budget, found.prices) == ("t", {"tokens_per_day": 5}, {"m": {"input": 1}})


@pytest.mark.parametrize("name", ["BUDGET", "PRICES"])
@pytest.mark.parametrize("value", ["5", "[]", "{", "null"])
def test_anything_else_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} has to be a JSON object, found "):
        settings(**{name: value})


@pytest.mark.parametrize("name", ["HEARTBEAT_SECONDS", "FIRST_EVENT_WAIT_SECONDS"])
@pytest.mark.parametrize("value", ["0", "-1", "901", "nan", "inf", "soon", "1,5", "5s"])
def test_a_time_has_to_be_seconds(name: str, value: str) -> None:
    with pytest.raises(
        SettingsError, match=rf"^{name} has to be a number of seconds, over 0 and up to 900, found "
    ):
        settings(**{name: value})


def test_times_may_be_fractions() -> None:
    assert settings(HEARTBEAT_SECONDS="0.2").heartbeat_seconds == 0.2
    assert settings(FIRST_EVENT_WAIT_SECONDS="900").first_event_wait_seconds == 900


@pytest.mark.parametrize("value", [SONNET, f"{SONNET},{HAIKU}", ",", "anthropic.claude-haiku-5-5"])
def test_the_default_has_to_be_the_first_of_the_allowed(value: str) -> None:
    with pytest.raises(SettingsError, match=r"^ALLOWED_MODELS has to begin with DEFAULT_MODEL \('global.anthropic"):
        settings(ALLOWED_MODELS=value)


def test_blanks_around_models_do_not_matter() -> None:
    assert settings(ALLOWED_MODELS=f" {HAIKU} , , {SONNET},").allowed_models == (HAIKU, SONNET)


def test_a_guardrail_is_an_id_and_a_version() -> None:
    assert settings(GUARDRAIL_ID="gr-1", GUARDRAIL_VERSION="DRAFT").guardrail == ("gr-1", "DRAFT")
    for half in ({"GUARDRAIL_ID": "gr-1"}, {"GUARDRAIL_VERSION": "1", "GUARDRAIL_ID": ""}):
        with pytest.raises(
            SettingsError, match=r"^GUARDRAIL_ID and GUARDRAIL_VERSION have to be set both or neither"
        ):
            settings(**half)


def test_endpoints_are_the_sdks_own_variables() -> None:
    assert settings(AWS_ENDPOINT_URL="http://x:1").bedrock_url == "http://x:1"
    found = settings(AWS_ENDPOINT_URL="http://x:1", AWS_ENDPOINT_URL_SECRETS_MANAGER="http://y/")
    assert (found.bedrock_url, found.secrets_url) == ("http://x:1", "http://y")


@pytest.mark.parametrize("service", ["BEDROCK_RUNTIME", "BEDROCK_MANTLE", "SECRETS_MANAGER"])
def test_an_endpoint_has_to_be_an_address(service: str) -> None:
    with pytest.raises(SettingsError, match=rf"^AWS_ENDPOINT_URL_{service} has to begin with https:// or http://"):
        settings(**{f"AWS_ENDPOINT_URL_{service}": "localhost:4566"})
