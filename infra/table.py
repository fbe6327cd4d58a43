"""The table of a stage: who has a key, with which limits, what each has used, and for a while answers.

`lambda_src/claude_stream/accounts/schema.py` says which items it has; `tools/cloud` writes those of the keys, and
the function those of their use.
"""

from aws_cdk import RemovalPolicy
from aws_cdk.aws_dynamodb import Attribute, AttributeType, BillingMode, PointInTimeRecoverySpecification, Table
from aws_cdk.aws_iam import PolicyDocument, PolicyStatement
from constructs import Construct

from infra.settings import Settings

_READS = ("dynamodb:BatchGetItem",)
_WRITES = ("dynamodb:UpdateItem",)  # a transaction needs the right to each of its parts, and none of its own
_OF_USE = "spend#*"
_KEEPING = ("dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")
_OF_ANSWERS = "answer#*"


class AccountsTable(Construct):
    """One table on demand: while nobody asks, it costs nothing.

    It is encrypted with DynamoDB's own key, which costs nothing either: of the keys it has only the SHA-256.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self._keeps_answers = settings.keep_answers_minutes > 0
        self.table = Table(
            self,
            "Accounts",
            partition_key=Attribute(name="pk", type=AttributeType.STRING),
            sort_key=Attribute(name="sk", type=AttributeType.STRING),
            time_to_live_attribute="expires_at",
            billing_mode=BillingMode.PAY_PER_REQUEST,
            removal_policy=RemovalPolicy[settings.removal_policy.upper()],
            deletion_protection=settings.retains,
            point_in_time_recovery_specification=PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=settings.retains
            ),
        )

    def access(self) -> PolicyDocument:
        """What the function may do: read, count use, and keep answers. It can make no key and lift no limit."""
        arn = self.table.table_arn
        changes = [(_WRITES, _OF_USE), *([(_KEEPING, _OF_ANSWERS)] if self._keeps_answers else [])]
        return PolicyDocument(
            statements=[
                PolicyStatement(actions=list(_READS), resources=[arn]),
                *(
                    PolicyStatement(
                        actions=list(actions),
                        resources=[arn],
                        conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [items]}},
                    )
                    for actions, items in changes
                ),
            ]
        )
