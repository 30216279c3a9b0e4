"""Wompi's side of the wire: checks keys and the integrity signature, and answers as it does.

Source: Wompi documentation, "Widget & Checkout Web", "Transacciones", "Eventos". Signatures are
written here a second time, apart from the portal's, so that one mistake cannot agree with itself.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from finportal.demo.gateway.answering import answering, bank, json_reply
from finportal.demo.gateway.deals import Deal, Try
from finportal.gateway_settings import WompiAccount

PROPERTIES = ("id", "status", "amount_in_cents")
STATES = {
    "approved": "APPROVED",
    "pending": "PENDING",
    "declined": "DECLINED",
    "voided": "VOIDED",
    "refunded": "VOIDED",
}
METHODS = {"pse": "PSE", "card": "CARD", "cash": "BANCOLOMBIA_COLLECT"}
NEEDED = ("public-key", "currency", "amount-in-cents", "reference", "signature:integrity")
bp = Blueprint("wompi", __name__)


@bp.get("/p/")
def checkout() -> AnyResponse:
    """The address that the portal signed: an order is made of it, once."""
    given = request.args
    account: WompiAccount = current_app.extensions["wompi"]
    if any(not given.get(name) for name in NEEDED) or given["public-key"] != account.public_key:
        abort(422, "Faltan datos del pago o la llave pública no es de este comercio.")
    expiration = given.get("expiration-time", "")
    signed = f"{given['reference']}{given['amount-in-cents']}{given['currency']}{expiration}"
    secret = account.integrity_secret.get_secret_value()
    expected = hashlib.sha256(f"{signed}{secret}".encode()).hexdigest()
    if not hmac.compare_digest(expected.encode(), given["signature:integrity"].encode()):
        abort(403, "La firma de integridad no es válida.")
    deal = bank().find("wompi", reference=given["reference"]) or _opened(expiration)
    return redirect(url_for("pages.pay", number=deal.number, token=deal.token), 303)


@bp.get("/v1/transactions")
@answering("ask")
def by_reference() -> Response:
    """Every transaction under a reference, newest first; needs the private key."""
    account: WompiAccount = current_app.extensions["wompi"]
    if refused := _key_problem(account.private_key.get_secret_value()):
        return refused
    bank().move()
    wanted = request.args.get("reference", "")
    deal = bank().find("wompi", reference=wanted)
    found = [_transaction(deal, made) for made in reversed(deal.tries)] if deal else []
    return json_reply({"data": found, "meta": {}})


@bp.get("/v1/transactions/<own_id>")
@answering("ask")
def by_id(own_id: str) -> Response:
    """One transaction; needs the public key."""
    account: WompiAccount = current_app.extensions["wompi"]
    if refused := _key_problem(account.public_key, account.private_key.get_secret_value()):
        return refused
    bank().move()
    found = _found(own_id)
    return json_reply({"data": _transaction(*found), "meta": {}}) if found else _unknown()


@bp.post("/v1/transactions/<own_id>/void")
@answering("reverse")
def void(own_id: str) -> Response:
    """Void a card payment; the answer has no body."""
    account: WompiAccount = current_app.extensions["wompi"]
    if refused := _key_problem(account.private_key.get_secret_value()):
        return refused
    found = _found(own_id)
    if found is None:
        return _unknown()
    deal, made = found
    if made.said != "approved" or made.method != "card":
        return json_reply({"error": {"type": "INPUT_VALIDATION_ERROR"}}, 422)
    bank().settle(deal, "voided")
    return Response(b"", 201)


def compose(
    account: WompiAccount, deal: Deal, made: Try, *, forged: bool
) -> tuple[dict[str, str], dict[str, Any]]:
    """The header and body of an event, signed (with another secret if `forged`)."""
    transaction = _transaction(deal, made)
    timestamp = int(made.at.timestamp())
    secret = "another secret" if forged else account.events_secret.get_secret_value()
    signed = "".join(str(transaction[name]) for name in PROPERTIES) + f"{timestamp}{secret}"
    checksum = hashlib.sha256(signed.encode()).hexdigest().upper()
    return {"X-Event-Checksum": checksum}, {
        "event": "transaction.updated",
        "data": {"transaction": transaction},
        "environment": account.environment,
        "signature": {
            "properties": [f"transaction.{name}" for name in PROPERTIES],
            "checksum": checksum,
        },
        "timestamp": timestamp,
        "sent_at": _time(made.at),
    }


def transaction_id(deal: Deal, made: Try) -> str:
    """The id of a try, in the form Wompi gives them."""
    return f"{deal.number}-{int(deal.created_at.timestamp())}-{made.number}"


def _opened(expiration: str) -> Deal:
    given = request.args
    if not given["amount-in-cents"].isdecimal() or given["currency"] != "COP":
        abort(422, "El valor o la moneda no son válidos.")
    try:
        expires_at = datetime.fromisoformat(expiration or "9999-01-01T00:00:00Z")
    except ValueError:
        abort(422, "La fecha de vencimiento no es válida.")
    return bank().open(
        "wompi",
        reference=given["reference"],
        cents=int(given["amount-in-cents"]),
        currency=given["currency"],
        description=f"Referencia {given['reference']}",
        return_url=given.get("redirect-url", ""),
        expires_at=expires_at,
    )


def _found(own_id: str) -> tuple[Deal, Try] | None:
    for deal in bank().deals:
        for made in deal.tries:
            if deal.gateway == "wompi" and transaction_id(deal, made) == own_id:
                return deal, made
    return None


def _transaction(deal: Deal, made: Try) -> dict[str, Any]:
    kind = METHODS[made.method]
    extra = {"traceability_code": made.trace} if kind == "PSE" else {"brand": "VISA"}
    return {
        "id": transaction_id(deal, made),
        "created_at": _time(deal.created_at),
        "finalized_at": None if made.said == "pending" else _time(made.at),
        "amount_in_cents": made.cents,
        "reference": made.reference,
        "currency": made.currency,
        "payment_method_type": kind,
        "payment_method": {"type": kind, "extra": extra},
        "status": STATES[made.said],
        "status_message": "Fondos insuficientes" if made.said == "declined" else None,
        "redirect_url": deal.return_url,
    }


def _key_problem(*keys: str) -> Response | None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if any(hmac.compare_digest(given, key.encode()) for key in keys):
        return None
    error = {"type": "INVALID_ACCESS_TOKEN", "reason": "La llave no es válida"}
    return json_reply({"error": error}, 401)


def _unknown() -> Response:
    return json_reply({"error": {"type": "NOT_FOUND_ERROR", "reason": "No existe"}}, 404)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
