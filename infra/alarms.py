"""The alarms that are worth waking up for: what each watches, its threshold, and what it means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk.aws_cloudwatch import Alarm, ComparisonOperator, IMetric, MathExpression, TreatMissingData
from constructs import Construct

from infra import spend
from infra.metrics import FIVE_MINUTES, Metrics, total
from infra.settings import Settings

# The errors that are ours or AWS's. permission_error is among them: the function says so only when AWS denies
# something to the function itself. Left out are the callers' own (invalid_request_error, authentication_error, and
# so on), which anybody on the internet can cause.
OUR_ERRORS = ("api_error", "overloaded_error", "permission_error", "timeout_error")
_A_DAY = Duration.days(1)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One alarm: it goes off when `metric` was above `above` in `breaches` of the last `periods` periods.

    The default is twice within a quarter of an hour: longer than a blip, and soon enough to act. The alarm says
    `why`.
    """

    name: str
    metric: IMetric
    above: float
    why: str
    breaches: int = 2
    periods: int = 3
    missing: TreatMissingData = TreatMissingData.NOT_BREACHING  # nobody asks at night


def make_alarms(scope: Construct, watches: Sequence[Watch]) -> list[Alarm]:
    return [
        Alarm(
            scope,
            watch.name,
            alarm_description=watch.why,
            metric=watch.metric,
            comparison_operator=ComparisonOperator.GREATER_THAN_THRESHOLD,
            threshold=watch.above,
            evaluation_periods=watch.periods,
            datapoints_to_alarm=watch.breaches,
            treat_missing_data=watch.missing,
        )
        for watch in watches
    ]


def watches(metrics: Metrics, settings: Settings) -> list[Watch]:
    return [
        Watch(
            name="ErrorRate",
            metric=_error_rate(metrics),
            above=5,
            why="Over 5 % of the requests to the model fail for reasons that are ours or AWS's; "
            "the dashboard has them by type.",
        ),
        # The function answers every failure that it knows; a crash is one that it does not. A single crash may be
        # Lambda's own, two within a quarter of an hour are ours.
        Watch(
            name="Crashes",
            metric=metrics.lambdas("Errors", "Sum"),
            above=0,
            why="The function crashes, runs out of memory or time, or cannot start. Its log says which.",
        ),
        # A few are a burst, which retries smooth out; if they go on, a quota is too small.
        Watch(
            name="Throttles",
            metric=_turned_away(metrics),
            above=5,
            why="Callers are turned away: Lambda's concurrency or Bedrock's quota is used up (see Service Quotas).",
        ),
        # 10 s is where the function gives up waiting for the first event and sends pings: people see dots only.
        Watch(
            name="SlowFirstToken",
            metric=metrics.ours("TimeToFirstToken", "p95"),
            above=10_000,
            why="One answer in twenty takes over 10 s to begin. Look at Bedrock's health, and at the model chosen.",
        ),
        # Scanners of the internet try a few times. Nobody guesses a key of 48 random characters; but this many are
        # a client that has lost its key, or somebody who uses one that was revoked.
        Watch(
            name="WrongKeys",
            metric=metrics.ours("Errors", "Sum", "Requests without a valid key", ErrorType="authentication_error"),
            above=100,
            why="Over 100 requests in five minutes have no valid API key: a client whose key was replaced, or "
            "somebody who tries keys. Each costs some milliseconds of Lambda; reserved_concurrency caps them.",
        ),
        Watch(
            name="TableErrors",
            metric=metrics.ours("TableErrors", "Sum"),
            above=0,
            why="The table of keys and limits cannot be reached or written: keys with limits are refused with 503, "
            "so that none spends more than it may. The function's log says why.",
        ),
        *_budget(metrics, settings),
        *_spend(metrics, settings),
    ]


def _error_rate(metrics: Metrics) -> MathExpression:
    """The failed percentage of the requests that reached the model: strangers' 401 and 404 cannot hide a failure.

    From 3 failures on: at night one failed request of two is no reason to get up, three in a row are. Where more
    fail than reach the model, as when the keys cannot be read, all have failed.
    """
    failed = MathExpression(
        expression=total(OUR_ERRORS),
        using_metrics=dict(metrics.errors(OUR_ERRORS)),
        label="Failed requests",
        period=FIVE_MINUTES,
    )
    return MathExpression(
        expression="IF(failed >= 3, 100 * failed / MAX([failed, FILL(reached, 0)]), 0)",
        using_metrics={"failed": failed, "reached": metrics.ours("ModelRequests", "Sum")},
        label="Failed requests, %",
        period=FIVE_MINUTES,
    )


def _turned_away(metrics: Metrics) -> MathExpression:
    turned_away = {
        "throttles": metrics.lambdas("Throttles", "Sum"),
        "rate_limited": metrics.ours("Errors", "Sum", ErrorType="rate_limit_error"),
    }
    return MathExpression(
        expression=total(list(turned_away)),
        using_metrics=dict(turned_away),
        label="Requests turned away",
        period=FIVE_MINUTES,
    )


def _budget(metrics: Metrics, settings: Settings) -> Iterator[Watch]:
    """Watches the limit of a day or a month that is nearest to its end; a minute's is over before anybody looks."""
    if settings.budget is None or not settings.budget.outlasts_a_minute:
        return
    yield Watch(
        name="BudgetUsed",
        metric=metrics.ours("BudgetUsedPercent", "Maximum"),
        above=80,
        why="Over 80 % of a limit of the stage's budget is used; at 100 % every request is refused until the day "
        "or the month ends. make usage shows by whom.",
        breaches=1,
        periods=1,
        missing=TreatMissingData.IGNORE,  # what is used stays used while nobody asks
    )


def _spend(metrics: Metrics, settings: Settings) -> Iterator[Watch]:
    """Watches the cost of the last 24 hours, in a window that slides. It shows tokens after minutes; a bill takes
    a day."""
    limit = settings.spend_alarm_usd_per_day
    if limit is None:
        return
    prices = {model: price for model, price in settings.price_by_model.items() if price}
    terms = {f"t{number}": term for number, term in enumerate(spend.alarm_terms(prices))}
    yield Watch(
        name="Spend",
        metric=MathExpression(
            expression=spend.dollars(terms),
            using_metrics={
                identifier: metrics.ours(
                    term.metric, "Sum", period=_A_DAY, **({"Model": term.model} if term.model else {})
                )
                for identifier, term in terms.items()
            },
            label="Tokens of 24 hours in USD, estimated",
            period=_A_DAY,
        ),
        above=limit,
        why=f"The tokens of the last 24 hours cost over {limit} USD by the list prices in cdk.json. "
        "The dashboard has them by key.",
        breaches=1,
        periods=1,
    )
