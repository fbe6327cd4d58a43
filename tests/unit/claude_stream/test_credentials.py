"""Where credentials come from."""

from pathlib import Path

import pytest

from claude_stream.bedrock import signing
from claude_stream.bedrock.signing import NoCredentials, find_credentials


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    signing._botocore_session.cache_clear()


def test_lambdas_are_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    assert find_credentials()() == ("AKIA1", "s", None)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "t")
    assert find_credentials()() == ("AKIA1", "s", "t")


def test_anybody_elses_are_where_botocore_finds_them(tmp_path: Path) -> None:
    text = "[default]\naws_access_key_id = AKIA2\naws_secret_access_key = s2\n"
    (tmp_path / "credentials").write_text(text)
    assert find_credentials()().access_key == "AKIA2"


def test_nowhere_is_said() -> None:
    with pytest.raises(NoCredentials, match="none were found"):
        find_credentials()()


def test_a_profile_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "missing")
    with pytest.raises(NoCredentials, match="missing"):
        find_credentials()()
