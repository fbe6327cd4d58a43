"""The CDK's own command, as every verb here runs it."""

import os
import subprocess
from pathlib import Path

from tools.cloud.target import Missing

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = ROOT / "node_modules" / ".bin" / "cdk"


def cdk(stage: str, *arguments: str, region: str | None = None, folder: Path = ROOT) -> int:
    """Runs the CDK's command for a stage; its exit status."""
    if not COMMAND.exists():
        raise Missing("the CDK's command is not installed: run make setup (it needs Node 20 or newer)")
    environment = os.environ | ({"AWS_REGION": region} if region else {})
    command = [str(COMMAND), *arguments, "--context", f"stage={stage}", "--no-notices"]
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode
