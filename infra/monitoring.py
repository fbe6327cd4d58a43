"""What tells a person how it goes: the dashboard, and the alarms that are worth waking up for.

The figures come from two sides: the function's own (lambda_src/claude_stream/metrics.py) and Lambda's.
"""

from collections.abc import Sequence

from aws_cdk import Aws, Duration, Stack
from aws_cdk.aws_cloudwatch import (
    Alarm,
    AlarmStatusWidget,
    ComparisonOperator,
    Dashboard,
    GraphWidget,
    IMetric,
    IWidget,
    MathExpression,
    Metric,
    TreatMissingData,
)
from aws_cdk.aws_cloudwatch_actions import SnsAction
from aws_cdk.aws_iam import PolicyStatement, ServicePrincipal
from aws_cdk.aws_lambda import Function
from aws_cdk.aws_sns import Topic
from aws_cdk.aws_sns_subscriptions import EmailSubscription
from constructs import Construct

from infra.model_access import parse_model
from infra.setting_values import Price
from infra.settings import Settings

# The errors that are ours or AWS's. permission_error is among them: the function says so only when AWS denies
# something to the function itself. Left out are the callers' own (invalid_request_error, authentication_error, and
# so on), of which the internet sends any number.
OUR_ERRORS = ("api_error", "overloaded_error", "permission_error", "timeout_error")
_FIVE_MINUTES = Duration.minutes(5)
_WIDTH = 8


