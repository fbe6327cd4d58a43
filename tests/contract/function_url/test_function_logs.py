"""Which lines of a function's log are kept, and which Lambda's log level drops."""

import json
import sys
from collections.abc import Callable

import pytest

from emulator.background import Background
from emulator.lambda_.function_url import Function, FunctionUrl
from tests.asking import eventually
from tests.contract.function_url.asking_url import get, post
from tests.contract.function_url.conftest import HERE, TINY_RUNTIME, Serve


class TestLogs:
    def test_lines_are_kept_and_passed_on_as_they_are_written(self, background: Background) -> None:
        passed_on: list[str] = []
        function = Function(root=HERE, command=TINY_RUNTIME)
        function_url = FunctionUrl(function=function, on_log=passed_on.append)
        background.run(function_url.start())
        get(function_url, "node")
        assert eventually(lambda: passed_on)
        background.run(function_url.close())
        assert passed_on == list(function_url.logs) == ["""(202, b'{"status":"OK"}')"""]

    def test_the_last_words_of_a_process_are_not_lost(self, serve: Serve) -> None:
        function_url = serve(command=(sys.executable, "-S", "-c", "print('a\\nlast words', end='')"))
        get(function_url, "echo")
        assert eventually(lambda: list(function_url.logs) == ["a", "last words"])

    def test_the_last_words_at_close_are_not_lost(self, background: Background) -> None:
        function_url = FunctionUrl(function=Function(root=HERE, command=TINY_RUNTIME))
        background.run(function_url.start())
        get(function_url, "says_goodbye")
        background.run(function_url.close())
        assert list(function_url.logs) == ["goodbye"]


class TestLogLevel:
    """Lambda drops each line below the function's level before anybody reads it."""

    NOW = "2026-11-26T12:00:00.000Z"
    LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")

    def at(self, level: str) -> str:
        """A log line of that level."""
        return json.dumps({"timestamp": self.NOW, "level": level})

    @pytest.fixture
    def kept(self, serve: Serve) -> Callable[..., list[str]]:
        """The lines that Lambda keeps, of those that a function with that log level writes."""

        def kept(level: str, *lines: str) -> list[str]:
            function_url = serve(application_log_level=level)
            last = json.dumps({"timestamp": self.NOW, "level": "FATAL", "message": "the last line"})
            written = "\n".join([*lines, last])
            post(function_url, "logs", content=written.encode(), headers={"content-type": "text/plain"})
            assert eventually(lambda: last in function_url.logs)
            return list(function_url.logs)[:-1]

        return kept

    @pytest.mark.parametrize("level", LEVELS)
    def test_lets_pass_what_is_at_least_as_severe(self, kept: Callable[..., list[str]], level: str) -> None:
        lines = [self.at(word) for word in self.LEVELS]
        assert kept(level, *lines) == lines[self.LEVELS.index(level) :]

    def test_reads_level_names_in_any_case(self, kept: Callable[..., list[str]]) -> None:
        assert kept("WARN", self.at("error"), self.at("info")) == [self.at("error")]

    @pytest.mark.parametrize(
        "line",
        [
            {"timestamp": NOW, "level": "WARNING"},
            {"timestamp": NOW, "level": "CRITICAL"},
            {"timestamp": NOW, "level": 50},
            {"timestamp": NOW, "message": "no level"},
            {"level": "FATAL", "message": "no timestamp"},
            {"timestamp": 1_800_000_000, "level": "FATAL"},
            {"timestamp": "2026-11-26 12:00", "level": "FATAL"},
            {"_aws": {"Timestamp": 1_800_000_000_000, "CloudWatchMetrics": []}, "Requests": 1},
            [1, 2],
        ],
    )
    def test_counts_other_json_as_info(self, kept: Callable[..., list[str]], line: object) -> None:
        text = json.dumps(line)
        assert kept("INFO", text) == [text]
        assert kept("WARN", text) == []

    @pytest.mark.parametrize("line", ["no JSON at all", '{"level": "FATAL", '])
    def test_counts_lines_that_are_not_json_as_info(self, kept: Callable[..., list[str]], line: str) -> None:
        assert kept("INFO", line) == [line]
        assert kept("WARN", line) == []

    @pytest.mark.parametrize("timestamp", [NOW, "2026-11-26T12:00:00+00:00", "2026-11-26T12:00:00.123456-08:00"])
    def test_takes_a_time_of_rfc_3339(self, kept: Callable[..., list[str]], timestamp: str) -> None:
        line = json.dumps({"timestamp": timestamp, "level": "FATAL"})
        assert kept("FATAL", line) == [line]
