"""Placetopay's side of the wire: checks every login, field and reference, and answers as it does.

Source: Placetopay WebCheckout documentation and OpenAPI. Signatures are written here a second time,
apart from the portal's, so that one mistake cannot agree with itself.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, current_app, url_for

from finportal.demo.gateway.answering import answering, bank, json_reply, read_body
from finportal.demo.gateway.deals import Deal, Try
from finportal.gateway_settings import PlacetopayAccount

SEED_WINDOW = timedelta(minutes=5)
NEEDED = ("ipAddress", "userAgent", "returnUrl", "expiration", "payment")
STATES = {
    "approved": ("APPROVED", "00", "La petición ha sido aprobada exitosamente"),
    "pending": ("PENDING", "PT", "La petición se encuentra activa"),
    "rejected": ("REJECTED", "?C", "La petición ha sido rechazada"),
    "voided": ("APPROVED", "00", "La petición ha sido aprobada exitosamente"),
    "cancelled": ("REJECTED", "MC", "La petición ha sido cancelada por el comercio"),
    "expired": ("REJECTED", "EX", "La petición de pago ha expirado"),
}
TRIES = {
    "approved": ("APPROVED", "00", "Aprobada"),
    "pending": ("PENDING", "PT", "En proceso"),
    "declined": ("REJECTED", "51", "Fondos insuficientes"),
    "voided": ("APPROVED", "00", "Aprobada"),
    "refunded": ("REFUNDED", "00", "Reintegrada"),
}
METHODS = {
    "pse": ("pse", "_PSE_", "Banco de pruebas"),
    "card": ("visa", "CR_VS", "Banco de pruebas"),
    "cash": ("efecty", "EFCTY", "Efecty"),
}
bp = Blueprint("placetopay", __name__)


@bp.post("/api/session")
@answering("start")
def start() -> Response:
    """Open a session."""
    body = read_body()
    if refused := _login_problem(body) or _order_problem(body):
        return refused
    payment = body["payment"]
    if bank().find("placetopay", reference=payment["reference"]):
        return _failed(400, "VAL", "the reference was used before")
    deal = bank().open(
        "placetopay",
        reference=payment["reference"],
        cents=int(Decimal(payment["amount"]["total"]) * 100),
        currency=payment["amount"]["currency"],
        description=payment.get("description", ""),
        return_url=body["returnUrl"],
        expires_at=datetime.fromisoformat(body["expiration"]),
        request={name: value for name, value in body.items() if name != "auth"},
    )
    page = url_for("pages.pay", number=deal.number, token=deal.token, _external=True)
    said = _status("OK", "PC", "La petición se ha procesado correctamente", deal.created_at)
    return json_reply({"status": said, "requestId": deal.number, "processUrl": page})


@bp.post("/api/session/<int:number>")
@answering("ask")
def ask(number: int) -> Response:
    """How a session stands."""
    return _login_problem(read_body()) or _session(number)


@bp.post("/api/session/<int:number>/cancel")
@answering("cancel")
def cancel(number: int) -> Response:
    """Cancel a session that nobody has paid."""
    if refused := _login_problem(read_body()):
        return refused
    deal = bank().find("placetopay", number=number)
    if deal and (deal.approved or deal.under_way):
        return _failed(400, "action_not_allowed", "a payment was approved or is under way")
    if deal:
        deal.cancelled, deal.waiting = True, []
    return _session(number)


@bp.post("/api/transaction")
@answering("reverse")
def reverse() -> Response:
    """Give an approved payment back."""
    body = read_body()
    if refused := _login_problem(body):
        return refused
    for deal in bank().deals:
        for made in deal.tries:
            if deal.gateway == "placetopay" and made.number == body.get("internalReference"):
                return _reversed(deal, made)
    return _failed(404, "404", "no such transaction")


def compose(
    account: PlacetopayAccount, deal: Deal, made: Try, *, forged: bool
) -> tuple[dict[str, str], dict[str, Any]]:
    """The notification of a session's state, signed (with another key if `forged`)."""
    name, reason, message = STATES[deal.state(made.at)]
    said = _status(name, reason, message, made.at)
    key = "another key" if forged else account.secret.get_secret_value()
    signed = f"{deal.number}{name}{said['date']}{key}".encode()
    algorithm = "sha1" if account.sha1_notifications else "sha256"
    signature = hashlib.new(algorithm, signed).hexdigest()
    return {}, {
        "status": said,
        "requestId": deal.number,
        "reference": deal.reference,
        "signature": signature if algorithm == "sha1" else f"sha256:{signature}",
    }


