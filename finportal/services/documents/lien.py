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

_first = (
    select(func.min(IssuedDocument.id).label("id"))
    .outerjoin(DocumentVoid, DocumentVoid.document_id == IssuedDocument.id)
    .where(IssuedDocument.kind == "lien_release", DocumentVoid.id.is_(None))
    .group_by(IssuedDocument.loan_id)
)
_of_loan = _first.where(IssuedDocument.loan_id == bindparam("loan_id")).subquery()
_of_all = _first.subquery()
_LETTER = select(IssuedDocument.id, IssuedDocument.code, IssuedDocument.issued_at).join(
    _of_loan, _of_loan.c.id == IssuedDocument.id
)
_STEPS = select(LienStep.document_id, LienStep.step, LienStep.done_on, LienStep.note).where(
    LienStep.document_id.in_(bindparam("letters", expanding=True))
)
_NEXT = (
    select(Loan.id.label("loan_id"), Loan.loan_number, *_LETTER.selected_columns)
    .join(IssuedDocument, IssuedDocument.loan_id == Loan.id)
    .join(_of_all, _of_all.c.id == IssuedDocument.id)
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
    """The step was reported before, for the day `on`, of the letter of this code."""

    def __init__(self, on: date, code: str) -> None:
        super().__init__(f"marked already, on {on}")
        self.on, self.code = on, code


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
    """A credit whose release is under way, with its stages from the letter on.

    `code` is the letter's; `notes` are what the team wrote to a step, by its name.
    """

    loan_number: str
    code: str
    stages: tuple[Stage, ...]
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the lender's team reports: a step of LIEN_STEPS, its day, and a note on it."""

    loan_number: str
    step: str
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Letter:
    """The first letter of a credit that holds, with the days and notes of what followed it."""

    id: int
    code: str
    done: dict[str, date]
    notes: dict[str, str]


def stages(link: Link, credit: Credit, today: date) -> tuple[Stage, ...]:
    """The five stages of a credit: paid, letter, delivered, registry, transit.

    Steps belong to the letter in force, of several the first: without it they do not count, and
    another letter begins anew. Raises what `lending.replay` raises.
    """
    day = max(today, credit.contract.begins)
    state = credit.state(day)
    paid = [one.value_date for one in state.movements if one.parts.total]
    settled_on = max(paid, default=day) if state.settled else None
    letter = _letter(link, credit.loan_id)
    return (Stage(PAID, settled_on), *_as_stages(letter.done if letter else {}))


def under_way(db: Database) -> Iterator[Release]:
    """Every credit with a letter in force, in the order of the credits; streams."""
    after = 0
    while True:
        with db.reading() as link:
            rows = link.execute(_NEXT, {"after": after}).all()
            letters = _letters(link, rows)
        if not rows:
            return
        after = rows[-1].loan_id
        for row, letter in zip(rows, letters, strict=True):
            yield Release(row.loan_number, letter.code, _as_stages(letter.done), letter.notes)


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
        letter = _letter(session, loan.id)
        if letter is None:
            raise OutOfOrder(LETTER)
        _check(report, letter, bogota_day(around.now))
        _keep(session, letter, report, around, loan.customer_id)


def _check(report: Report, letter: _Letter, today: date) -> None:
    done = letter.done
    if marked := done.get(report.step):
        raise AlreadyMarked(marked, letter.code)
    for earlier in STAGES[1 : STAGES.index(report.step)]:
        if earlier not in done:
            raise OutOfOrder(earlier)
    first = max(done.values())
    if not first <= report.on <= today:
        raise DayOutOfOrder(first, today)


def _keep(
    session: Session, letter: _Letter, report: Report, around: Surroundings, customer_id: int
) -> None:
    values = {
        "document_id": letter.id,
        "step": report.step,
        "done_on": report.on,
        "note": " ".join(report.note.split()),
        "recorded_at": around.now,
    }
    session.execute(insert(LienStep), values)
    detail = f"{report.loan_number}: {report.step} on {report.on}"
    audit.record(session, "lien_step", around, customer_id=customer_id, detail=detail)


def _letter(link: Link, loan_id: int) -> _Letter | None:
    rows = link.execute(_LETTER, {"loan_id": loan_id}).all()
    return next(iter(_letters(link, rows)), None)


def _letters(link: Link, rows: Sequence[Any]) -> list[_Letter]:
    """The letters of rows with id, code and issued_at, by one statement more."""
    found = {
        row.id: _Letter(row.id, row.code, {LETTER: bogota_day(row.issued_at)}, {}) for row in rows
    }
    for step in link.execute(_STEPS, {"letters": list(found)}) if found else ():
        letter = found[step.document_id]
        letter.done[step.step] = step.done_on
        if step.note:
            letter.notes[step.step] = step.note
    return list(found.values())


def _as_stages(done: Mapping[str, date]) -> tuple[Stage, ...]:
    return tuple(Stage(name, done.get(name)) for name in STAGES[1:])
