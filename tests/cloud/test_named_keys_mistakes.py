"""What the commands of named keys say of mistakes, against an emulated account's DynamoDB."""

from datetime import UTC, datetime

import pytest

from tests.cloud.deployed_stage import HAIKU, SONNET, Stage

pytestmark = pytest.mark.xdist_group("account_with_a_stage")


class TestMistakes:
    """Each is answered by one sentence on standard error, and changes nothing."""

    def refused(self, stage: Stage, status: int, *arguments: str) -> str:
        before = stage.items()
        ran = stage.run(*arguments)
        assert (ran.status, ran.out, ran.err.count("\n")) == (status, "", 1)
        assert stage.items() == before
        return ran.err.removesuffix("\n")

    @pytest.mark.parametrize("name", ["default", "*", "Alice", "a b", "-a", "a" * 41, "ålice"])
    def test_a_name_that_cannot_be(self, stage: Stage, name: str) -> None:
        assert self.refused(stage, 1, "key-add", f"--name={name}").startswith(
            f"key-add: {name} is no name for a key: expected up to 40 lower-case letters"
        )

    def test_no_name(self, stage: Stage) -> None:
        assert self.refused(stage, 2, "key-add") == "key-add: the following arguments are required: --name"

    @pytest.mark.parametrize(
        ("option", "value", "expected"),
        [
            ("--usd-per-day", "five", "expected US dollars over 0 and up to 1000000, such as 2.50, found 'five'"),
            *(
                (
                    "--usd-per-day",
                    value,
                    f"expected US dollars over 0 and up to 1000000, such as 2.50, found {value!r}",
                )
                for value in ("0", "-1", "nan", "inf", "1000001", "0.0000001")
            ),
            ("--requests-per-minute", "0", "expected a whole number from 1 to 1000000000000, found '0'"),
            ("--tokens-per-day", "1.5", "expected a whole number from 1 to 1000000000000, found '1.5'"),
            ("--max-tokens", "128001", "expected a whole number from 1 to 128000, found '128001'"),
            ("--models", ",", "expected models, separated by commas, found ','"),
            *(
                (
                    "--expires",
                    value,
                    f"expected days such as 30d, or a date to come such as {{year}}, found {value!r}",
                )
                for value in ("soon", "0d", "2026-11-26", "2026-13-01", "9999-12-31", "none")
            ),
        ],
    )
    def test_a_limit_that_cannot_be(self, stage: Stage, option: str, value: str, expected: str) -> None:
        said = self.refused(stage, 2, "key-add", "--name", "alice", f"{option}={value}")
        expected = expected.format(year=f"{datetime.now(UTC).year + 1}-12-31")
        assert said == f"key-add: {option}: {expected}"

    def test_an_option_that_does_not_exist(self, stage: Stage) -> None:
        """It would otherwise go to the CDK, and the key would have no limit."""
        said = self.refused(stage, 2, "key-add", "--name", "alice", "--usd-per-week", "5")
        assert said == "key-add: there is no option --usd-per-week; --help lists those that there are"

    def test_a_model_that_the_stage_lacks(self, stage: Stage) -> None:
        said = self.refused(stage, 1, "key-add", "--name", "alice", "--models", "claude-opus-5-5")
        assert said == f"key-add: claude-opus-5-5 is not a model of this stage: expected one of {HAIKU}, {SONNET}"

    def test_dollars_of_a_model_without_a_price(self, stage: Stage) -> None:
        said = self.refused(stage, 1, "key-add", "--name", "alice", "--usd-per-month", "5")
        sentence = (
            f'a limit in dollars needs the whole price of {SONNET}: add it to cdk.json, "prices", and deploy, '
            "or name other models with --models"
        )
        assert said == f"key-add: {sentence}"
        stage.add("alice", "--usd-per-day", "5", "--models", "claude-haiku-5-5")
        assert self.refused(stage, 1, "key-limit", "--name", "alice", "--models", "all") == f"key-limit: {sentence}"

    @pytest.mark.parametrize("verb", ["key-limit", "key-disable", "key-enable", "key-remove"])
    def test_a_key_that_there_is_not(self, stage: Stage, verb: str) -> None:
        limit = ["--tokens-per-day", "1"] if verb == "key-limit" else []
        arguments = (verb, "--name", "carol", *limit)
        assert self.refused(stage, 1, *arguments) == f"{verb}: there is no key named carol, key-add makes one"
        stage.add("alice")
        stage.add("bob")
        assert self.refused(stage, 1, *arguments) == f"{verb}: there is no key named carol, only alice, bob"

    def test_no_limit_to_change(self, stage: Stage) -> None:
        stage.add("alice")
        assert self.refused(stage, 1, "key-limit", "--name", "alice").startswith("key-limit: no limit is given: ")

    def test_a_stage_that_is_not_deployed(self, stage: Stage) -> None:
        said = self.refused(stage, 1, "keys", "--stage", "prod")
        assert said.startswith("keys: stage prod is not deployed in us-east-1 of account ")
