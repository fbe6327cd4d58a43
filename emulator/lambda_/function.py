"""The function that the emulator runs: its settings, as a deployment has them, and how Lambda starts it.

environments.py starts it.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Cors:
    """A function URL's CORS setting. `*` allows everything."""

    allow_origins: Sequence[str] = ("*",)
    allow_methods: Sequence[str] = ("*",)
    allow_headers: Sequence[str] = ()
    expose_headers: Sequence[str] = ()
    max_age_seconds: int | None = None


@dataclass(frozen=True)
class Function:
    """A function as it would be deployed. `command` starts another process in place of Lambda's, for tests."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    handler: str = "claude_stream.app.application"
    timeout_seconds: float = 900
    init_timeout_seconds: float = 10
    memory_mb: int = 512
    concurrency: int = 1
    max_environments: int = 10
    python: str = sys.executable
    name: str = "claude-stream-local"
    region: str = "us-east-1"
    application_log_level: str = "INFO"  # Lambda drops log lines below it, and passes it to the function
    cors: Cors | None = None
    command: Sequence[str] | None = None

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{self.region}:000000000000:function:{self.name}"

    def start_command(self) -> list[str]:
        """The stock start-up behind an exec wrapper: `exec $AWS_LAMBDA_EXEC_WRAPPER python bootstrap.py`."""
        wrapped = [str(self.root / "bootstrap"), self.python, "/var/runtime/bootstrap.py"]
        return list(self.command or wrapped)

    def process_environment(self, runtime_api: str) -> dict[str, str]:
        """All variables that the process sees; the function's own win."""
        variables = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": "/var/runtime",
            "AWS_LAMBDA_RUNTIME_API": runtime_api,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_LAMBDA_LOG_LEVEL": self.application_log_level,
            "AWS_LAMBDA_EXEC_WRAPPER": "/var/task/bootstrap",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "LAMBDA_TASK_ROOT": str(self.root),
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "_HANDLER": self.handler,
        }
        if self.concurrency > 1:
            variables["AWS_LAMBDA_MAX_CONCURRENCY"] = str(self.concurrency)
        return {**variables, **self.environment}
