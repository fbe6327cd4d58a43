"""The dashboard: how the stage goes, on one page, by model and by key."""

from collections.abc import Sequence

from aws_cdk.aws_cloudwatch import Alarm, AlarmStatusWidget, GraphWidget, IMetric, IWidget, MathExpression

from infra import spend
from infra.metrics import FIVE_MINUTES, Metrics
from infra.settings import Settings

TOKENS = ("InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens")
_WIDTH = 8


def widgets(metrics: Metrics, settings: Settings, alarms: Sequence[Alarm]) -> list[Sequence[IWidget]]:
    """The rows, from above."""
    first_token = [metrics.ours("TimeToFirstToken", "p50", "p50"), metrics.ours("TimeToFirstToken", "p95", "p95")]
    asked = [metrics.ours("Requests", "Sum"), metrics.ours("ModelRequests", "Sum")]
    return [
        [AlarmStatusWidget(alarms=alarms, title="Alarms", width=3 * _WIDTH, height=3)],
        [
            _graph("Requests", asked),
            _graph("Errors by type", [metrics.found("Errors", "", by=["ErrorType"])]),
            _graph("Time to first token, ms", first_token),
        ],
        [
            _graph("Tokens", [metrics.ours(name, "Sum") for name in TOKENS]),
            _graph("Output tokens per second, p50", [metrics.ours("OutputTokensPerSecond", "p50")]),
            _graph("Concurrency", [metrics.lambdas("ConcurrentExecutions", "Maximum")]),
        ],
        [
            _graph("Throttles and crashes", [metrics.lambdas(name, "Sum") for name in ("Throttles", "Errors")]),
            _graph("Tokens by key", [metrics.found(name, name, by=["KeyName"]) for name in TOKENS]),
        ],
        _cost(metrics, settings),
    ]


def _cost(metrics: Metrics, settings: Settings) -> list[IWidget]:
    """An estimate for the models that have a price; nothing if none has."""
    prices = {model: price for model, price in settings.price_by_model.items() if price}
    if settings.prices is None or not prices:
        return []
    terms = {model: spend.terms_of(model, price) for model, price in prices.items()}
    by_model = [_of_model(metrics, number, model, terms[model]) for number, model in enumerate(terms)]
    by_key = [_by_key(metrics, model, term) for model in terms for term in terms[model]]
    estimated = f"estimated (prices of {settings.prices.as_of})"
    return [
        _graph(f"Cost of tokens in USD, {estimated}", by_model),
        # Metric math adds up no two searches, so each key has a line for each model and kind of token: stacked.
        _graph(f"Cost by key in USD, {estimated}", by_key, width=2 * _WIDTH, stacked=True),
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


def _by_key(metrics: Metrics, model: str, term: spend.Term) -> MathExpression:
    """A line for each key that has used the model, whatever keys there are."""
    label = f"{model.rpartition('.')[2]} {term.metric}"
    return metrics.found(term.metric, label, by=["KeyName"], then=f" * {term.dollars} / 1000000", Model=model)


def _graph(title: str, metrics: Sequence[IMetric], *, width: int = _WIDTH, stacked: bool = False) -> GraphWidget:
    return GraphWidget(title=title, left=metrics, width=width, height=6, stacked=stacked)
