"""What must hold of the alarms, the dashboard and the budget in the template."""

import json
import re
from typing import Any

from tests.infra.conftest import CHANGED, Synthesise, Synthesised
from tests.infra.reading import flat
from tests.places import ROOT


class TestMonitoring:
    def alarms(self, made: Synthesised) -> dict[str, dict[str, Any]]:
        alarms = made.of_type("AWS::CloudWatch::Alarm").items()
        return {re.sub(r"^Monitoring|.{8}$", "", name): alarm for name, alarm in alarms}

    def test_thresholds(self, dev: Synthesised) -> None:
        alarms = self.alarms(dev)
        assert {name: alarm["Threshold"] for name, alarm in alarms.items()} == {
            "ErrorRate": 5,
            "Crashes": 0,
            "Throttles": 5,
            "SlowFirstToken": 10_000,
            "WrongKeys": 100,
            "TableErrors": 0,
        }
        for alarm in alarms.values():
            assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
            assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (2, 3)
            assert alarm["TreatMissingData"] == "notBreaching"

    def test_the_error_rate_counts_what_is_not_the_callers_fault(self, dev: Synthesised) -> None:
        metrics = self.alarms(dev)["ErrorRate"]["Metrics"]
        types = {
            item["MetricStat"]["Metric"]["Dimensions"][0]["Value"]
            for item in metrics
            if item.get("MetricStat", {}).get("Metric", {}).get("MetricName") == "Errors"
        }
        assert types == {"api_error", "overloaded_error", "permission_error", "timeout_error"}
        (failed,) = (item["Expression"] for item in metrics if item["Id"] == "failed")
        assert failed == f"SUM([{', '.join(f'FILL({kind}, 0)' for kind in sorted(types))}])"

    def test_the_error_rate_is_of_the_requests_that_reached_the_model(self, dev: Synthesised) -> None:
        """A thousand 401 of strangers would hide that every request with a key fails."""
        metrics = {item["Id"]: item for item in self.alarms(dev)["ErrorRate"]["Metrics"]}
        assert metrics["reached"]["MetricStat"]["Metric"] == {
            "MetricName": "ModelRequests",
            "Namespace": "ClaudeStream/dev",
        }
        (rate,) = (item for item in metrics.values() if item.get("ReturnData", True))
        assert rate["Expression"] == "IF(failed >= 3, 100 * failed / MAX([failed, FILL(reached, 0)]), 0)"

    def test_a_burst_of_wrong_keys_is_heard_of(self, dev: Synthesised) -> None:
        (metric,) = (item["MetricStat"] for item in self.alarms(dev)["WrongKeys"]["Metrics"])
        assert metric["Metric"]["MetricName"] == "Errors"
        assert metric["Metric"]["Dimensions"] == [{"Name": "ErrorType", "Value": "authentication_error"}]

    def test_spend_is_watched_where_a_stage_says_from_where_on(self, us: Synthesised) -> None:
        alarm = self.alarms(us)["Spend"]
        assert alarm["Threshold"] == 25
        assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (1, 1)
        metrics = {item["Id"]: item["MetricStat"] for item in alarm["Metrics"] if "MetricStat" in item}
        assert {stat["Period"] for stat in metrics.values()} == {24 * 60 * 60}
        (expression,) = (item["Expression"] for item in alarm["Metrics"] if "Expression" in item)
        terms = re.findall(r"FILL\((\w+), 0\) \* ([\d.]+)", expression)
        assert expression.endswith(" / 1000000")
        named = {
            (
                metrics[identifier]["Metric"]["MetricName"],
                metrics[identifier]["Metric"]["Dimensions"][0]["Value"],
                float(dollars),
            )
            for identifier, dollars in terms
        }
        sonnet, haiku = "us.anthropic.claude-sonnet-5-5", "global.anthropic.claude-haiku-5-5"
        assert named == {
            ("InputTokens", sonnet, 2.0),
            ("OutputTokens", sonnet, 10.0),
            ("CacheReadTokens", sonnet, 0.1),
            ("CacheWriteTokens", sonnet, 2.5),
            ("InputTokens", haiku, 0.1),
            ("OutputTokens", haiku, 0.5),
            ("CacheReadTokens", haiku, 0.01),
            ("CacheWriteTokens", haiku, 0.125),
        }

    def test_a_budget_is_watched_before_it_is_used_up(self, changed: Synthesised) -> None:
        alarm = self.alarms(changed)["BudgetUsed"]
        assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (80, "GreaterThanThreshold")
        (metric,) = (item["MetricStat"] for item in alarm["Metrics"])
        assert (metric["Metric"]["MetricName"], metric["Stat"]) == ("BudgetUsedPercent", "Maximum")
        assert alarm["TreatMissingData"] == "ignore"
        board = flat(changed.only("AWS::CloudWatch::Dashboard")["DashboardBody"])
        assert '"title":"Budget used, %"' in board

    def test_no_alarm_is_over_more_metrics_than_cloudwatch_takes(self, synthesise: Synthesise) -> None:
        for stage in ("dev", "prod", "us", "changed"):
            for alarm in self.alarms(synthesise(stage)).values():
                assert sum("MetricStat" in item for item in alarm.get("Metrics", [])) <= 10

    def test_alarms_and_dashboard_know_only_metrics_that_the_function_writes(self, dev: Synthesised) -> None:
        written = (ROOT / "lambda_src/claude_stream/metrics.py").read_text()
        text = json.dumps(dev.template)
        for name in re.findall(r'"MetricName": "(\w+)", "Namespace": "ClaudeStream/dev"', text):
            assert f'"{name}"' in written
        board = flat(dev.only("AWS::CloudWatch::Dashboard")["DashboardBody"])
        ours = set(re.findall(r'"ClaudeStream/dev","(\w+)"', board))
        assert ours == {
            *("Requests", "ModelRequests", "TimeToFirstToken", "OutputTokensPerSecond"),
            *("InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "TableErrors"),
        }
        assert all(f'"{name}"' in written for name in ours)

    def test_the_dashboard_shows_what_was_asked_for(self, dev: Synthesised) -> None:
        board = json.loads(flat(dev.only("AWS::CloudWatch::Dashboard")["DashboardBody"]))
        assert [widget["properties"]["title"] for widget in board["widgets"]] == [
            "Alarms",
            "Requests",
            "Errors by type",
            "Time to first token, ms",
            "Tokens",
            "Output tokens per second, p50",
            "Concurrency",
            "Throttles, crashes, table errors",
            "Tokens by key",
            "Cost of tokens in USD, estimated (prices of 2026-11-23)",
            "Cost by key in USD, global.anthropic.claude-haiku-5-5, estimated (prices of 2026-11-23)",
            "Cost by key in USD, global.anthropic.claude-sonnet-5-5, estimated (prices of 2026-11-23)",
        ]

    def query(self, made: Synthesised, title: str) -> list[str]:
        board = json.loads(flat(made.only("AWS::CloudWatch::Dashboard")["DashboardBody"]))
        (widget,) = (item["properties"] for item in board["widgets"] if item["properties"]["title"] == title)
        source, *lines = widget["query"].replace("\n| ", " | ").split(" | ")
        assert source == "SOURCE '<ApiLogsCD139AD4>'"
        return list(lines)

    def test_tokens_and_cost_are_shown_by_key_whatever_keys_there_are(self, dev: Synthesised) -> None:
        used = "filter ispresent(KeyName) and ispresent(OutputTokens)"
        assert self.query(dev, "Tokens by key") == [
            used,
            "stats sum(InputTokens) as Input, sum(OutputTokens) as Output, sum(CacheReadTokens) as CacheRead, "
            "sum(CacheWriteTokens) as CacheWrite by KeyName, Model",
            "sort Output desc",
        ]
        model = "global.anthropic.claude-haiku-5-5"
        assert self.query(dev, f"Cost by key in USD, {model}, estimated (prices of 2026-11-23)") == [
            used,
            f'filter Model = "{model}"',
            "fields (coalesce(InputTokens, 0) * 0.1 + coalesce(OutputTokens, 0) * 0.5 + "
            "coalesce(CacheReadTokens, 0) * 0.01 + coalesce(CacheWriteTokens, 0) * 0.125) / 1000000 as Dollars",
            "stats sum(Dollars) as USD by KeyName",
            "sort USD desc",
        ]

    def test_a_key_is_no_dimension_as_each_would_cost(self, dev: Synthesised) -> None:
        assert "ClaudeStream/dev,KeyName" not in json.dumps(dev.template)

    def test_no_price_no_cost(self, changed: Synthesised) -> None:
        board = flat(changed.only("AWS::CloudWatch::Dashboard")["DashboardBody"])
        assert "Cost" not in board

    def test_nobody_is_woken_unless_named(self, dev: Synthesised, changed: Synthesised) -> None:
        assert not dev.of_type("AWS::SNS::Topic")
        subscription = changed.only("AWS::SNS::Subscription")
        assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "night@example.com")
        topic = subscription["TopicArn"]
        assert all(alarm["AlarmActions"] == [topic] for alarm in self.alarms(changed).values())

    def test_alarms_may_publish_to_the_topic(self, changed: Synthesised) -> None:
        (publish,) = (
            item
            for item in changed.only("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
            if item["Effect"] == "Allow"
        )
        assert publish["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert publish["Condition"] == {"StringEquals": {"aws:SourceAccount": CHANGED["account"]}}


class TestBudget:
    def test_it_is_over_the_whole_account_as_no_filter_would_hold_claude(self, changed: Synthesised) -> None:
        assert changed.only("AWS::Budgets::Budget")["Budget"] == {
            "BudgetLimit": {"Amount": 300, "Unit": "USD"},
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
        }

    def test_it_sends_mail_before_the_limit_and_when_a_forecast_passes_it(self, changed: Synthesised) -> None:
        notices = changed.only("AWS::Budgets::Budget")["NotificationsWithSubscribers"]
        assert [
            (item["Notification"]["NotificationType"], item["Notification"]["Threshold"]) for item in notices
        ] == [
            ("ACTUAL", 50),
            ("ACTUAL", 80),
            ("ACTUAL", 100),
            ("FORECASTED", 100),
        ]
        for item in notices:
            assert item["Subscribers"] == [{"SubscriptionType": "EMAIL", "Address": "night@example.com"}]

    def test_there_is_none_unless_asked_for(self, dev: Synthesised) -> None:
        assert not dev.of_type("AWS::Budgets::Budget")
