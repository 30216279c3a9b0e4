"""What Placetopay answers about a session, in the portal's words.

Source: Placetopay WebCheckout OpenAPI (session query, transaction) and its public PHP client.
"""

from typing import Any

from finportal.adapters.gateways import CURRENCY, Answer, Method, Payment, Status
from finportal.adapters.gateways.errors import AmountUnreadable, AnswerUnreadable, printable
from finportal.adapters.gateways.placetopay_order import KEYWORD
from finportal.adapters.gateways.reading import (
    at,
    centavos_from_pesos,
    moment,
    needed_at,
    text_at,
)

SESSION_STATUS = {
    "PENDING": Status.PENDING,
    "APPROVED": Status.APPROVED,
    "REJECTED": Status.REJECTED,
}
"""Partial states are missing on purpose: no session of ours allows them, so one is an alert."""

PAYMENT_STATUS = {
    "OK": Status.PENDING,
    "PENDING": Status.PENDING,
    "PENDING_CONFIRMATION": Status.PENDING,
    "PENDING_VALIDATION": Status.PENDING,
    "APPROVED": Status.APPROVED,
    "REJECTED": Status.REJECTED,
    "REFUNDED": Status.REVERSED,
}
"""FAILED, ERROR and UNKNOWN of a single payment say nothing sure: they are Status.UNKNOWN."""

METHODS = {
    "pse": Method.PSE,
    "visa": Method.CARD,
    "visa_electron": Method.CARD,
    "master": Method.CARD,
    "maestro": Method.CARD,
    "amex": Method.CARD,
    "diners": Method.CARD,
    "discover": Method.CARD,
    "codensa": Method.CARD,
    "efecty": Method.CASH,
}
FINAL = {Status.APPROVED, Status.REJECTED}
CHARGED = {Status.APPROVED, Status.REVERSED}


def read_session(found: Any, digest: str) -> Answer:
    """A session query as an Answer. Raises AnswerUnreadable, AmountUnreadable."""
    said = needed_at(found, "status.status")
    status = SESSION_STATUS.get(said, Status.UNKNOWN)
    listed = at(found, "payment")
    if not isinstance(listed, list | None):
        raise AnswerUnreadable("payments that are no list")
    payments = tuple(_payment(each) for each in listed or ())
    alerts = [f"Placetopay: session in state {printable(said, 40)}"] * (status is Status.UNKNOWN)
    alerts += [
        f"Placetopay: payment {each.id} in a state that says nothing sure"
        for each in payments
        if each.status is Status.UNKNOWN
    ]
    if status is Status.APPROVED and not any(each.status in CHARGED for each in payments):
        status = Status.UNKNOWN
        alerts.append("Placetopay: an approved session without an approved payment")
    return Answer(
        status=status,
        final=status in FINAL,
        reference=text_at(found, "request.payment.reference"),
        external_id=text_at(found, "requestId") or None,
        payments=payments,
        reason=printable(text_at(found, "status.reason"), 40),
        digest=digest,
        attempt=_field(at(found, "request.fields"), KEYWORD),
        alerts=tuple(alerts),
    )


def _payment(found: Any) -> Payment:
    status = PAYMENT_STATUS.get(needed_at(found, "status.status"), Status.UNKNOWN)
    charged = status in CHARGED
    date = text_at(found, "status.date")
    return Payment(
        id=needed_at(found, "internalReference"),
        status=status,
        reference=text_at(found, "reference"),
        amount=_amount(found, charged=charged),
        currency=text_at(found, "amount.from.currency") or (CURRENCY if not charged else ""),
        method=METHODS.get(text_at(found, "paymentMethod").lower(), Method.OTHER),
        brand=printable(text_at(found, "franchise"), 40),
        authorisation=printable(
            text_at(found, "authorization")
            or _field(at(found, "processorFields"), "trazabilyCode"),
            40,
        ),
        decided_at=moment(date) if charged or date else None,
        reason=printable(text_at(found, "status.reason"), 40),
        refunded=at(found, "refunded") is True,
    )


def _amount(found: Any, *, charged: bool) -> Any:
    """The amount in the session's own currency; a try that took nothing may come without one."""
    try:
        return centavos_from_pesos(at(found, "amount.from.total"))
    except AmountUnreadable:
        if charged:
            raise
        return None


def _field(fields: Any, keyword: str) -> str:
    for each in fields if isinstance(fields, list) else ():
        if at(each, "keyword") == keyword:
            return text_at(each, "value")
    return ""
