"""Whether Bedrock lets this account call the models: Anthropic's usage form, and each model's terms.

What GetFoundationModelAvailability's four answers mean, as far as AWS and its users have said:
- `regionAvailability`: whether the model is offered in this region.
- `agreementAvailability`: whether the account has accepted the model's Marketplace offer. NOT_AVAILABLE: not yet;
  PENDING: accepted, and being put in force (about two minutes, 15 at most); ERROR: refused, with a reason.
- `entitlementAvailability`: whether the Marketplace subscription entitles the account to the model.
- `authorizationStatus`: whether AWS serves the model to this account. NOT_AUTHORIZED is seen without the usage
  form, in new accounts that AWS limits, and now and then where calls succeed all the same.
All four may be good and Bedrock may still refuse: only a call proves that calls work, and `doctor` makes one.
https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import ClientError

from infra.model_access import Model
from tools.preflight.account import Account
from tools.preflight.findings import Consent, Finding, Offer, State, denied, unseen

_PRICES = "https://aws.amazon.com/bedrock/pricing/"
_AGREEMENT_SECONDS = 180.0  # two minutes, as a rule
_LOOK_AGAIN_SECONDS = 2.0


def usage_form(account: Account) -> Iterator[Finding]:
    if account.form_is_sent:
        yield Finding(State.OK, "Anthropic's usage form has been sent in")
    else:
        yield Finding(
            State.BLOCKED,
            "Anthropic's usage form has not been sent in: choose a Claude model at "
            f"{account.model_catalog} and answer what it asks (company, website, who will use it, what for); once "
            "for the account, or once for an organisation in its management account",
        )


def terms(account: Account, models: Sequence[Model]) -> Iterator[Finding]:
    """A finding for each foundation model, whichever profiles lead to it."""
    for foundation_model in dict.fromkeys(model.foundation_model for model in models):
        try:
            yield _judge(account, foundation_model, account.availability(foundation_model))
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("ValidationException", "ResourceNotFoundException"):
                raise
            yield Finding(State.BLOCKED, f"{foundation_model}: Bedrock knows no such model in {account.region}")


def _judge(account: Account, model: str, availability: dict[str, Any]) -> Finding:
    agreement = availability["agreementAvailability"]
    if availability["regionAvailability"] != "AVAILABLE":
        return Finding(
            State.BLOCKED, f"{model} is not offered in {account.region}: choose another region, or another model"
        )
    if agreement["status"] == "ERROR":
        reason = agreement.get("errorMessage") or "without a reason"
        return Finding(
            State.BLOCKED, f"{model}: AWS could not make the agreement ({reason}); see {account.model_catalog}"
        )
    if agreement["status"] == "NOT_AVAILABLE":
        return _not_accepted(account, model)
    return _accepted(model, availability)


def _accepted(model: str, availability: dict[str, Any]) -> Finding:
    if availability["agreementAvailability"]["status"] == "PENDING":
        return Finding(
            State.DOUBTFUL,
            f"{model}: the terms are accepted, and in force within 15 minutes; calls may fail until then",
        )
    if availability["entitlementAvailability"] != "AVAILABLE":
        return Finding(
            State.BLOCKED,
            f"{model}: the terms are accepted and the account is not entitled: it needs a valid payment method for "
            "AWS Marketplace, https://console.aws.amazon.com/billing/home#/paymentpreferences",
        )
    if availability["authorizationStatus"] != "AUTHORIZED":
        return Finding(
            State.DOUBTFUL,
            f"{model}: the terms are accepted, yet AWS reports the account as not authorised. The usage form, a "
            "policy of your organisation or a limit that AWS sets for new accounts can be the reason; if calls "
            "fail, only AWS Support can tell: https://console.aws.amazon.com/support/home",
        )
    return Finding(State.OK, f"{model}: the terms are accepted, the account may call it")


def _not_accepted(account: Account, model: str) -> Finding:
    """Offers to accept the terms: the function's first call could not, as its role has no right to."""
    if _form_is_missing(account):
        return Finding(
            State.BLOCKED, f"{model}: its terms are not accepted; once the usage form is sent in, run this again"
        )
    try:
        offers = account.client("bedrock").list_foundation_model_agreement_offers(modelId=model)["offers"]
    except ClientError as error:
        return Finding(State.BLOCKED, f"{model}: its terms are not accepted; its offer was {unseen(error).said}")
    if len(offers) != 1:
        found = "no offer" if not offers else f"{len(offers)} offers, from which you have to choose"
        return Finding(
            State.BLOCKED, f"{model}: its terms are not accepted, and AWS has {found}: see {account.model_catalog}"
        )
    offer = offers[0]
    question = (
        f"Accept the terms of {model} for this account? You agree to {_eula(offer)} and to its prices, {_PRICES}."
    )
    return Finding(
        State.BLOCKED,
        f"{model}: its terms are not accepted in this account",
        Offer(Consent.TERMS, question, lambda: _accept(account, model, offer["offerToken"])),
    )


def _form_is_missing(account: Account) -> bool:
    try:
        return not account.form_is_sent
    except ClientError:
        return False  # it cannot be read, so nobody knows


def _eula(offer: dict[str, Any]) -> str:
    return str(
        offer["termDetails"]["legalTerm"].get("url") or "its licence agreement, which the offer does not link"
    )


def _accept(account: Account, model: str, token: str) -> Finding:
    try:
        account.client("bedrock").create_foundation_model_agreement(modelId=model, offerToken=token)
    except ClientError as error:
        if "already exists" not in str(error):  # somebody was faster
            return _refused(account, model, error)
    deadline = time.monotonic() + _AGREEMENT_SECONDS
    availability = account.ask_availability(model)
    while availability["agreementAvailability"]["status"] == "PENDING" and time.monotonic() < deadline:
        time.sleep(_LOOK_AGAIN_SECONDS)
        availability = account.ask_availability(model)
    return _judge(account, model, availability)


def _refused(account: Account, model: str, error: ClientError) -> Finding:
    if denied(error):
        return Finding(
            State.BLOCKED,
            f"{model}: your credentials may not accept its terms. Have an administrator allow you "
            "bedrock:CreateFoundationModelAgreement and the Marketplace permissions, or accept them at "
            f"{account.model_catalog}",
        )
    return Finding(
        State.BLOCKED,
        f"{model}: AWS did not make the agreement ({error.response['Error']['Code']}): accept the terms at "
        f"{account.model_catalog}, where it says why",
    )
