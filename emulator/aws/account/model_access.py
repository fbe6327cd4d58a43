"""Bedrock's side of model access: the usage form, offers and agreements.

Assumed, as AWS does not document it: no agreement before the usage form is sent.
"""

import base64
from collections.abc import Mapping
from typing import Any

from emulator.aws.account.permissions import allow
from emulator.aws.account.state import Account
from emulator.aws.error import ServiceError, invalid

_SUBSCRIBE = ("aws-marketplace:Subscribe", "aws-marketplace:ViewSubscriptions")


def availability(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    model = parameters["modelId"]
    if model in account.unknown:
        raise invalid("The provided model identifier is invalid.")
    status = account.agreements.get(model, "NOT_AVAILABLE")
    if status.startswith("PENDING"):
        looks = int(status.partition(" ")[2] or "1")
        account.agreements[model] = f"PENDING {looks - 1}" if looks > 1 else "AVAILABLE"
    shown, _, reason = status.partition(" ")
    agreement = {"status": shown} | ({"errorMessage": reason} if shown == "ERROR" else {})
    return {
        "modelId": model,
        "agreementAvailability": agreement,
        "authorizationStatus": "AUTHORIZED" if account.authorised else "NOT_AUTHORIZED",
        "entitlementAvailability": "AVAILABLE" if account.entitled else "NOT_AVAILABLE",
        "regionAvailability": "NOT_AVAILABLE" if model in account.not_offered else "AVAILABLE",
    }


def offers(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    allow(account, "aws-marketplace:ViewSubscriptions")
    model = parameters["modelId"]
    terms = {
        "usageBasedPricingTerm": {
            "rateCard": [
                {"dimension": "input", "price": "0.0001", "description": "1K input tokens", "unit": "Units"}
            ]
        },
        "legalTerm": {"url": f"https://aws-mp.example/eula/{model}"},
        "supportTerm": {"refundPolicyDescription": "No refunds."},
    }
    found = [
        {"offerId": f"offer-{number}", "offerToken": _token(model, number), "termDetails": terms}
        for number in range(account.offers)
    ]
    return {"modelId": model, "offers": found}


def agree(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    allow(account, *_SUBSCRIBE)
    model = parameters["modelId"]
    if parameters["offerToken"] not in [_token(model, number) for number in range(account.offers)]:
        raise invalid("The provided offer token is invalid.")
    if account.form is None:
        raise invalid("Model use case details have not been submitted for this account.")
    if account.agreements.get(model, "NOT_AVAILABLE") != "NOT_AVAILABLE":
        raise invalid("Could not create agreement - Agreement already exists")
    account.agreements[model] = f"PENDING {account.pending_looks}" if account.pending_looks else "AVAILABLE"
    return {"modelId": model}


def _token(model: str, number: int) -> str:
    return base64.b64encode(f"{model}/{number}".encode()).decode()


def form(account: Account, _: Mapping[str, Any]) -> dict[str, Any]:
    if account.form is None:
        raise ServiceError(404, "ResourceNotFoundException", "Use case details were not found for this account.")
    return {"formData": base64.b64encode(account.form).decode()}
