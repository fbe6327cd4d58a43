"""An AWS budget that sends mail before a month becomes too expensive."""

from aws_cdk.aws_budgets import CfnBudget
from constructs import Construct

# The kind of notice, and the percentage of the limit that triggers it.
_NOTICES = (("ACTUAL", 50), ("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))


def monthly_budget(scope: Construct, *, dollars: float, email: str) -> CfnBudget:
    """A budget over all that the account spends. Most of it is Claude's tokens, and no filter is sure to find them:

    - The tags `app` and `stage` of the stack's resources are on no token: on-demand models have no resource to tag.
    - The service "Amazon Bedrock" lacks them: each Claude model is billed as an AWS Marketplace product of its own,
      "Claude … (Amazon Bedrock Edition)", whose name changes with the model.
    - Billing knows the role that called Bedrock, by the role's tags (iamPrincipal/stage), but only once the
      organisation's management account has activated them: until then such a budget would stay silent at 0.
      https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/iam-principal-cost-allocation.html

    Alarms on spend (alarms.py) are this stage's own and come within minutes; billing data is up to a day late.
    """
    subscriber = CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=email)
    return CfnBudget(
        scope,
        "Budget",
        budget=CfnBudget.BudgetDataProperty(
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=CfnBudget.SpendProperty(amount=dollars, unit="USD"),
        ),
        notifications_with_subscribers=[
            CfnBudget.NotificationWithSubscribersProperty(
                notification=CfnBudget.NotificationProperty(
                    notification_type=kind, comparison_operator="GREATER_THAN", threshold=percent
                ),
                subscribers=[subscriber],
            )
            for kind, percent in _NOTICES
        ],
    )
