"""`make key`, `rotate-key` and `revoke-key`, against an account held in memory."""

import json

import pytest

from tests.cloud.account_in_memory import OLD, Account, answer
from tools.cloud import keys
from tools.cloud.__main__ import main
from tools.cloud.target import Missing


class TestKey:
    def test_one_key_is_printed_without_its_name(
        self, account: Account, capsys: pytest.CaptureFixture[str]
    ) -> None:
        account.secret = json.dumps({"default": "the-key"})
        assert main(["key"]) == 0
        assert capsys.readouterr().out == "the-key\n"

    def test_several_are_printed_with_their_names(
        self, account: Account, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["key"]) == 0
        assert capsys.readouterr().out == "default old-key\npartner partner-key\n"

    def test_a_stage_that_is_not_deployed(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["key", "--stage", "prod"]) == 1
        assert capsys.readouterr().err == (
            "key: stage prod is not deployed in us-east-1 of account 123456789012: run make deploy STAGE=prod, "
            "or choose another region\n"
        )


class TestRotateKey:
    def test_the_named_key_is_new_and_the_others_stay(
        self, account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer(monkeypatch, "yes\n")
        assert main(["rotate-key"]) == 0
        found = json.loads(account.secret)
        assert found["partner"] == "partner-key"
        assert found["default"] != "old-key"
        assert len(found["default"]) == 48
        assert found["default"].isalnum()
        said = capsys.readouterr()
        assert found["default"] not in said.out + said.err
        assert "The current key keeps working until the next rotation" in said.err

    def test_another_name_can_be_chosen(self, account: Account) -> None:
        assert main(["rotate-key", "--name", "partner", "--yes"]) == 0
        found = json.loads(account.secret)
        assert found["default"] == "old-key"
        assert found["partner"] != "partner-key"

    def test_it_asks_first(self, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        answer(monkeypatch, "\n")
        assert main(["rotate-key"]) == 1
        assert account.changes == []

    def test_a_name_that_there_is_not(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["rotate-key", "--name", "nobody", "--yes"]) == 1
        assert capsys.readouterr().err == "rotate-key: there is no key named nobody, only default, partner\n"

    def test_no_two_keys_are_the_same(self) -> None:
        assert len({keys.new_key() for _ in range(100)}) == 100


class TestRevokeKey:
    def test_neither_version_has_the_key_or_the_one_before(self, account: Account) -> None:
        account.previous = json.dumps({"default": "older-key", "partner": "partner-key"})
        assert main(["revoke-key", "--yes"]) == 0
        assert account.previous is not None
        current, previous = json.loads(account.secret), json.loads(account.previous)
        assert {"old-key", "older-key"}.isdisjoint({*current.values(), *previous.values()})
        assert len(current["default"]) == 48

    def test_where_nothing_was_ever_rotated(self, account: Account) -> None:
        assert main(["revoke-key", "--yes"]) == 0
        assert "old-key" not in f"{account.secret} {account.previous}"

    def test_the_keys_of_other_names_stay_the_previous_too(self, account: Account) -> None:
        account.previous = json.dumps({"default": "old-key", "partner": "partner-key-in-use", "gone": "gone-key"})
        assert main(["revoke-key", "--yes"]) == 0
        assert account.previous is not None
        assert json.loads(account.secret)["partner"] == "partner-key"
        previous = json.loads(account.previous)
        assert (previous["partner"], previous["gone"]) == ("partner-key-in-use", "gone-key")

    def test_no_other_caller_is_refused_between_the_two_changes(self) -> None:
        """After the first, the old current version is AWSPREVIOUS."""
        first, _ = keys.without_key({"partner": "p0"}, {"default": "d1", "partner": "p1"}, "default", "d2")
        assert {"p0", "p1"} <= {*first.values(), "d1", "p1"}
        assert first["default"] == "d2"

    def test_a_key_that_another_name_had_before_goes_too(self) -> None:
        first, last = keys.without_key({"renamed": "d1"}, {"default": "d1", "partner": "p1"}, "default", "d2")
        assert first == last == {"default": "d2", "partner": "p1"}

    def test_every_environment_is_replaced_and_keeps_its_variables(self, account: Account) -> None:
        account.busy = 1
        assert main(["revoke-key", "--yes"]) == 0
        variables = account.function["Environment"]["Variables"]
        assert list(variables) == ["DEFAULT_MODEL", keys.REVOKED_AT]
        assert [name for name, _ in account.changes] == [
            "put_secret_value",
            "put_secret_value",
            "update_function_configuration",
            "wait",
        ]

    def test_it_asks_first(
        self, account: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer(monkeypatch, "no\n")
        assert main(["revoke-key"]) == 1
        assert account.changes == []
        asked = capsys.readouterr().err
        assert "locked out within a minute" in asked
        assert "all other keys keep working" in asked

    def test_it_says_what_it_did_and_no_key(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["revoke-key", "--yes"]) == 0
        said = capsys.readouterr().out
        assert "The key 'default' is in neither version of the secret" in said
        assert "The other key keeps working." in said
        assert not any(key in said for key in [*OLD.values(), *json.loads(account.secret).values()])

    def test_a_name_can_be_removed(self, account: Account) -> None:
        assert main(["revoke-key", "--name", "partner", "--remove", "--yes"]) == 0
        assert (account.secret, account.previous) == (json.dumps({"default": "old-key"}),) * 2

    def test_the_last_name_cannot(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        account.secret = json.dumps({"default": "old-key"})
        assert main(["revoke-key", "--remove", "--yes"]) == 1
        assert "default is the only key" in capsys.readouterr().err
        assert account.changes == []

    def test_a_key_that_another_name_has_as_well(self) -> None:
        with pytest.raises(Missing, match="also under the name partner"):
            keys.without_key({}, {"default": "same", "partner": "same"}, "default", "new")

    def test_a_name_that_there_is_not(self, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["revoke-key", "--name", "nobody", "--yes"]) == 1
        assert capsys.readouterr().err == "revoke-key: there is no key named nobody, only default, partner\n"
