"""What customers could not do or reported, for an operator to look into."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from finportal.adapters.database import Database
from finportal.models import AuditEvent, Mismatch
from finportal.services import audit, operators
from finportal.services.errors import Refused
from finportal.services.operators import Operator
from finportal.services.visits import Surroundings

MOST = 100
IMAGE = "image_not_recognised"


class UnknownReport(Refused):
    """There is no such report."""


class AlreadyHandled(Refused):
    """Somebody has handled it."""


@dataclass(frozen=True, slots=True)
class Report:
    """Something that happened to somebody, as far as it was kept: every datum masked."""

    id: int
    at: datetime
    who: str
    network: str
    handled_at: datetime | None = None


def mismatches(
    db: Database, operator: Operator, around: Surroundings, *, waiting: bool = False
) -> list[Report]:
    """Registrations that did not match, the newest 100 first; only what waits when asked."""
    query = select(Mismatch).order_by(Mismatch.id.desc()).limit(MOST)
    if waiting:
        query = query.where(Mismatch.handled_at.is_(None))
    with db.write() as session:
        operators.note_look(session, operator, around, "mismatches")
        return [_mismatch(row) for row in session.scalars(query)]


def handled(db: Database, mismatch_id: int, operator: Operator, around: Surroundings) -> None:
    """Somebody looked into a mismatch. Raises UnknownReport and AlreadyHandled."""
    with db.write() as session:
        this = update(Mismatch).where(Mismatch.id == mismatch_id, Mismatch.handled_at.is_(None))
        marked = session.execute(this.values(handled_at=around.now).returning(Mismatch.id))
        if marked.one_or_none() is None:
            if session.get(Mismatch, mismatch_id) is None:
                raise UnknownReport(f"there is no mismatch {mismatch_id}")
            raise AlreadyHandled(f"mismatch {mismatch_id} was handled already")
        detail = operators.told(operator, f"mismatch {mismatch_id}")
        audit.record(session, "mismatch_handled", around, detail=detail)


def images(db: Database, operator: Operator, around: Surroundings) -> list[Report]:
    """Visitors who did not recognise the image ("No es mi imagen"), the newest 100 first."""
    query = select(AuditEvent).where(AuditEvent.kind == IMAGE).order_by(AuditEvent.id.desc())
    with db.write() as session:
        operators.note_look(session, operator, around, "image reports")
        rows = session.scalars(query.limit(MOST))
        return [Report(row.id, row.at, row.detail, row.network) for row in rows]


def _mismatch(row: Mismatch) -> Report:
    who = f"{row.id_type} {row.id_number_masked}  {row.email_masked}  {row.mobile_masked}"
    return Report(row.id, row.at, who, row.network, row.handled_at)
