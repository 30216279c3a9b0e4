"""Letters and text messages that failed for good: listed for an operator, and put back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import OutboxMail
from finportal.models.mail import FAILED
from finportal.services import audit, operators, outbox
from finportal.services.errors import Refused
from finportal.services.operators import Operator
from finportal.services.visits import Surroundings


class NotFailed(Refused):
    """The letter did not fail, or its content was erased."""


@dataclass(frozen=True, slots=True)
class FailedMail:
    """A letter that nobody will send again by itself, its recipient masked."""

    id: int
    created_at: datetime
    kind: str
    to: str
    error: str


def failed(db: Database, operator: Operator, around: Surroundings) -> list[FailedMail]:
    """The letters that failed, the newest first; the look is told in the trail."""
    query = (
        select(OutboxMail).where(OutboxMail.state == FAILED).order_by(OutboxMail.created_at.desc())
    )
    with db.write() as session:
        operators.note_look(session, operator, around, "failed mail")
        return [
            FailedMail(
                row.id,
                row.created_at,
                row.kind,
                outbox.masked_recipient(row.recipient),
                row.last_error or "",
            )
            for row in session.scalars(query)
        ]


def retry(db: Database, mail_id: int, operator: Operator, around: Surroundings) -> None:
    """Put a failed letter back in the outbox. Raises NotFailed."""
    with db.write() as session:
        if not outbox.retry(session, mail_id, around.now):
            raise NotFailed(f"letter {mail_id} did not fail, or its content was erased")
        account_id = session.scalar(select(OutboxMail.account_id).where(OutboxMail.id == mail_id))
        detail = operators.told(operator, f"letter {mail_id}")
        audit.record(session, "mail_retried", around, account_id=account_id, detail=detail)
