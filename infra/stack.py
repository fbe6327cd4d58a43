"""One stage of claude-stream: what it is made of and how the parts are joined. It owns no resource itself."""

from aws_cdk import CfnOutput, Environment, Stack, Tags
from constructs import Construct

from infra.chat_page import ChatPage
from infra.ci_roles import CiRoles
from infra.monitoring import Monitoring
from infra.settings import Settings
from infra.streaming_api import StreamingApi
from infra.table import AccountsTable


class ClaudeStreamStack(Stack):
    """Page -> function URL -> function -> Bedrock, the table of keys and limits, and the monitoring."""

    def __init__(self, scope: Construct, *, settings: Settings) -> None:
        super().__init__(
            scope,
            f"ClaudeStream-{settings.stage}",
            description=f"Claude on Amazon Bedrock as a stream, with a chat page ({settings.stage})",
            env=Environment(account=settings.account, region=settings.region),  # None: the deployer's account
            termination_protection=settings.retains,
            tags=settings.all_tags,  # the stack's own, which CloudFormation gives to what the CDK cannot tag
        )
        self.settings = settings
        for name, value in settings.all_tags.items():
            Tags.of(self).add(name, value)
        namespace = f"ClaudeStream/{settings.stage}"
        self.table = AccountsTable(self, "Table", settings=settings)
        self.api = StreamingApi(self, "Api", settings=settings, accounts=self.table, metrics_namespace=namespace)
        self.page = ChatPage(self, "Page", settings=settings, api=self.api)
        self.monitoring = Monitoring(
            self, "Monitoring", settings=settings, function=self.api.function, metrics_namespace=namespace
        )
        self.ci = (
            CiRoles(self, "Ci", repository=settings.deploy_from, stage=settings.stage)
            if settings.deploy_from
            else None
        )
        self._outputs()

    def _outputs(self) -> None:
        read_key = (
            f"aws secretsmanager get-secret-value --region {self.region} --query SecretString --output text "
            f"--secret-id {self.api.api_keys.secret_arn}"
        )
        CfnOutput(self, "PageUrl", value=self.page.url, description="The chat page")
        api = self.page.address if self.settings.api_behind_cdn else self.api.address
        CfnOutput(self, "ApiUrl", value=api, description="The API")
        if self.settings.direct_url:
            CfnOutput(self, "FunctionUrl", value=self.api.address, description="The API at the function itself")
        if self.settings.domain:
            name = self.page.distribution.distribution_domain_name
            CfnOutput(
                self, "CdnDomain", value=name, description=f"Where the records of {self.settings.domain.name} lead"
            )
        if self.ci:
            CfnOutput(
                self, "CiDeployRole", value=self.ci.deploy.role_arn, description="For the workflow that deploys"
            )
            CfnOutput(self, "CiCompareRole", value=self.ci.compare.role_arn, description="For pull requests")
        CfnOutput(self, "ApiKeyCommand", value=read_key, description="Prints the API keys, or: make key")
        CfnOutput(self, "DashboardUrl", value=self.monitoring.dashboard_url, description="How it goes")
