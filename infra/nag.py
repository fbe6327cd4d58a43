"""The cdk-nag findings that we accept, each with its reason, for the one construct that it is about.

Any other finding fails `cdk synth`.
"""

from aws_cdk import Acknowledgment, Stack, Token, Validations
from constructs import IConstruct

from infra.settings import Settings
from infra.stack import ClaudeStreamStack

_PAGE_IS_PUBLIC = (
    "The CDN serves the chat page's static files, the same that are in the public repository, to everybody; "
)


def acknowledge(stack: ClaudeStreamStack) -> None:
    """Acknowledges the known findings of `stack`, and of no other construct."""
    _acknowledge_api(stack)
    _acknowledge_table(stack)
    _acknowledge_page(stack)
    _acknowledge_deployment_of_page(stack)


def _acknowledge_api(stack: ClaudeStreamStack) -> None:
    rotation = (
        "Keys rotate by `make rotate-key`, which keeps the previous key working until the next rotation. On a "
        "schedule it would cut off callers, who have to be given their new key by a person."
    )
    _acknowledge(stack.api.api_keys, {"AwsSolutions-SMG4": rotation})
    if stack.api.cdn_secret:
        lasting = (
            "CloudFormation gives it to the CDN when it makes the distribution: a rotation would lock the CDN out. "
            "Who has it gets as far as the check of the API key, and no further."
        )
        _acknowledge(stack.api.cdn_secret, {"AwsSolutions-SMG4": lasting})
    if stack.settings.tracing:
        x_ray = (
            "Only xray:PutTraceSegments and xray:PutTelemetryRecords, which know no resources: AWS takes nothing "
            "but * for them. They are there only while tracing is on."
        )
        _acknowledge(stack.api.role, {"AwsSolutions-IAM5[Resource::*]": x_ray})


def _acknowledge_table(stack: ClaudeStreamStack) -> None:
    if not stack.settings.retains:
        backups = (
            "Backups would outlive a stage that is to be deleted with all that it has, and hold its keys' names. "
            'With removal_policy "retain" the table has them.'
        )
        _acknowledge(stack.table, {"AwsSolutions-DDB3": backups})


def _acknowledge_page(stack: ClaudeStreamStack) -> None:
    logs = (
        "Only this stage's CDN can read the bucket (origin access control), and only a deployment writes it. "
        "Access logs would tell what CloudFront's metrics tell already."
    )
    _acknowledge(stack.page.bucket, {"AwsSolutions-S1": logs})
    _acknowledge(stack.page.distribution, _of_distribution(stack.settings))


def _of_distribution(settings: Settings) -> dict[str, str]:
    """The reasons that hold for a stage: a firewall and a domain of its own need none."""
    firewall = (
        "there is no input for a firewall to inspect. Prompts do not pass the CDN: they go to the function URL, "
    )
    if settings.api_behind_cdn:
        firewall = "what passes it to the API needs a key of this stage, and goes to the function, "
    reasons = {
        "AwsSolutions-CFR1": _PAGE_IS_PUBLIC + "no country is to be kept out.",
        "AwsSolutions-CFR2": _PAGE_IS_PUBLIC + firewall + "which checks the API key first.",
        "AwsSolutions-CFR3": _PAGE_IS_PUBLIC
        + "who fetched them serves nothing but to profile visitors. Requests that cost something are recorded by "
        "the function.",
        "AwsSolutions-CFR4": "Raising it takes a certificate, thus a domain of one's own, and this stage has none. "
        "With CloudFront's own certificate the browsers of today agree on TLS 1.3 or 1.2 all the same.",
    }
    met = {"AwsSolutions-CFR2"} if settings.waf else set()
    met |= {"AwsSolutions-CFR4"} if settings.domain else set()
    return {rule: reason for rule, reason in reasons.items() if rule not in met}


def _acknowledge_deployment_of_page(stack: ClaudeStreamStack) -> None:
    """The CDK's own function that copies the page's files into the bucket, during deployments only."""
    grants = (
        "What the CDK grants its copying function: it runs at deployments only, on this repository's files, and "
    )
    partition, account, region = _as_nag_writes(stack)
    assets = f"arn:{partition}:s3:::cdk-hnb659fds-assets-{account}-{region}/*"
    bucket = stack.page.bucket_logical_id
    _acknowledge(
        stack.page.deployment_role,
        {
            **{
                f"AwsSolutions-IAM5[Action::s3:{action}*]": grants
                + "the actions apply to the two buckets below only."
                for action in ("GetBucket", "GetObject", "List", "Abort", "DeleteObject")
            },
            f"AwsSolutions-IAM5[Resource::{assets}]": grants
            + "reads the files that `cdk deploy` has just uploaded.",
            f"AwsSolutions-IAM5[Resource::<{bucket}.Arn>/*]": grants + "writes the files of this stage's own page.",
        },
    )
    for child in stack.node.children:
        if child.node.id.startswith("Custom::CDKBucketDeployment"):
            _acknowledge(
                child,
                {"AwsSolutions-L1": "The CDK chooses its function's runtime, and keeps it current with the CDK."},
            )


def _as_nag_writes(stack: Stack) -> list[str]:
    """Partition, account and region: the pseudo parameter's name where the value is known at deployment only."""
    values = {"Partition": stack.partition, "AccountId": stack.account, "Region": stack.region}
    return [f"<AWS::{name}>" if Token.is_unresolved(value) else value for name, value in values.items()]


def _acknowledge(construct: IConstruct, reasons: dict[str, str]) -> None:
    Validations.of(construct).acknowledge(*(Acknowledgment(id=rule, reason=why) for rule, why in reasons.items()))
