"""The release of a vehicle's lien: how far it has come, as papers and the lender's team say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database, Link
from finportal.models import DocumentVoid, IssuedDocument, LienStep, Loan
from finportal.models.documents import LIEN_STEPS
from finportal.services import audit, projections
from finportal.services.days import bogota_day
from finportal.services.errors import Refused
from finportal.services.ledger import Credit
from finportal.services.visits import Surroundings

PAID, LETTER = "paid", "letter"
STAGES = (PAID, LETTER, *LIEN_STEPS)
LOANS_A_ROUND = 200

_letters = (
    select(IssuedDocument.loan_id, func.min(IssuedDocument.issued_at).label("issued_at"))
    .outerjoin(DocumentVoid, DocumentVoid.document_id == IssuedDocument.id)
    .where(IssuedDocument.kind == "lien_release", DocumentVoid.id.is_(None))
    .group_by(IssuedDocument.loan_id)
)
_LETTER = _letters.where(IssuedDocument.loan_id == bindparam("loan_id"))
_STEPS = select(LienStep.loan_id, LienStep.step, LienStep.done_on).where(
    LienStep.loan_id.in_(bindparam("loan_ids", expanding=True))
)
_issued = _letters.subquery()
_NEXT = (
    select(Loan.id, Loan.loan_number, Loan.customer_id, _issued.c.issued_at)
    .join(_issued, _issued.c.loan_id == Loan.id)
    .where(Loan.id > bindparam("after"))
    .order_by(Loan.id)
    .limit(LOANS_A_ROUND)
)
_LOAN = select(Loan.id, Loan.customer_id).where(Loan.loan_number == bindparam("loan_number"))


class UnknownCredit(Refused):
    """There is no credit of this number."""


class OutOfOrder(Refused):
    """A stage is reached only after the one before: `missing` is what is still open."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"{missing} comes first")
        self.missing = missing


class AlreadyMarked(Refused):
    """The step was reported before; `on` is the day it was reported for."""

    def __init__(self, on: date) -> None:
        super().__init__(f"marked already, on {on}")
        self.on = on


class DayOutOfOrder(Refused):
    """A step is done between the day of the stage before and today."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"from {first} to {last}")
        self.first, self.last = first, last


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the five stages of a release, and its day once it is reached."""

    name: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Release:
    """A credit whose release is under way, with its stages from the letter on."""

    loan_number: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the lender's team reports: a step of LIEN_STEPS, its day, and a note on it."""

    loan_number: str
    step: str
    on: date
    note: str = ""


def stages(link: Link, credit: Credit, today: date) -> tuple[Stage, ...]:
    """The five stages of a credit: paid, letter, delivered, registry, transit.

    Steps count only while a letter is in force. Raises what `lending.replay` raises.
    """
    day = max(today, credit.contract.begins)
    state = credit.state(day)
    paid = [one.value_date for one in state.movements if one.parts.total]
    settled_on = max(paid, default=day) if state.settled else None
    return (Stage(PAID, settled_on), *_from_letter(link, credit.loan_id))


def under_way(db: Database) -> Iterator[Release]:
    """Every credit with a letter in force, in the order of the credits; streams."""
    after = 0
    while True:
        with db.reading() as link:
            rows = link.execute(_NEXT, {"after": after}).all()
            steps = _steps(link, [row.id for row in rows])
        if not rows:
            return
        after = rows[-1].id
        for row in rows:
            done = steps.get(row.id, {}) | {LETTER: bogota_day(row.issued_at)}
            yield Release(row.loan_number, _as_stages(done))


def mark(db: Database, report: Report, around: Surroundings) -> None:
    """Keep a step that was done, with a row in the trail.

    Raises UnknownCredit, OutOfOrder, AlreadyMarked, DayOutOfOrder, and ValueError for what is no
    step: nothing is stored then.
    """
    if report.step not in LIEN_STEPS:
        raise ValueError(report.step)
    with db.write() as session:
        loan = session.execute(_LOAN, {"loan_number": report.loan_number}).one_or_none()
        if loan is None:
            raise UnknownCredit(report.loan_number)
        projections.lock(session, [loan.id])
        known = {stage.name: stage.on for stage in _from_letter(session, loan.id)}
        _check(report, known, bogota_day(around.now))
        _keep(session, loan, report, around)


def _check(report: Report, known: Mapping[str, date | None], today: date) -> None:
    if marked := known[report.step]:
        raise AlreadyMarked(marked)
    for earlier in STAGES[1 : STAGES.index(report.step)]:
        if known[earlier] is None:
            raise OutOfOrder(earlier)
    first = max(day for day in known.values() if day)
    if not first <= report.on <= today:
        raise DayOutOfOrder(first, today)


def _keep(session: Session, loan: Any, report: Report, around: Surroundings) -> None:
    values = {
        "loan_id": loan.id,
        "step": report.step,
        "done_on": report.on,
        "note": report.note,
        "recorded_at": around.now,
    }
    session.execute(insert(LienStep), values)
    detail = f"{report.loan_number}: {report.step} on {report.on}"
    audit.record(session, "lien_step", around, customer_id=loan.customer_id, detail=detail)


def _from_letter(link: Link, loan_id: int) -> tuple[Stage, ...]:
    letter = link.execute(_LETTER, {"loan_id": loan_id}).one_or_none()
    if letter is None:
        return _as_stages({})
    done = _steps(link, [loan_id]).get(loan_id, {})
    return _as_stages(done | {LETTER: bogota_day(letter.issued_at)})


def _steps(link: Link, loan_ids: Sequence[int]) -> dict[int, dict[str, date]]:
    found: dict[int, dict[str, date]] = {}
    for row in link.execute(_STEPS, {"loan_ids": loan_ids}) if loan_ids else ():
        found.setdefault(row.loan_id, {})[row.step] = row.done_on
    return found


def _as_stages(done: Mapping[str, date]) -> tuple[Stage, ...]:
    return tuple(Stage(name, done.get(name)) for name in STAGES[1:])
