"""What Wompi answers about transactions, in the portal's words.

Source: Wompi documentation, "Transacciones" and "Métodos de pago", and its OpenAPI.
"""

from datetime import datetime, timedelta
from typing import Any

from finportal.adapters.gateways import Answer, Asked, Method, Payment, Status
from finportal.adapters.gateways.errors import AmountUnreadable, AnswerUnreadable, printable
from finportal.adapters.gateways.reading import (
    at,
    centavos_from_cents,
    moment,
    needed_at,
    text_at,
)

PAYMENT_STATUS = {
    "PENDING": Status.PENDING,
    "APPROVED": Status.APPROVED,
    "DECLINED": Status.REJECTED,
    "ERROR": Status.REJECTED,
    "VOIDED": Status.REVERSED,
}
METHODS = {
    "CARD": Method.CARD,
    "PSE": Method.PSE,
    "BANCOLOMBIA_COLLECT": Method.CASH,
    "BANCOLOMBIA_TRANSFER": Method.BANK,
}
CHARGED = {Status.APPROVED, Status.REVERSED}
STRONGEST_FIRST = (
    Status.APPROVED,
    Status.PENDING,
    Status.UNKNOWN,
    Status.REVERSED,
    Status.REJECTED,
)
"""What several tries under one reference amount to: the first of these that one of them has."""

RETRY_WINDOW = timedelta(minutes=3)
"""After a refused try the page offers another method under the same reference, for so long."""


def read_transaction(found: Any) -> Payment:
    """One transaction of Wompi. Raises AnswerUnreadable, AmountUnreadable."""
    status = PAYMENT_STATUS.get(needed_at(found, "status"), Status.UNKNOWN)
    charged = status in CHARGED
    date = text_at(found, "finalized_at") or text_at(found, "created_at")
    extra = at(found, "payment_method.extra")
    return Payment(
        id=needed_at(found, "id"),
        status=status,
        reference=text_at(found, "reference"),
        amount=_amount(found, charged=charged),
        currency=text_at(found, "currency"),
        method=METHODS.get(text_at(found, "payment_method_type"), Method.OTHER),
        brand=printable(text_at(extra, "brand") or text_at(found, "payment_method_type"), 40),
        authorisation=printable(
            text_at(extra, "traceability_code") or text_at(extra, "external_identifier"), 40
        ),
        decided_at=moment(date) if charged or date else None,
        reason=printable(text_at(found, "status_message")),
    )


def read_transactions(asked: Asked, found: list[Any], now: datetime, digest: str) -> Answer:
    """All transactions found for an attempt as one Answer.

    One with another reference stays among the payments, so that it can be looked into, and does
    not count. None at all is pending: the customer has not chosen a method yet.
    """
    if not all(isinstance(each, dict) for each in found):
        raise AnswerUnreadable("transactions that are no objects")
    payments = sorted(map(read_transaction, found), key=_newest, reverse=True)
    own = [each for each in payments if each.reference == asked.reference]
    statuses = {each.status for each in own}
    status = next((each for each in STRONGEST_FIRST if each in statuses), Status.PENDING)
    alerts = [
        f"Wompi: transaction {printable(each.id, 60)} in a state we do not know"
        for each in own
        if each.status is Status.UNKNOWN
    ]
    alerts += ["Wompi: a transaction under another reference"] * (len(own) < len(payments))
    return Answer(
        status=status,
        final=_final(status, own, now),
        reference=own[0].reference if own else "",
        external_id=own[0].id if own else None,
        payments=tuple(payments),
        reason=own[0].reason if own else "",
        digest=digest,
        alerts=tuple(alerts),
    )


def _final(status: Status, own: list[Payment], now: datetime) -> bool:
    if status is not Status.REJECTED:
        return status in CHARGED
    return all(each.decided_at and each.decided_at + RETRY_WINDOW <= now for each in own)


def _newest(payment: Payment) -> str:
    return payment.decided_at.isoformat() if payment.decided_at else ""


def _amount(found: Any, *, charged: bool) -> Any:
    """The amount; a try that took nothing may come without one."""
    try:
        return centavos_from_cents(at(found, "amount_in_cents"))
    except AmountUnreadable:
        if charged:
            raise
        return None
