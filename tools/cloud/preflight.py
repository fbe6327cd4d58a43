"""`make preflight`, and the same look before a deployment: what would make the first call fail."""

import argparse
import json
from collections.abc import Sequence

from infra.settings import Settings, UnusableSettings
from tools.cloud.cdk import ROOT
from tools.cloud.consent import may_be_asked, typed
from tools.cloud.target import Missing, Target, find_target
from tools.preflight.checks import checks
from tools.preflight.findings import Consent, Finding, Offer, State


def preflight(options: argparse.Namespace) -> int:
    target = find_target(options.stage)
    print(f"stage {target.stage} -> account {target.account}, {target.region}", flush=True)
    findings = look(target, options)
    print(_summary(findings))
    return 1 if _blocked(findings) else 0


def look(target: Target, options: argparse.Namespace) -> list[Finding]:
    """Prints a line for each finding, does what the person agrees to, and returns what holds afterwards."""
    settings = _settings(target)
    findings = []
    for check in checks(target.region, settings.models, settings.reserved_concurrency):
        for finding in check.findings():
            _print(check.name, finding)
            if finding.offer and _agrees(finding.offer, options):
                finding = finding.offer.accept()  # noqa: PLW2901 (what holds from here on)
                _print(check.name, finding)
            findings.append(finding)
    return findings


def may_go_on(findings: Sequence[Finding], options: argparse.Namespace) -> bool:
    """Whether to deploy in spite of what blocks the first call. A person is asked only at a terminal."""
    if not _blocked(findings):
        return True
    print(f"{_summary(findings)} The deployment itself can be made; calls fail until that is seen to.", flush=True)
    return options.yes or not may_be_asked(options) or typed("yes")


def _settings(target: Target) -> Settings:
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"stage": target.stage}
    try:
        return Settings.from_context(context, default_region=target.region)
    except UnusableSettings as error:
        raise Missing(str(error)) from None


def _agrees(offer: Offer, options: argparse.Namespace) -> bool:
    """Consent to terms is never part of --yes: each kind has an option of its own."""
    print(f"      {offer.question}", flush=True)
    given = {Consent.TERMS: options.accept_model_terms, Consent.QUOTA: options.request_quotas}[offer.consent]
    if given:
        print(f"      Agreed to by {offer.consent.value}.", flush=True)
        return True
    if may_be_asked(options):
        return typed("accept" if offer.consent is Consent.TERMS else "yes")
    print(f"      Run it in a terminal to be asked, or with ARGS={offer.consent.value}.", flush=True)
    return False


def _print(name: str, finding: Finding) -> None:
    print(f"{finding.state.value:<4}  {name:<13} {finding.said}", flush=True)


def _blocked(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.state is State.BLOCKED]


def _summary(findings: Sequence[Finding]) -> str:
    number = len(_blocked(findings))
    if number:
        return f"{'One thing stands' if number == 1 else f'{number} things stand'} in the way of the first call."
    doubts = sum(finding.state is not State.OK for finding in findings)
    found = "Nothing was found that stands in the way of the first call"
    return f"{found}; see the lines above that are not ok." if doubts else f"{found}."
