"""Held money that its gateway gave back meanwhile: noted in the trail, and never posted."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.adapters.gateways import Payment
from finportal.models import AuditEvent, HeldPayment, HeldResolution
from finportal.services import audit
from finportal.services.payments.desk import source_of
from finportal.services.visits import Surroundings

VOIDED = "held_payment_voided"
"""What the trail calls money that the gateway gave back while it was held."""
_WAITING = (
    select(HeldPayment)
    .outerjoin(HeldResolution, HeldResolution.held_id == HeldPayment.id)
    .where(HeldResolution.id.is_(None))
)


def void(session: Session, gateway: str, payment: Payment, around: Surroundings) -> bool:
    """Note that the gateway gave money back which waits here; False if the same does not wait."""
    source = source_of(gateway)
    query = _WAITING.where(HeldPayment.source == source, HeldPayment.source_key == payment.id)
    held = session.scalars(query).one_or_none()
    if held is None or held.amount != payment.amount:
        return False
    if not is_voided(session, held):
        audit.record(session, VOIDED, around, detail=_name(held))
    return True


def is_voided(session: Session, held: HeldPayment) -> bool:
    """Whether the gateway was heard to have given this money back: nobody may post it."""
    told = (AuditEvent.kind == VOIDED, AuditEvent.detail == _name(held))
    return session.scalar(select(AuditEvent.id).where(*told).limit(1)) is not None


def waiting_of(session: Session, source: str, keys: list[str]) -> list[str]:
    """Which of these keys wait for a person."""
    same = (HeldPayment.source == source, HeldPayment.source_key.in_(keys))
    return [one.source_key for one in session.scalars(_WAITING.where(*same))]


def _name(held: HeldPayment) -> str:
    return f"{held.source}:{held.source_key}"
