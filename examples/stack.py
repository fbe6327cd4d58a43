"""A CDK app that deploys the folder that examples/package has made.

cdk deploy --app ".venv/bin/python examples/stack.py build"
"""

import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, Duration, Stack
from aws_cdk.aws_lambda import Architecture, Code, Function, FunctionUrlAuthType, InvokeMode, Runtime


def main(build: str, handler: str = "app.application") -> None:
    app = App()
    stack = Stack(app, "LambdaWsgiExample", description="A WSGI application that streams through lambda_wsgi")
    function = Function(
        stack,
        "Function",
        runtime=Runtime.PYTHON_3_14,
        architecture=Architecture.ARM_64,
        code=Code.from_asset(str(Path(build).resolve())),
        handler=handler,
        environment={"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/bootstrap"},
        memory_size=512,
        timeout=Duration.minutes(1),
    )
    # A public URL needs lambda:InvokeFunctionUrl and lambda:InvokeFunction for everybody; this grants both.
    url = function.add_function_url(auth_type=FunctionUrlAuthType.NONE, invoke_mode=InvokeMode.RESPONSE_STREAM)
    CfnOutput(stack, "Url", value=url.url)
    app.synth()


if __name__ == "__main__":
    main(*sys.argv[1:])
