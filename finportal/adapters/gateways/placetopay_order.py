"""An order in the words of Placetopay's `POST /api/session`.

Source: Placetopay WebCheckout OpenAPI (session request) and its list of document patterns.
"""

import re
from typing import Any

from finportal.adapters.gateways import CURRENCY, Method, Order, Payer
from finportal.adapters.gateways.errors import OrderUnfit
from finportal.adapters.gateways.reading import pesos

LONGEST_DESCRIPTION = 250
LONGEST_ADDRESS = 255
LONGEST_NAME = 60
LONGEST_EMAIL = 80
KEYWORD = "attempt"
CARDS = "visa,master,amex,diners"
METHODS = {Method.PSE: "pse", Method.CARD: CARDS, Method.CASH: "efecty"}
DOCUMENTS = {
    "CC": ("CC", re.compile(r"[1-9][0-9]{3,9}")),
    "CE": ("CE", re.compile(r"([a-zA-Z]{1,5})?[1-9][0-9]{3,7}")),
    "TI": ("TI", re.compile(r"[1-9][0-9]{4,11}")),
    "NIT": ("NIT", re.compile(r"[1-9][0-9]{6,9}")),
    "PAS": ("PPN", re.compile(r"[a-zA-Z0-9_]{4,16}")),
}


def session_request(order: Order) -> dict[str, Any]:
    """The body of the request, without `auth`. Raises OrderUnfit for an address that is too long.

    What Placetopay would refuse in the payer's data is left out: the customer types it there.
    """
    if max(len(order.return_url), len(order.cancel_url)) > LONGEST_ADDRESS:
        raise OrderUnfit("the way back: 255 signs at most")
    body: dict[str, Any] = {
        "locale": "es_CO",
        "ipAddress": order.ip[:46],
        "userAgent": order.user_agent[:LONGEST_ADDRESS] or "-",
        "returnUrl": order.return_url,
        "expiration": order.expires_at.isoformat(timespec="seconds"),
        "skipResult": True,
        "payment": {
            "reference": order.reference,
            "description": clean(order.description)[:LONGEST_DESCRIPTION],
            "amount": {"currency": CURRENCY, "total": pesos(order.amount)},
            "allowPartial": False,
        },
        "fields": [{"keyword": KEYWORD, "value": order.attempt, "displayOn": "none"}],
        "metadata": _metadata(order),
        "buyer": _buyer(order.payer),
        "cancelUrl": order.cancel_url,
        "paymentMethod": METHODS.get(order.method, "") if order.method else "",
    }
    return {name: value for name, value in body.items() if value not in ("", {})}


def clean(text: str) -> str:
    """A text without the signs that PSE does not take, on one line."""
    return " ".join(text.replace("|", " ").replace('"', " ").split()) or "-"


def _metadata(order: Order) -> dict[str, str]:
    """What PSE asks of merchants in the category "Financial Services"."""
    return {
        **({"openingDate": order.opened_on.isoformat()} if order.opened_on else {}),
        **({"beneficiaryId": order.beneficiary} if order.beneficiary else {}),
    }


def _buyer(payer: Payer) -> dict[str, str]:
    given: dict[str, str] = {}
    name, pattern = DOCUMENTS.get(payer.document_type, ("", None))
    if pattern and pattern.fullmatch(payer.document):
        given |= {"documentType": name, "document": payer.document}
    if payer.name:
        given["name"] = payer.name[:LONGEST_NAME]
    if payer.email and len(payer.email) <= LONGEST_EMAIL:
        given["email"] = payer.email
    if payer.mobile:
        given["mobile"] = payer.mobile[:30]
    return given
