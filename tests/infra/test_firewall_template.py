"""What must hold of the firewall: no prompt is blocked, one address cannot flood the stage, no key is kept."""

import json
from typing import Any

import pytest

from infra.firewall_rules import COMMON, COUNTED, KNOWN_BAD_INPUTS
from tests.infra.conftest import Synthesise, Synthesised
from tests.infra.reading import flat
from tests.infra.stages import read, refusal

# The groups' rules as AWS documents them, on 2026-11-27.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
RULES = {
    COMMON: {
        *("NoUserAgent_HEADER", "UserAgent_BadBots_HEADER"),
        *(f"SizeRestrictions_{part}" for part in ("QUERYSTRING", "Cookie_HEADER", "BODY", "URIPATH")),
        *(f"EC2MetaDataSSRF_{part}" for part in ("BODY", "COOKIE", "URIPATH", "QUERYARGUMENTS")),
        *(f"GenericLFI_{part}" for part in ("QUERYARGUMENTS", "URIPATH", "BODY")),
        *(f"RestrictedExtensions_{part}" for part in ("URIPATH", "QUERYARGUMENTS")),
        *(f"GenericRFI_{part}" for part in ("QUERYARGUMENTS", "BODY", "URIPATH")),
        *(f"CrossSiteScripting_{part}" for part in ("COOKIE", "QUERYARGUMENTS", "BODY", "URIPATH")),
    },
    KNOWN_BAD_INPUTS: {
        *(f"JavaDeserializationRCE_{part}" for part in ("HEADER", "BODY", "URIPATH", "QUERYSTRING")),
        *("Host_localhost_HEADER", "PROPFIND_METHOD", "ExploitablePaths_URIPATH"),
        *(f"Log4JRCE_{part}" for part in ("HEADER", "QUERYSTRING", "BODY", "URIPATH")),
        "ReactJSRCE_BODY",
    },
}
# Where a prompt travels: the body of POST /v1/..., the query of GET /stream.
OF_A_PROMPT = ("_BODY", "_QUERYSTRING", "_QUERYARGUMENTS")


def rules(made: Synthesised) -> dict[str, dict[str, Any]]:
    return {rule["Name"]: rule for rule in made.only("AWS::WAFv2::WebACL")["Rules"]}


def test_it_stands_before_the_cdn_of_a_stage_that_wants_it(shut: Synthesised) -> None:
    assert shut.only("AWS::WAFv2::WebACL")["Scope"] == "CLOUDFRONT"
    distribution = shut.only("AWS::CloudFront::Distribution")["DistributionConfig"]
    assert flat(distribution["WebACLId"]).startswith("<PageFirewall")


@pytest.mark.parametrize("stage", ["dev", "prod", "us", "changed"])
def test_elsewhere_there_is_none_as_it_has_a_price(stage: str, synthesise: Synthesise) -> None:
    assert synthesise(stage).of_type("AWS::WAFv2::WebACL") == {}


@pytest.mark.parametrize("group", [COMMON, KNOWN_BAD_INPUTS])
def test_what_looks_at_a_prompt_only_counts_and_all_else_blocks(group: str, shut: Synthesised) -> None:
    rule = rules(shut)[group]
    statement = rule["Statement"]["ManagedRuleGroupStatement"]
    counted = {item["Name"] for item in statement["RuleActionOverrides"]}
    assert all(item["ActionToUse"] == {"Count": {}} for item in statement["RuleActionOverrides"])
    assert counted == {name for name in RULES[group] if name.endswith(OF_A_PROMPT)}
    assert rule["OverrideAction"] == {"None": {}}
    assert (statement["VendorName"], "ScopeDownStatement" in statement) == ("AWS", False)
    assert set(COUNTED) == set(RULES)


def test_one_address_gets_a_429_that_clients_wait_after(shut: Synthesised) -> None:
    rate = rules(shut)["Rate"]
    limit = rate["Statement"]["RateBasedStatement"]
    assert (limit["AggregateKeyType"], limit["Limit"], limit["EvaluationWindowSec"]) == ("IP", 2000, 300)
    answer = rate["Action"]["Block"]["CustomResponse"]
    assert (answer["ResponseCode"], answer["ResponseHeaders"]) == (429, [{"Name": "retry-after", "Value": "300"}])
    body = shut.only("AWS::WAFv2::WebACL")["CustomResponseBodies"][answer["CustomResponseBodyKey"]]
    assert json.loads(body["Content"])["error"]["type"] == "rate_limit_error"
    assert rate["Priority"] < min(rules(shut)[name]["Priority"] for name in COUNTED)


def test_no_request_is_kept_as_a_sample_with_its_key(shut: Synthesised) -> None:
    firewall = shut.only("AWS::WAFv2::WebACL")
    seen = [firewall["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in firewall["Rules"])]
    assert {item["SampledRequestsEnabled"] for item in seen} == {False}


@pytest.mark.parametrize(("region", "found"), [("eu-west-1", "eu-west-1"), (None, "none that is known at synth")])
def test_another_region_is_refused_at_synth(region: str | None, found: str) -> None:
    assert refusal(region, waf=True) == (
        "stage prod, waf: expected the region us-east-1, the only one where AWS keeps firewalls for CloudFront, "
        f"found {found}"
    )


def test_a_way_past_it_is_warned_of() -> None:
    (sentence,) = read("us-east-1", waf=True).warnings()
    assert sentence.startswith("stage prod, waf: requests to the function's own address do not pass the firewall")
    assert read("us-east-1", waf=True, direct_url=False).warnings() == []
