"""The API: the function that streams Claude's answers, its role, its URL, its API keys and its log group.

`model_access.py` says which models it may call; the code that runs in it is in lambda_src/.
"""

from collections.abc import Iterator, Sequence

from aws_cdk import Duration, Fn, RemovalPolicy, Stack
from aws_cdk.aws_iam import PolicyDocument, PolicyStatement, Role, ServicePrincipal
from aws_cdk.aws_lambda import (
    ApplicationLogLevel,
    Architecture,
    Code,
    Function,
    FunctionUrl,
    FunctionUrlAuthType,
    FunctionUrlCorsOptions,
    HttpMethod,
    InvokeMode,
    LoggingFormat,
    Runtime,
    RuntimeManagementMode,
    SystemLogLevel,
    Tracing,
)
from aws_cdk.aws_logs import LogGroup
from aws_cdk.aws_secretsmanager import Secret
from constructs import Construct

from infra import cors
from infra.cdn_secret import cdn_secret
from infra.function_files import function_package
from infra.guardrail_access import guardrail_statement
from infra.log_group import log_group, may_write
from infra.made_secret import made_secret
from infra.model_access import Place, Statement, mantle_statement, model_statements, parse_model
from infra.prices import for_the_function
from infra.settings import Settings
from infra.table import AccountsTable

_RUNTIME_UPDATES = {
    "auto": RuntimeManagementMode.AUTO,
    "function_update": RuntimeManagementMode.FUNCTION_UPDATE,
}


