"""Monitoring: puts together the dashboard, the alarms and the budget, and says who is sent the alarms."""

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk.aws_cloudwatch import Alarm, Dashboard
from aws_cdk.aws_cloudwatch_actions import SnsAction
from aws_cdk.aws_iam import PolicyStatement, ServicePrincipal
from aws_cdk.aws_lambda import Function
from aws_cdk.aws_sns import Topic
from aws_cdk.aws_sns_subscriptions import EmailSubscription
from constructs import Construct

from infra.alarms import make_alarms, watches
from infra.budget import monthly_budget
from infra.dashboard import widgets
from infra.metrics import Metrics
from infra.settings import Settings


class Monitoring(Construct):
    """Dashboard, alarms and budget of one stage."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, function: Function, metrics_namespace: str
    ) -> None:
        super().__init__(scope, construct_id)
        metrics = Metrics(metrics_namespace, function)
        alarms = make_alarms(self, watches(metrics, settings))
        if settings.alarm_email:
            _notify(self, alarms, settings.alarm_email)
            if settings.monthly_budget_usd:
                monthly_budget(self, dollars=settings.monthly_budget_usd, email=settings.alarm_email)
        stack = Stack.of(self)
        # Dashboards of all regions share one space of names.
        self.dashboard_name = f"{stack.stack_name}-{stack.region}"
        rows = [row for row in widgets(metrics, settings, alarms) if row]
        Dashboard(self, "Dashboard", dashboard_name=self.dashboard_name, widgets=rows)

    @property
    def dashboard_url(self) -> str:
        region = Stack.of(self).region
        home = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        return f"{home}#dashboards/dashboard/{self.dashboard_name}"


def _notify(scope: Construct, alarms: Sequence[Alarm], email: str) -> None:
    """AWS asks the address for its consent once; until then nothing is sent."""
    topic = Topic(scope, "Alarms", display_name="claude-stream alarms", enforce_ssl=True)
    topic.add_subscription(EmailSubscription(email))
    # enforce_ssl gives the topic a policy that replaces the default one, which would let alarms publish.
    topic.add_to_resource_policy(
        PolicyStatement(
            principals=[ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}},
        )
    )
    for alarm in alarms:
        alarm.add_alarm_action(SnsAction(topic))
        alarm.add_ok_action(SnsAction(topic))