class Monitoring(Construct):
    """Dashboard and alarms of one stage."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, function: Function, metrics_namespace: str
    ) -> None:
        super().__init__(scope, construct_id)
        self._namespace = metrics_namespace
        self._function = function
        self._alarms = self._make_alarms()
        if settings.alarm_email:
            self._notify(settings.alarm_email)
        stack = Stack.of(self)
        # Dashboards of all regions share one space of names.
        self.dashboard_name = f"{stack.stack_name}-{stack.region}"
        Dashboard(self, "Dashboard", dashboard_name=self.dashboard_name, widgets=self._rows(settings))

    @property
    def dashboard_url(self) -> str:
        region = Stack.of(self).region
        home = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        return f"{home}#dashboards/dashboard/{self.dashboard_name}"

    def _ours(self, name: str, statistic: str, label: str | None = None, **dimensions: str) -> Metric:
        """One of the function's own metrics; without dimensions, over all requests."""
        return Metric(
            namespace=self._namespace,
            metric_name=name,
            statistic=statistic,
            label=label or name,
            dimensions_map=dimensions or None,
            period=_FIVE_MINUTES,
        )

    def _lambdas(self, name: str, statistic: str) -> Metric:
        return self._function.metric(name, statistic=statistic, label=name, period=_FIVE_MINUTES)

    # Alarms

    def _make_alarms(self) -> list[Alarm]:
        failed = {error: self._ours("Errors", "Sum", ErrorType=error) for error in OUR_ERRORS}
        turned_away = {
            "throttles": self._lambdas("Throttles", "Sum"),
            "rate_limited": self._ours("Errors", "Sum", ErrorType="rate_limit_error"),
        }
        return [
            # From 3 failures on: at night one failed request of two is no reason to get up, three in a row are.
            self._alarm(
                "ErrorRate",
                "Over 5 % of the requests fail for reasons that are ours or AWS's; the dashboard has them by type.",
                MathExpression(
                    expression=f"IF({_total(failed)} >= 3, 100 * {_total(failed)} / requests, 0)",
                    using_metrics={**failed, "requests": self._ours("Requests", "Sum")},
                    label="Failed requests, %",
                    period=_FIVE_MINUTES,
                ),
                above=5,
            ),
            # The function answers every failure that it knows of; a crash is another. One may be Lambda's own, two
            # within a quarter of an hour are ours.
            self._alarm(
                "Crashes",
                "The function crashes, runs out of memory or time, or cannot start. Its log says which.",
                self._lambdas("Errors", "Sum"),
                above=0,
            ),
            # A handful is a burst that retries smooth out; to go on like this means that a quota is too small.
            self._alarm(
                "Throttles",
                "Callers are turned away: Lambda's concurrency or Bedrock's quota is used up (see Service Quotas).",
                MathExpression(
                    expression=_total(turned_away),
                    using_metrics=turned_away,
                    label="Requests turned away",
                    period=_FIVE_MINUTES,
                ),
                above=5,
            ),
            # 10 s is where the function gives up waiting for the first event and sends pings: people see dots only.
            self._alarm(
                "SlowFirstToken",
                "One answer in twenty takes over 10 s to begin. Look at Bedrock's health, and at the model chosen.",
                self._ours("TimeToFirstToken", "p95"),
                above=10_000,
            ),
        ]

    def _alarm(self, name: str, description: str, metric: IMetric, *, above: float) -> Alarm:
        """Twice within a quarter of an hour: long enough to be no blip, short enough to be of use."""
        return Alarm(
            self,
            name,
            alarm_description=description,
            metric=metric,
            comparison_operator=ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=above,
            evaluation_periods=3,
            datapoints_to_alarm=2,
            treat_missing_data=TreatMissingData.NOT_BREACHING,  # nobody asks at night
        )

    def _notify(self, email: str) -> None:
        """AWS asks the address for its consent once; until then nothing is sent."""
        topic = Topic(self, "Alarms", display_name="claude-stream alarms", enforce_ssl=True)
        topic.add_subscription(EmailSubscription(email))
        # With a policy of its own (enforce_ssl) a topic has no longer the default one, by which alarms may publish.
        topic.add_to_resource_policy(
            PolicyStatement(
                principals=[ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        for alarm in self._alarms:
            alarm.add_alarm_action(SnsAction(topic))
            alarm.add_ok_action(SnsAction(topic))

    # Dashboard

    def _rows(self, settings: Settings) -> list[Sequence[IWidget]]:
        search = f"SEARCH('{{{self._namespace},ErrorType}} MetricName=\"Errors\"', 'Sum', 300)"
        by_type = MathExpression(expression=search, using_metrics={}, label="", period=_FIVE_MINUTES)
        first_token = [self._ours("TimeToFirstToken", statistic, statistic) for statistic in ("p50", "p95")]
        tokens = ("InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens")
        return [
            [AlarmStatusWidget(alarms=self._alarms, title="Alarms", width=3 * _WIDTH, height=3)],
            [
                _graph("Requests", [self._ours("Requests", "Sum")]),
                _graph("Errors by type", [by_type]),
                _graph("Time to first token, ms", first_token),
            ],
            [
                _graph("Tokens", [self._ours(name, "Sum") for name in tokens]),
                _graph("Output tokens per second, p50", [self._ours("OutputTokensPerSecond", "p50")]),
                _graph("Concurrency", [self._lambdas("ConcurrentExecutions", "Maximum")]),
            ],
            [
                _graph("Throttles and crashes", [self._lambdas(name, "Sum") for name in ("Throttles", "Errors")]),
                *self._cost(settings),
            ],
        ]

    def _cost(self, settings: Settings) -> list[IWidget]:
        """An estimate for the models that have a price; nothing if none has."""
        if settings.prices is None:
            return []
        table = settings.prices.usd_per_million_tokens
        priced = {model: table.get(parse_model(model).foundation_model) for model in settings.models}
        costs = [
            self._model_cost(number, model, price) for number, (model, price) in enumerate(priced.items()) if price
        ]
        if not costs:
            return []
        return [_graph(f"Cost of tokens in USD, estimated (prices of {settings.prices.as_of})", costs)]

    def _model_cost(self, number: int, model: str, price: Price) -> MathExpression:
        by_metric = {
            "InputTokens": price.input,
            "OutputTokens": price.output,
            "CacheReadTokens": price.cache_read,
            "CacheWriteTokens": price.cache_write,
        }
        terms = {f"m{number}{name}": dollars for name, dollars in by_metric.items()}
        summands = [f"FILL({identifier}, 0) * {dollars}" for identifier, dollars in terms.items()]
        return MathExpression(
            expression=f"({' + '.join(summands)}) / 1000000",
            using_metrics={f"m{number}{name}": self._ours(name, "Sum", Model=model) for name in by_metric},
            label=model,
            period=_FIVE_MINUTES,
        )


def _total(metrics: dict[str, Metric]) -> str:
    """Their sum, where a metric that was never written counts as none."""
    return f"SUM([{', '.join(f'FILL({identifier}, 0)' for identifier in metrics)}])"


def _graph(title: str, metrics: Sequence[IMetric]) -> GraphWidget:
    return GraphWidget(title=title, left=metrics, width=_WIDTH, height=6)
