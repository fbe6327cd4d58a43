"""A real deployment without AWS: the real CDK deploys the real template, through the Makefile's commands.

The account is MiniStack with IAM enforced: the CDK's own roles and functions have only their real permissions.
What it cannot show, and what does:

- Alarms over several metrics, or over one with a label: MiniStack refuses `Metrics`. Here each alarm
  is deployed with only its first metric; tests/infra tests the rest.
- The function on Lambda: exec wrappers, streaming and arm64. The deployed zip runs in our emulator.
- The function's right to its secret: `Ref` of a secret is its name here, and its ARN in AWS. So the emulated
  function reads the secret as the account's root user; tests/infra tests the policy.
- The alphabet of the first key: MiniStack puts punctuation into it, though the template excludes that.
- A bucket's tags: they get lost, and `destroy` empties no bucket without one of them. The fixture sets it again.
- Bedrock, model access and quotas, which simulators replace; how long CloudFront takes.
"""

import json
import re
import shlex

from tests.deploy.assembly import without_metric_math
from tests.deploy.observed import Observed
from tests.deploy.processes import Ran
from tests.deploy.steps import CHANGES, Pruned
from tests.infra.conftest import Synthesised


def test_what_is_deployed_is_the_template_but_for_the_metrics_of_alarms(dev: Synthesised) -> None:
    before, after = dev.template["Resources"], without_metric_math(dev.template)["Resources"]
    alarms = {name for name, resource in before.items() if resource != after[name]}
    assert alarms == set(dev.of_type("AWS::CloudWatch::Alarm"))
    for name in alarms:
        was, became = before[name]["Properties"], after[name]["Properties"]
        assert [key for key in was if was[key] != became.get(key)] == ["Metrics"]


class TestOutputs:
    def test_the_page_is_where_the_cdn_is(self, deployed: Observed) -> None:
        assert re.fullmatch(r"d\w+\.cloudfront\.net", deployed.host)
        assert deployed.outputs["PageUrl"] == f"https://{deployed.host}/"

    def test_the_api_is_where_the_page_is(self, deployed: Observed) -> None:
        assert f"{deployed.outputs['ApiUrl']}/" == deployed.outputs["PageUrl"]

    def test_the_api_is_at_the_function_url_less_its_slash(self, deployed: Observed) -> None:
        assert f"{deployed.outputs['FunctionUrl']}/" == deployed.url["FunctionUrl"]

    def test_the_command_for_the_key_names_the_secret_and_shows_none(self, deployed: Observed) -> None:
        command = shlex.split(deployed.outputs["ApiKeyCommand"])
        assert command[:3] == ["aws", "secretsmanager", "get-secret-value"]
        assert command[command.index("--secret-id") + 1] in (deployed.secret["Name"], deployed.secret["ARN"])
        assert json.loads(deployed.secret["SecretString"])["default"] not in deployed.ran.said

    def test_the_dashboard_exists(self, deployed: Observed) -> None:
        assert deployed.outputs["DashboardUrl"].rpartition("/")[2] in deployed.dashboards

    def test_the_person_who_deploys_reads_them_last(self, deployed: Observed) -> None:
        closing = deployed.ran.out.splitlines()[-5:]
        assert [line.split()[-1] for line in closing] == [
            deployed.outputs["PageUrl"],
            deployed.outputs["ApiUrl"],
            deployed.outputs["FunctionUrl"],
            "STAGE=dev",
            deployed.outputs["DashboardUrl"],
        ]


def test_the_alarms_are_active(deployed: Observed) -> None:
    names = ("ErrorRate", "Crashes", "Throttles", "SlowFirstToken", "TableErrors", "WrongKeys")
    assert set(deployed.alarms) == {deployed.named(f"Monitoring{name}") for name in names}


def test_an_account_that_the_cdk_has_not_seen_is_bootstrapped_first(deployed: Observed, updated: Observed) -> None:
    assert "bootstrapping it" in deployed.ran.out
    assert "bootstrapping it" not in updated.ran.out


def test_a_diff_finds_nothing_once_it_is_deployed(differences: Ran) -> None:
    assert differences.status == 0, differences.said
    assert "There were no differences" in differences.said


class TestPreflight:
    """MiniStack has no model access and no quotas: the simulated account has them."""

    def test_the_models_terms_are_accepted_before_anything_is_deployed(self, deployed: Observed) -> None:
        output = deployed.ran.out
        steps = ["FAIL  model terms", "Agreed to by --accept-model-terms", "ok    model terms", "bootstrapping it"]
        places = [output.index(step) for step in steps]
        assert places == sorted(places), output

    def test_once_they_are_nothing_stands_in_the_way(self, updated: Observed) -> None:
        assert "FAIL" not in updated.ran.out
        assert "the terms are accepted, the account may call it" in updated.ran.out


class TestChange:
    """A change of two settings of a deployed stage."""

    def test_they_arrive(self, updated: Observed) -> None:
        assert updated.function["Timeout"] == CHANGES["timeout_seconds"]
        assert updated.function["Environment"]["Variables"]["MAX_TOKENS_LIMIT"] == str(CHANGES["max_tokens"])
        assert updated.visits["/config.json"].json()["maxTokens"] == CHANGES["max_tokens"]

    def test_nothing_is_replaced(self, deployed: Observed, updated: Observed) -> None:
        assert updated.resources == deployed.resources
        assert updated.outputs == deployed.outputs
        assert updated.secret["ARN"] == deployed.secret["ARN"]

    def test_the_rest_stays_as_it_was(self, deployed: Observed, updated: Observed) -> None:
        assert updated.function["CodeSha256"] == deployed.function["CodeSha256"]
        assert (updated.bucket, updated.url["Cors"]) == (deployed.bucket, deployed.url["Cors"])


def test_old_versions_of_the_page_go_and_the_current_one_stays(pruned: Pruned) -> None:
    """The deployed pruning function has its role's rights on the deployed bucket, and keeps two versions."""
    assert pruned.answer["Status"] == "SUCCESS"
    assert pruned.before - pruned.after == {f"{'0' * 12}/main.js", f"{'0' * 12}/view/view.js"}
    assert f"{'b' * 12}/main.js" in pruned.after
    assert pruned.after >= set(pruned.current)


def test_destroy_leaves_nothing(destroyed: tuple[Ran, dict[str, list[str]]]) -> None:
    """Only the CDK's own stack is left, with its bucket and its roles."""
    ran, left = destroyed
    assert ran.status == 0, ran.said
    assert {kind: names for kind, names in left.items() if names} == {}