def _session(number: int) -> Response:
    bank().move()
    deal = bank().find("placetopay", number=number)
    if deal is None:
        return _failed(404, "404", "no such session")
    now = bank().clock()
    said = _status(*STATES[deal.state(now)], deal.tries[-1].at if deal.tries else deal.created_at)
    tries = [_transaction(each) for each in reversed(deal.tries)]
    return json_reply(
        {
            "requestId": number,
            "status": said,
            "request": deal.request,
            "payment": tries or None,
            "subscription": None,
        }
    )


def _transaction(made: Try) -> dict[str, Any]:
    method, franchise, issuer = METHODS[made.method]
    amount = {"currency": made.currency, "total": f"{made.cents // 100}.{made.cents % 100:02d}"}
    return {
        "status": _status(*TRIES[made.said], made.at),
        "internalReference": made.number,
        "reference": made.reference,
        "paymentMethod": method,
        "franchise": franchise,
        "issuerName": issuer,
        "amount": {"from": amount, "to": amount, "factor": 1},
        "authorization": made.trace,
        "receipt": made.number,
        "refunded": made.said == "voided",
        "processorFields": [{"keyword": "trazabilyCode", "value": made.trace}],
    }


def _reversed(deal: Deal, made: Try) -> Response:
    if made.said != "approved" or made.method != "card":
        return _failed(400, "action_not_allowed", "the payment cannot be reversed")
    bank().settle(deal, "voided")
    said = _status("APPROVED", "00", "Aprobada", bank().clock())
    return json_reply({"status": said, "payment": {"internalReference": made.number + 900_000}})


def _login_problem(body: dict[str, Any]) -> Response | None:
    """The refusal of a request's `auth`, with the number Placetopay gives each cause."""
    account: PlacetopayAccount = current_app.extensions["placetopay"]
    auth = body.get("auth")
    if not isinstance(auth, dict) or not {"login", "seed", "nonce", "tranKey"} <= auth.keys():
        return _failed(401, 401, "100")
    if auth["login"] != account.login:
        return _failed(401, 401, "101")
    try:
        raw = base64.b64decode(auth["nonce"], validate=True)
        seed = datetime.fromisoformat(auth["seed"])
        drift = abs(bank().clock() - seed)
    except (ValueError, TypeError, binascii.Error):
        return _failed(401, 401, "102")
    if drift > SEED_WINDOW:
        return _failed(401, 401, "103")
    signed = raw + auth["seed"].encode() + account.secret.get_secret_value().encode()
    algorithm = "sha1" if account.sha1_login else "sha256"
    expected = base64.b64encode(hashlib.new(algorithm, signed).digest())
    with bank().lock:
        used = auth["nonce"] in bank().nonces
        recent = bank().clock() - 2 * SEED_WINDOW
        kept = {nonce: when for nonce, when in bank().nonces.items() if when > recent}
        bank().nonces = kept | {auth["nonce"]: seed}
    if used or not hmac.compare_digest(expected, str(auth["tranKey"]).encode()):
        return _failed(401, 401, "102")
    return None


def _order_problem(body: dict[str, Any]) -> Response | None:
    missing = [name for name in NEEDED if not body.get(name)]
    if missing:
        return _failed(400, "VAL", f"missing: {', '.join(missing)}")
    payment = body["payment"]
    total = payment.get("amount", {}).get("total")
    checks = {
        "reference": 1 <= len(payment.get("reference", "")) <= 32,  # noqa: PLR2004
        "description": 1 <= len(payment.get("description", "")) <= 250,  # noqa: PLR2004
        "total": type(total) in {int, Decimal} and total > 0,
        "currency": payment.get("amount", {}).get("currency") == "COP",
        "returnUrl": len(body["returnUrl"]) <= 255,  # noqa: PLR2004
        "expiration": datetime.fromisoformat(body["expiration"])
        >= bank().clock() + timedelta(minutes=5),
    }
    wrong = [name for name, holds in checks.items() if not holds]
    return _failed(400, "VAL", f"wrong: {', '.join(wrong)}") if wrong else None


def _status(name: str, reason: object, message: str, at: datetime) -> dict[str, Any]:
    bogota = (at - timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%S-05:00")
    return {"status": name, "reason": reason, "message": message, "date": bogota}


def _failed(status: int, reason: object, message: str) -> Response:
    return json_reply({"status": _status("FAILED", reason, message, bank().clock())}, status)
