"""The CDK's own function that empties the page's bucket when the stack is deleted: its log group and its rights.

The CDK gives it neither. Lambda would make a log group that nothing deletes and that keeps its lines for ever, and
AWS's managed policy would let it write to any. CDK 2.275's
CustomResourceConfig.add_log_retention_lifetime does not reach it.
"""

from aws_cdk import CfnResource, Stack
from aws_cdk.aws_logs import LogGroup

from infra.log_group import may_write

_PROVIDER = "Custom::S3AutoDeleteObjectsCustomResourceProvider"


def keep_its_logs_in(logs: LogGroup) -> None:
    """Makes the function in the stack of `logs` write to it. The bucket's policy gives it all other rights."""
    provider = Stack.of(logs).node.find_child(_PROVIDER)
    function, role = provider.node.find_child("Handler"), provider.node.find_child("Role")
    assert isinstance(function, CfnResource)
    assert isinstance(role, CfnResource)
    function.add_property_override("LoggingConfig", {"LogGroup": logs.log_group_name})
    role.add_property_override("Policies", [{"PolicyName": "logs", "PolicyDocument": may_write(logs)}])
    role.add_property_deletion_override("ManagedPolicyArns")
