"""The dashboard: how a stage is doing, on one page, by model and by key."""

from collections.abc import Sequence

from aws_cdk.aws_cloudwatch import (
    Alarm,
    AlarmStatusWidget,
    GraphWidget,
    IMetric,
    IWidget,
    LogQueryVisualizationType,
    LogQueryWidget,
    MathExpression,
)

from infra import spend
from infra.metrics import FIVE_MINUTES, Metrics
from infra.settings import Settings

TOKENS = ("InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens")
_WIDTH = 8


def widgets(metrics: Metrics, settings: Settings, alarms: Sequence[Alarm]) -> list[Sequence[IWidget]]:
    """The rows, from top to bottom."""
    first_token = [metrics.ours("TimeToFirstToken", "p50", "p50"), metrics.ours("TimeToFirstToken", "p95", "p95")]
    trouble = [metrics.lambdas(name, "Sum") for name in ("Throttles", "Errors")]
    requests = [metrics.ours("Requests", "Sum"), metrics.ours("ModelRequests", "Sum")]
    return [
        [AlarmStatusWidget(alarms=alarms, title="Alarms", width=3 * _WIDTH, height=3)],
        [
            _graph("Requests", requests),
            _graph("Errors by type", [metrics.found("Errors", by="ErrorType")]),
            _graph("Time to first token, ms", first_token),
        ],
        [
            _graph("Tokens", [metrics.ours(name, "Sum") for name in TOKENS]),
            _graph("Output tokens per second, p50", [metrics.ours("OutputTokensPerSecond", "p50")]),
            _graph("Concurrency", [metrics.lambdas("ConcurrentExecutions", "Maximum")]),
        ],
        [
            _graph("Throttles, crashes, table errors", [*trouble, metrics.ours("TableErrors", "Sum")]),
            _tokens_by_key(metrics),
        ],
        *_budget(metrics, settings),
        *_cost(metrics, settings),
    ]


def _budget(metrics: Metrics, settings: Settings) -> list[Sequence[IWidget]]:
    if settings.budget is None or not settings.budget.outlasts_a_minute:
        return []
    return [[_graph("Budget used, %", [metrics.ours("BudgetUsedPercent", "Maximum")])]]


def _cost(metrics: Metrics, settings: Settings) -> list[Sequence[IWidget]]:
    """Rows of estimates for the models that have a price; none if no model has one."""
    prices = {model: price for model, price in settings.price_by_model.items() if price}
    if settings.prices is None or not prices:
        return []
    terms = {model: spend.terms_of(model, price) for model, price in prices.items()}
    by_model = [_of_model(metrics, number, model, terms[model]) for number, model in enumerate(terms)]
    estimated = f"estimated (prices of {settings.prices.as_of})"
    return [
        [_graph(f"Cost of tokens in USD, {estimated}", by_model)],
        [_cost_by_key(metrics, model, terms[model], estimated) for model in terms],
    ]


def _of_model(metrics: Metrics, number: int, model: str, terms: Sequence[spend.Term]) -> MathExpression:
    by_id = {f"m{number}{term.metric}": term for term in terms}
    return MathExpression(
        expression=spend.dollars(by_id),
        using_metrics={
            identifier: metrics.ours(term.metric, "Sum", Model=model) for identifier, term in by_id.items()
        },
        label=model,
        period=FIVE_MINUTES,
    )


def _tokens_by_key(metrics: Metrics) -> LogQueryWidget:
    sums = ", ".join(f"sum({name}) as {name.removesuffix('Tokens')}" for name in TOKENS)
    return _by_key(metrics, "Tokens by key", [f"stats {sums} by KeyName, Model", "sort Output desc"], 2 * _WIDTH)


def _cost_by_key(metrics: Metrics, model: str, terms: Sequence[spend.Term], estimated: str) -> LogQueryWidget:
    dollars = " + ".join(f"coalesce({term.metric}, 0) * {term.dollars}" for term in terms)
    lines = [
        f'filter Model = "{model}"',
        f"fields ({dollars}) / 1000000 as Dollars",
        "stats sum(Dollars) as USD by KeyName",
        "sort USD desc",
    ]
    return _by_key(metrics, f"Cost by key in USD, {model}, {estimated}", lines, _WIDTH)


def _by_key(metrics: Metrics, title: str, lines: Sequence[str], width: int) -> LogQueryWidget:
    """A table over the chosen time, from the lines that the function logs for its requests.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
    """
    return LogQueryWidget(
        title=title,
        log_group_names=[metrics.log_group_name],
        query_lines=["filter ispresent(KeyName) and ispresent(OutputTokens)", *lines],
        view=LogQueryVisualizationType.TABLE,
        width=width,
        height=6,
    )


def _graph(title: str, metrics: Sequence[IMetric]) -> GraphWidget:
    return GraphWidget(title=title, left=metrics, width=_WIDTH, height=6)
