"""The firewall before the CDN: AWS's managed rules, and how much one address may ask."""

from typing import Any

from aws_cdk.aws_wafv2 import CfnWebACL
from constructs import Construct

from infra.firewall_rules import COUNTED, REQUESTS_IN_FIVE_MINUTES, TOO_MANY

_TOO_MANY = "too-many"


def firewall(scope: Construct) -> CfnWebACL:
    """For CloudFront only, and so for stacks in us-east-1 only. Which rules only count: firewall_rules.py."""
    groups = [_managed(number, name, counted) for number, (name, counted) in enumerate(COUNTED.items(), 1)]
    return CfnWebACL(
        scope,
        "Firewall",
        scope="CLOUDFRONT",
        default_action=CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=_seen_as("Firewall"),
        custom_response_bodies={
            _TOO_MANY: CfnWebACL.CustomResponseBodyProperty(content=TOO_MANY, content_type="APPLICATION_JSON")
        },
        rules=[_rate(), *groups],
    )


def _rate() -> CfnWebACL.RuleProperty:
    """A 429 in the shape of the API's own, as clients wait after one, and not after WAF's 403."""
    too_many = CfnWebACL.CustomResponseProperty(
        response_code=429,
        custom_response_body_key=_TOO_MANY,
        response_headers=[CfnWebACL.CustomHTTPHeaderProperty(name="retry-after", value="300")],
    )
    statement = CfnWebACL.RateBasedStatementProperty(
        aggregate_key_type="IP", limit=REQUESTS_IN_FIVE_MINUTES, evaluation_window_sec=300
    )
    return CfnWebACL.RuleProperty(
        name="Rate",
        priority=0,
        statement=CfnWebACL.StatementProperty(rate_based_statement=statement),
        action=CfnWebACL.RuleActionProperty(block=CfnWebACL.BlockActionProperty(custom_response=too_many)),
        visibility_config=_seen_as("Rate"),
    )


def _managed(priority: int, name: str, counted: tuple[str, ...]) -> CfnWebACL.RuleProperty:
    count: dict[str, Any] = {}
    statement = CfnWebACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS",
        name=name,
        rule_action_overrides=[
            CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=CfnWebACL.RuleActionProperty(count=count))
            for rule in counted
        ],
    )
    return CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        statement=CfnWebACL.StatementProperty(managed_rule_group_statement=statement),
        override_action=CfnWebACL.OverrideActionProperty(none={}),
        visibility_config=_seen_as(name),
    )


def _seen_as(name: str) -> CfnWebACL.VisibilityConfigProperty:
    """Metrics, but no samples: WAF keeps whole requests as samples for three hours, and their headers have keys."""
    return CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
