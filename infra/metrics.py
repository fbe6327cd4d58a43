"""The metrics that alarms and the dashboard read: the function's own, and Lambda's about the function.

lambda_src/claude_stream/metrics.py writes the function's own, and decides which dimensions they have: none, Model,
and for Errors the ErrorType. A key's name is not a dimension, as each value would be a metric that costs: the
function's log lines tell the usage by key.
"""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk.aws_cloudwatch import MathExpression, Metric
from aws_cdk.aws_lambda import Function

FIVE_MINUTES = Duration.minutes(5)


class Metrics:
    """The metrics of one stage."""

    def __init__(self, namespace: str, function: Function) -> None:
        self._namespace = namespace
        self._function = function

    def ours(
        self,
        name: str,
        statistic: str,
        label: str | None = None,
        *,
        period: Duration = FIVE_MINUTES,
        **dimensions: str,
    ) -> Metric:
        """One of the function's own metrics; without dimensions, over all requests."""
        return Metric(
            namespace=self._namespace,
            metric_name=name,
            statistic=statistic,
            label=label or name,
            dimensions_map=dimensions or None,
            period=period,
        )

    def lambdas(self, name: str, statistic: str) -> Metric:
        return self._function.metric(name, statistic=statistic, label=name, period=FIVE_MINUTES)

    @property
    def log_group_name(self) -> str:
        """Where the function writes its lines."""
        return self._function.log_group.log_group_name

    def errors(self, kinds: Sequence[str]) -> dict[str, Metric]:
        return {kind: self.ours("Errors", "Sum", ErrorType=kind) for kind in kinds}

    def found(self, name: str, *, by: str) -> MathExpression:
        """The sums of one of the function's own metrics, a line for each value of the dimension `by`.

        https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
        """
        schema = f"{self._namespace},{by}"
        search = f"SEARCH('{{{schema}}} MetricName=\"{name}\"', 'Sum', {FIVE_MINUTES.to_seconds():.0f})"
        return MathExpression(expression=search, using_metrics={}, label="", period=FIVE_MINUTES)


def total(metrics: Sequence[str]) -> str:
    """The sum of the metrics with these ids, where one that was never written counts as 0."""
    return f"SUM([{', '.join(f'FILL({identifier}, 0)' for identifier in metrics)}])"
