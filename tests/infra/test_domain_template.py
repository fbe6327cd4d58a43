"""What must hold of a domain of one's own: its certificate, the TLS version, the records, the addresses."""

from typing import Any

import pytest

from infra.domain import domain
from infra.setting_values import Unusable
from tests.infra.conftest import CERTIFICATE, Synthesise, Synthesised
from tests.infra.reading import ADDRESS, flat
from tests.infra.stages import read, refusal

NAME, ZONE = "chat.example.com", "Z0123456789ABCDEFGHIJ"
GIVEN = {"name": NAME, "certificate_arn": CERTIFICATE}
CDN = "<PageDistributionFBB4E0B8.DomainName>"


def config(made: Synthesised) -> dict[str, Any]:
    found: dict[str, Any] = made.only("AWS::CloudFront::Distribution")["DistributionConfig"]
    return found


def outputs(made: Synthesised) -> dict[str, str]:
    return {name: flat(output["Value"]) for name, output in made.template["Outputs"].items()}


class TestDistribution:
    @pytest.mark.parametrize("stage", ["changed", "shut"])
    def test_it_answers_by_that_name_from_tls_1_2_on(self, stage: str, synthesise: Synthesise) -> None:
        found = config(synthesise(stage))
        assert found["Aliases"] == [NAME]
        assert found["ViewerCertificate"] == {
            "AcmCertificateArn": CERTIFICATE,
            "MinimumProtocolVersion": "TLSv1.2_2025",
            "SslSupportMethod": "sni-only",
        }

    @pytest.mark.parametrize("stage", ["dev", "us"])
    def test_without_one_it_has_cloudfronts_own(self, stage: str, synthesise: Synthesise) -> None:
        assert not {"Aliases", "ViewerCertificate"} & set(config(synthesise(stage)))

    def test_hosts_below_it_may_still_speak_plain_http(self, shut: Synthesised) -> None:
        for policy in shut.of_type("AWS::CloudFront::ResponseHeadersPolicy").values():
            sent = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
            assert sent["StrictTransportSecurity"]["IncludeSubdomains"] is False


class TestRecords:
    def test_the_zone_leads_there_over_both_protocols(self, shut: Synthesised) -> None:
        records = list(shut.of_type("AWS::Route53::RecordSet").values())
        assert {(item["Name"], item["Type"], item["HostedZoneId"]) for item in records} == {
            (f"{NAME}.", "A", ZONE),
            (f"{NAME}.", "AAAA", ZONE),
        }
        assert {flat(item["AliasTarget"]["DNSName"]) for item in records} == {CDN}

    def test_without_a_zone_they_are_made_elsewhere_with_what_the_output_says(self, changed: Synthesised) -> None:
        assert changed.of_type("AWS::Route53::RecordSet") == {}
        assert outputs(changed)["CdnDomain"] == CDN


class TestAddresses:
    """The four combinations: the API behind the CDN or not, with a domain or without."""

    @pytest.mark.parametrize(
        ("stage", "page", "api"),
        [
            ("dev", f"https://{CDN}", f"https://{CDN}"),
            ("us", f"https://{CDN}", ADDRESS),
            ("changed", f"https://{NAME}", ADDRESS),
            ("shut", f"https://{NAME}", f"https://{NAME}"),
        ],
    )
    def test_people_are_given(self, stage: str, page: str, api: str, synthesise: Synthesise) -> None:
        given = outputs(synthesise(stage))
        assert (given["PageUrl"], given["ApiUrl"]) == (f"{page}/", api)

    @pytest.mark.parametrize(("stage", "given"), [("dev", True), ("us", True), ("changed", True), ("shut", False)])
    def test_the_functions_own_address_only_where_it_answers(
        self, stage: str, given: bool, synthesise: Synthesise
    ) -> None:
        assert ("FunctionUrl" in outputs(synthesise(stage))) is given


class TestSetting:
    def test_what_is_taken(self) -> None:
        assert domain({**GIVEN, "hosted_zone_id": ZONE}).hosted_zone_id == ZONE
        assert domain({**GIVEN, "name": "example.com"}).hosted_zone_id is None

    @pytest.mark.parametrize(
        ("value", "says"),
        [
            (
                {**GIVEN, "certificate_arn": CERTIFICATE.replace("us-east-1", "eu-west-1")},
                "a certificate in us-east-1",
            ),
            ({**GIVEN, "certificate_arn": "arn:aws:iam::123456789012:server-certificate/x"}, "certificate of ACM"),
            ({**GIVEN, "name": "https://chat.example.com"}, "without https://"),
            ({**GIVEN, "name": "*.example.com"}, "without \\*"),
            ({**GIVEN, "name": "Chat.example.com"}, "lower case"),
            ({**GIVEN, "name": "chat.example.com."}, "a host"),
            ({**GIVEN, "name": "localhost"}, "a host"),
            ({**GIVEN, "hosted_zone_id": "example.com"}, "the id of a zone"),
            ({"name": NAME}, "an object with"),
            ({**GIVEN, "zone": ZONE}, "an object with"),
        ],
    )
    def test_what_is_refused(self, value: object, says: str) -> None:
        with pytest.raises(Unusable, match=says):
            domain(value)

    def test_a_certificate_of_another_account_than_the_stages(self) -> None:
        assert refusal(domain=GIVEN, account="210987654321") == (
            "stage prod, domain: expected a certificate of account 210987654321, found one of 123456789012"
        )
        assert read(domain=GIVEN, account="123456789012").domain is not None
