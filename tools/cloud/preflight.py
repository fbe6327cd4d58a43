"""`make preflight`, and the same look before a deployment: what would make the first call fail."""

import argparse
import json
from collections.abc import Sequence

from infra.settings import Settings, SettingsError
from tools.cloud.cdk import ROOT
from tools.cloud.consent import somebody_is_there, typed
from tools.cloud.target import Missing, Target, find_target
from tools.preflight.checks import checks
from tools.preflight.findings import Consent, Finding, Offer, State


def preflight(options: argparse.Namespace) -> int:
    target = find_target(options.stage)
    print(f"stage {target.stage} -> account {target.account}, {target.region}", flush=True)
    blocked = look(target, options)
    print(_summary(blocked))
    return 1 if blocked else 0


def look(target: Target, options: argparse.Namespace) -> list[Finding]:
    """Prints a line for each finding, does what the person agrees to, and returns what goes on blocking."""
    settings = _settings(target)
    blocked = []
    for check in checks(target.region, settings.models, settings.reserved_concurrency):
        for finding in check.findings():
            _print(check.name, finding)
            if finding.offer and _agrees(finding.offer, options):
                finding = finding.offer.accept()  # noqa: PLW2901 (what holds from here on)
                _print(check.name, finding)
            if finding.state is State.BLOCKED:
                blocked.append(finding)
    return blocked


def may_go_on(blocked: Sequence[Finding], options: argparse.Namespace) -> bool:
    """Whether to deploy in spite of what blocks the first call. It is asked only where somebody can answer."""
    if not blocked:
        return True
    print(f"{_summary(blocked)} The deployment itself can be made; calls fail until that is seen to.", flush=True)
    decided = any(option.startswith("--require-approval") for option in options.more)
    if options.yes or decided or not somebody_is_there():
        return True
    return typed("yes")


def _settings(target: Target) -> Settings:
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"stage": target.stage}
    try:
        return Settings.from_context(context, default_region=target.region)
    except SettingsError as error:
        raise Missing(str(error)) from None


def _agrees(offer: Offer, options: argparse.Namespace) -> bool:
    """Consent to terms is never part of --yes: each kind has an option of its own."""
    print(f"      {offer.question}", flush=True)
    given = {Consent.TERMS: options.accept_model_terms, Consent.QUOTA: options.request_quotas}[offer.consent]
    if given:
        print(f"      Agreed to by {offer.consent.value}.", flush=True)
        return True
    if somebody_is_there():
        return typed("accept" if offer.consent is Consent.TERMS else "yes")
    print(f"      Run it in a terminal to be asked, or with ARGS={offer.consent.value}.", flush=True)
    return False


def _print(name: str, finding: Finding) -> None:
    print(f"{finding.state.value:<4}  {name:<13} {finding.said}", flush=True)


def _summary(blocked: Sequence[Finding]) -> str:
    if not blocked:
        return "Nothing was found that stands in the way of the first call."
    things = "One thing stands" if len(blocked) == 1 else f"{len(blocked)} things stand"
    return f"{things} in the way of the first call."