class StreamingApi(Construct):
    """Claude behind a streaming function URL."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        accounts: AccountsTable,
        metrics_namespace: str,
    ) -> None:
        super().__init__(scope, construct_id)
        removal = RemovalPolicy[settings.removal_policy.upper()]
        self.api_keys = _api_keys(self, settings, removal)
        self.cdn_secret = None if settings.direct_url else cdn_secret(self, settings)
        logs = log_group(self, "Logs", settings=settings, removal=removal)
        self.role = _role(self, settings, [self.api_keys, *self._of_cdn], accounts, logs)
        self.function = Function(
            self,
            "Function",
            description=f"Streams Claude's answers (claude-stream, {settings.stage})",
            runtime=Runtime.PYTHON_3_14,  # compiling.py has its version
            architecture=Architecture.ARM_64,
            code=Code.from_asset(str(function_package())),
            handler="claude_stream.app.application",
            environment={
                **_environment(settings, self.api_keys, accounts, metrics_namespace),
                **({"CDN_SECRET_ARN": self.cdn_secret.secret_arn} if self.cdn_secret else {}),
            },
            memory_size=settings.memory_mb,
            timeout=Duration.seconds(settings.timeout_seconds),
            reserved_concurrent_executions=settings.reserved_concurrency,
            role=self.role,
            log_group=logs,
            logging_format=LoggingFormat.JSON,
            application_log_level_v2=ApplicationLogLevel[settings.application_log_level],
            # INFO, as WARN would drop Lambda's report of each request: its memory, billed time and cold start.
            system_log_level_v2=SystemLogLevel.INFO,
            runtime_management_mode=_RUNTIME_UPDATES[settings.runtime_updates],
            tracing=Tracing.ACTIVE if settings.tracing else Tracing.DISABLED,
        )
        self.url = _function_url(self.function, settings)
        self.address = _without_slash(self.url)

    @property
    def _of_cdn(self) -> list[Secret]:
        return [self.cdn_secret] if self.cdn_secret else []


def _api_keys(scope: Construct, settings: Settings, removal: RemovalPolicy) -> Secret:
    description = f"API keys of claude-stream, {settings.stage}: a JSON object of keys by name"
    return made_secret(scope, "ApiKeys", name="default", description=description, removal=removal)


def _environment(
    settings: Settings, api_keys: Secret, accounts: AccountsTable, metrics_namespace: str
) -> dict[str, str]:
    """The variables that lambda_src/claude_stream/settings.py reads, and the one that puts our runtime in place."""
    variables = {
        "AWS_LAMBDA_EXEC_WRAPPER": "/var/task/bootstrap",
        "API_KEY_SECRET_ARN": api_keys.secret_arn,
        "DEFAULT_MODEL": settings.models[0],
        "ALLOWED_MODELS": ",".join(settings.models),
        "MAX_TOKENS_LIMIT": str(settings.max_tokens),
        "DEFAULT_MAX_TOKENS": str(settings.default_max_tokens),
        "MAX_INPUT_BYTES": str(settings.max_input_bytes),
        "METRICS_NAMESPACE": metrics_namespace,
        "TABLE_NAME": accounts.table.table_name,
        "KEEP_ANSWERS_MINUTES": str(settings.keep_answers_minutes),
    }
    if settings.limiting_prices:
        variables["PRICES"] = for_the_function(settings.limiting_prices)
    if settings.budget:
        variables["BUDGET"] = settings.budget.for_the_function()
    if settings.aliases:
        variables["MODEL_ALIASES"] = ",".join(f"{name}={model}" for name, model in settings.aliases.items())
    if settings.guardrail:
        variables["GUARDRAIL_ID"] = settings.guardrail.id
        variables["GUARDRAIL_VERSION"] = settings.guardrail.version
    return variables


def _role(
    scope: Construct, settings: Settings, secrets: Sequence[Secret], accounts: AccountsTable, logs: LogGroup
) -> Role:
    """The role, with inline policies only: a managed one would allow writing to every log group of the account."""
    return Role(
        scope,
        "Role",
        assumed_by=ServicePrincipal("lambda.amazonaws.com"),
        description=f"What the function of claude-stream, {settings.stage}, may do",
        inline_policies={
            "bedrock": _policy(*_bedrock_statements(scope, settings)),
            "api-keys": _policy(
                Statement(("secretsmanager:GetSecretValue",), tuple(secret.secret_arn for secret in secrets))
            ),
            "accounts": accounts.access(),
            "logs": may_write(logs),
        },
    )


def _bedrock_statements(scope: Construct, settings: Settings) -> Iterator[Statement]:
    stack = Stack.of(scope)
    place = Place(partition=stack.partition, region=stack.region, account=stack.account)
    for model_id in settings.models:
        yield from model_statements(parse_model(model_id), place, settings.profile_regions)
    yield mantle_statement(place)
    if settings.guardrail:
        yield guardrail_statement(settings.guardrail, place)


def _policy(*statements: Statement) -> PolicyDocument:
    return PolicyDocument(
        statements=[
            PolicyStatement(
                actions=list(statement.actions),
                resources=list(statement.resources),
                conditions={"StringEquals": dict(statement.equals)} if statement.equals else None,
            )
            for statement in statements
        ]
    )


def _without_slash(url: FunctionUrl) -> str:
    """The URL that a path can follow: CloudFormation gives https://<id>.lambda-url.<region>.on.aws/."""
    return f"https://{Fn.select(2, Fn.split('/', url.url))}"


def _function_url(function: Function, settings: Settings) -> FunctionUrl:
    """Public on purpose: the function checks the API key. AWS_IAM would need AWS credentials in browsers."""
    return function.add_function_url(
        auth_type=FunctionUrlAuthType.NONE,
        invoke_mode=InvokeMode.RESPONSE_STREAM,
        cors=FunctionUrlCorsOptions(
            allowed_origins=list(settings.allowed_origins),
            allowed_methods=[HttpMethod[method] for method in cors.ALLOWED_METHODS],
            allowed_headers=list(cors.ALLOWED_HEADERS),
            exposed_headers=list(cors.EXPOSED_HEADERS),
            max_age=Duration.seconds(cors.MAX_AGE_SECONDS),
        ),
    )
