"""`claude-stream ask`, as a person runs it; tests of chat and doctor have their own files."""

import re
import signal
from collections.abc import Iterator

import pytest

from emulator.aws.simulator import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, AwsSimulator, Pace
from emulator.background import Background
from tests.conftest import KEY, Deployment
from tests.e2e.shell import CLI, ask, started


@pytest.fixture(scope="module")
def bedrock(background: Background) -> Iterator[dict[str, str]]:
    """The variables that lead to a Bedrock, with the caller's own credentials."""
    simulator = AwsSimulator(keys={}, pace=Pace(0, 0))
    background.run(simulator.start())
    yield {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": simulator.url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    }
    background.run(simulator.close())


class TestAsk:
    def test_answers_straight_from_bedrock_with_the_callers_credentials(self, bedrock: dict[str, str]) -> None:
        done = ask("你好", **bedrock)
        assert (done.returncode, done.stderr) == (0, "")
        assert "你好" in done.stdout
        assert done.stdout.endswith("\n")

    def test_answers_through_a_deployed_function(self, deployment: Deployment) -> None:
        done = ask("hello", "there", "--url", deployment.url.url, "--key", KEY)
        assert (done.returncode, done.stderr) == (0, "")
        assert "hello there" in done.stdout

    def test_answers_through_a_demo_of_its_own(self) -> None:
        done = ask("--demo", "--max-tokens", "5", "hello")
        assert done.returncode == 0
        assert done.stdout
        assert done.stderr == "ask: cut at 5 tokens; --max-tokens allows more\n"

    def test_puts_what_is_piped_in_behind_the_prompt(self, deployment: Deployment) -> None:
        ask("explain:", "--url", deployment.url.url, "--key", KEY, piped="the piped text\n")
        assert deployment.simulator.requests[-1].body["messages"][0]["content"] == "explain:\n\nthe piped text"

    def test_sends_model_and_system_prompt_and_limit(self, deployment: Deployment) -> None:
        ask(
            "hi",
            "-m",
            "claude-sonnet-5-5",
            "-s",
            "be brief",
            "--max-tokens",
            "7",
            "--url",
            deployment.url.url,
            "--key",
            KEY,
        )
        request = deployment.simulator.requests[-1]
        assert request.model_id.startswith("global.anthropic.claude-sonnet-5-5")
        assert (request.body["system"], request.body["max_tokens"]) == ("be brief", 7)

    def test_says_usage_and_times_on_standard_error(self, bedrock: dict[str, str]) -> None:
        done = ask("hello", "-u", **bedrock)
        assert re.search(r"^\d+ tokens in, \d+ out, stopped by end_turn; first token after \d+\.\d+ s", done.stderr)

    def test_prints_pieces_as_they_come(self, background: Background) -> None:
        with started(*CLI, "ask", "--demo", "/slow please") as process:
            assert process.stdout is not None
            first = process.stdout.read(1)
            assert first
            assert process.poll() is None, "the first piece has to be there before the answer is whole"
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=60)
        assert process.returncode == 130
        assert complaint.strip() == "ask: stopped"

    @pytest.mark.parametrize(
        ("prompt", "sentence"),
        [
            ("/throttle", "throttling"),
            ("/denied", "denies access"),
            ("/notfound", "does not have"),
            ("/unavailable", "unavailable"),
            ("/cut", "cut off"),
            ("/throttle-midway", "throttling"),
        ],
    )
    def test_a_failure_is_one_sentence_and_status_1(
        self, bedrock: dict[str, str], prompt: str, sentence: str
    ) -> None:
        done = ask(prompt, **bedrock)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert done.stderr.count("\n") == 1

    @pytest.mark.parametrize(
        ("words", "variables", "sentence"),
        [
            (["hi"], {}, "no AWS region is set"),
            (["hi"], {"AWS_REGION": REGION}, "No AWS credentials"),
            (["hi", "--url", "http://127.0.0.1:9"], {}, "needs the API key"),
            (["hi", "--url", "http://127.0.0.1:9", "--key", "k"], {}, "cannot be reached"),
            (["hi", "--url", "nonsense", "--key", "k"], {}, "is not an address"),
            ([], {"AWS_REGION": REGION}, "there is no question"),
            (["hi"], {"AWS_REGION": REGION, "AWS_PROFILE": "nobody"}, "profile (nobody)"),
            (["hi"], {"AWS_PROFILE": "nobody"}, "profile (nobody)"),
        ],
    )
    def test_what_is_missing_is_said(self, words: list[str], variables: dict[str, str], sentence: str) -> None:
        done = ask(*words, **variables)
        assert done.returncode == 1
        assert sentence in done.stderr
        assert done.stderr.count("\n") == 1

    def test_an_endpoint_for_every_service_is_taken_as_the_function_takes_it(self, bedrock: dict[str, str]) -> None:
        variables = {**bedrock, "AWS_ENDPOINT_URL": bedrock["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] + "/"}
        del variables["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"]
        done = ask("你好", **variables)
        assert (done.returncode, done.stderr) == (0, "")

    def test_an_endpoint_that_is_no_address_is_said(self, bedrock: dict[str, str]) -> None:
        done = ask("hi", **{**bedrock, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "nonsense"})
        assert done.returncode == 1
        assert done.stderr == (
            "ask: AWS_ENDPOINT_URL_BEDROCK_RUNTIME has to begin with https:// or http://, found 'nonsense'\n"
        )

    def test_a_wrong_key_is_said(self, deployment: Deployment) -> None:
        done = ask("hi", "--url", deployment.url.url, "--key", "wrong")
        assert (done.returncode, done.stdout) == (1, "")
        assert "API key" in done.stderr

    def test_an_address_that_is_something_else_is_said(self, bedrock: dict[str, str]) -> None:
        done = ask("hi", "--url", bedrock["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"], "--key", "k")
        assert done.returncode == 1
        assert "not as a claude-stream function does" in done.stderr
