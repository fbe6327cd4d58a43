"""`claude-stream doctor`: it passes against the demo, and finds what is wrong with broken deployments."""

import signal
import subprocess
import sys
from subprocess import PIPE

import pytest

from emulator.aws.account.simulator import Account
from emulator.aws.simulator import REGION, SECRET_ACCESS_KEY, AwsSimulator, Pace
from emulator.background import Background
from tests.changing_proxy import buffered, cut_off, forbidden, in_front_of, without_cors_headers
from tests.conftest import KEY, Deploy, Deployment
from tests.e2e.shell import environment
from tests.places import ROOT
from tests.simulated_account import CREDENTIALS, simulated

CALLS = ("InvokeModel", "InvokeModelWithResponseStream", "CountTokens")
PACED = Pace(first_event_seconds=0.05, pieces_per_second=50)

Report = tuple[int, dict[str, str], str]  # exit status, each step's line, everything


def doctor(*words: str, **variables: str) -> Report:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "doctor", *words],
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(("ok  ", "FAIL", "----", "warn"))]
    return done.returncode, {line[6:22].strip(): line for line in lines}, done.stdout + done.stderr


def at(url: str, key: str = KEY) -> Report:
    return doctor("--url", url, "--key", key)


def failed(report: Report) -> list[str]:
    return [name for name, line in report[1].items() if line.startswith("FAIL")]


def test_against_the_demo_every_step_passes() -> None:
    status, steps, everything = doctor("--demo")
    assert status == 0, everything
    assert list(steps) == [
        "name",
        "certificate",
        "API",
        "CORS",
        "API key",
        "errors",
        "caching",
        "page",
        "model access",
        "streaming call",
        "whole call",
        "piece by piece",
    ]
    assert all(line.startswith("ok") for line in steps.values())
    assert everything.endswith("All is well.\n")


def on_my_own(background: Background, account: Account, *words: str) -> Report:
    """Without --url: the account is simulated, and so is the Bedrock that answers in it."""
    bedrock = AwsSimulator(keys={}, pace=Pace(0, 0))
    background.run(bedrock.start())
    with simulated(account, background) as control:
        try:
            return doctor(
                *words,
                **CREDENTIALS,
                AWS_ENDPOINT_URL=control.url,
                AWS_ENDPOINT_URL_BEDROCK_MANTLE=bedrock.url,
                AWS_ENDPOINT_URL_BEDROCK_RUNTIME=bedrock.url,
            )
        finally:
            background.run(bedrock.close())


PREFLIGHT = ["usage form", "Marketplace", "model terms", "model quotas", "Lambda quota"]
CALLED = ["streaming call", "whole call", "counting tokens"]
HAIKU = "anthropic.claude-haiku-5-5"


def test_your_own_access_to_bedrock(background: Background) -> None:
    status, steps, everything = on_my_own(background, Account.ready(HAIKU))
    assert status == 0, everything
    assert list(steps) == ["credentials", "region", *PREFLIGHT, *CALLED]
    assert all(line.startswith("ok") for line in steps.values())
    assert SECRET_ACCESS_KEY not in everything


def test_the_account_is_looked_at_before_the_first_call(background: Background) -> None:
    account = Account(form=b'{"companyName": "Example"}')
    report = on_my_own(background, account)
    assert (report[0], failed(report)) == (1, ["model terms"])
    assert "`make preflight` does what can be done here" in report[1]["model terms"]
    assert account.agreements == {}, "doctor looks, and accepts nothing"
    assert report[1]["streaming call"].startswith("ok"), "only a call proves that calls work"


def test_an_account_that_may_not_be_looked_at(background: Background) -> None:
    actions = ["bedrock:GetUseCaseForModelAccess", "bedrock:GetFoundationModelAvailability"]
    actions += ["iam:SimulatePrincipalPolicy", "servicequotas:ListServiceQuotas", "lambda:GetAccountSettings"]
    status, steps, everything = on_my_own(background, Account(denied=frozenset(actions)))
    assert status == 0, everything
    assert [steps[name][:4] for name in PREFLIGHT] == ["----"] * len(PREFLIGHT)


def test_an_id_that_is_not_claudes_goes_to_bedrock_as_it_is(background: Background) -> None:
    _, steps, everything = on_my_own(background, Account(), "-m", "arn:aws:bedrock:us-east-1:123456789012:x/y")
    assert list(steps) == ["credentials", "region", "streaming call"], everything


def test_no_credentials_and_no_region() -> None:
    report = doctor(AWS_REGION=REGION)
    assert failed(report) == ["credentials"]
    assert "aws configure" in report[1]["credentials"]
    report = doctor(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b")
    assert failed(report) == ["region"]


# Deployments that are broken on purpose


def test_a_wrong_key(deployment: Deployment) -> None:
    report = at(deployment.url.url, "wrong")
    assert (report[0], failed(report)) == (1, ["API key"])
    assert "`make key`" in report[1]["API key"]
    assert "model access" not in report[1], "what needs the key is not tried"


def test_no_model_access(deploy: Deploy) -> None:
    report = at(deploy(denied=CALLS, pace=PACED).url.url)
    assert (report[0], failed(report)) == (1, ["model access"])
    assert "usage form" in report[1]["model access"]
    assert "`make preflight`" in report[1]["model access"]


@pytest.mark.parametrize(
    ("action", "step"), [("InvokeModelWithResponseStream", "streaming call"), ("InvokeModel", "whole call")]
)
def test_one_missing_permission(deploy: Deploy, action: str, step: str) -> None:
    report = at(deploy(denied=[action], pace=PACED).url.url)
    assert (report[0], failed(report)) == (1, [step])
    assert f"lacks bedrock:{action} on the model" in report[1][step]


def test_buffered_responses(deploy: Deploy) -> None:
    with in_front_of(deploy(pace=PACED).url.url, buffered) as url:
        report = at(url)
    assert (report[0], failed(report)) == (1, ["piece by piece"])
    assert "RESPONSE_STREAM" in report[1]["piece by piece"]


def test_unreachable() -> None:
    report = at("http://127.0.0.1:9")
    assert (report[0], failed(report)) == (1, ["API"])
    assert "cannot be reached" in report[1]["API"]


def test_a_url_that_aws_forbids(deployment: Deployment) -> None:
    with in_front_of(deployment.url.url, forbidden) as url:
        report = at(url)
    assert failed(report) == ["API"]
    assert "lambda:InvokeFunctionUrl and lambda:InvokeFunction" in report[1]["API"]


def test_a_function_that_does_not_start(deploy: Deploy) -> None:
    report = at(deploy(variables={"MAX_TOKENS_LIMIT": "many"}).url.url)
    assert failed(report) == ["API"]
    assert "does not start" in report[1]["API"]


def test_a_page_that_could_not_call(deploy: Deploy) -> None:
    with in_front_of(deploy(pace=PACED).url.url, without_cors_headers) as url:
        report = at(url)
    assert failed(report)[0] == "CORS"
    assert "x-api-key" in report[1]["CORS"]


def test_a_stream_that_is_cut_off(deploy: Deploy) -> None:
    with in_front_of(deploy(pace=PACED).url.url, cut_off) as url:
        report = at(url)
    assert (report[0], failed(report)) == (1, ["piece by piece"])
    assert "cut off" in report[1]["piece by piece"]


@pytest.mark.parametrize("url", ["nonsense", "http://host:port", "ftp://example"])
def test_what_is_no_address(url: str) -> None:
    report = at(url)
    assert failed(report) == ["API"], report[2]
    assert f"{url} is not an address" in report[1]["API"]


def test_a_url_without_a_key() -> None:
    status, steps, everything = doctor("--url", "http://127.0.0.1:9")
    assert (status, steps) == (1, {})
    assert everything.startswith("doctor: --url needs the API key too")


def test_ctrl_c_ends_it_without_a_traceback(deploy: Deploy) -> None:
    url = deploy(pace=Pace(first_event_seconds=3600)).url.url
    command = [sys.executable, "-m", "cli", "doctor", "--url", url, "--key", KEY]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=PIPE, stderr=PIPE, text=True) as process:
        assert process.stdout
        assert [process.stdout.readline()[:4] for _ in range(8)] == ["ok  "] * 8
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints) == (130, "")
