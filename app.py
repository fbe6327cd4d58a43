"""The CDK app: context -> settings -> stack -> checks. `cdk` runs it; it calls nothing in AWS."""

import os
import sys

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.compiling import NOT_COMPILED, find_runtime_python
from infra.nag import acknowledge
from infra.page_files import MissingLibraries
from infra.settings import Settings, UnusableSettings
from infra.stack import ClaudeStreamStack


def main() -> int:
    app = App()
    context = {name: app.node.try_get_context(name) for name in ("stage", "stages", "region", "prices")}
    try:
        settings = Settings.from_context(context, default_region=os.environ.get("CDK_DEFAULT_REGION"))
        stack = ClaudeStreamStack(app, settings=settings)
    except (UnusableSettings, MissingLibraries) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if find_runtime_python() is None:
        print(f"note: {NOT_COMPILED}", file=sys.stderr)
    for sentence in settings.warnings():
        print(f"warning: {sentence}", file=sys.stderr)
    acknowledge(stack)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
