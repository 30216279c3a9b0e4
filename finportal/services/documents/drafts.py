"""The statements of some credits before they are issued: written, and looked at again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Link
from finportal.lender import Lender
from finportal.lending import LendingError
from finportal.models import DocumentVoid, IssuedDocument
from finportal.services import projections
from finportal.services.documents import kinds, shelf, subject, writing
from finportal.services.documents.issuing import Written
from finportal.services.documents.papers import Statement
from finportal.services.documents.refusals import NoSuchPeriod, NotYet
from finportal.services.documents.shelf import Tampered
from finportal.services.documents.subject import Subject


@dataclass(frozen=True, slots=True)
class Month:
    """Whose statements of which month are written, as of when."""

    lender: Lender
    first: date
    now: datetime

    @property
    def key(self) -> str:
        """The month as papers name it."""
        return f"{self.first:%Y-%m}"

    @property
    def neighbours(self) -> list[str]:
        """The months before and after."""
        return writing.neighbours(self.first)


@dataclass(frozen=True, slots=True)
class Left:
    """A credit without a statement of the month, and why: it has no such period, or `refused`."""

    loan_number: str
    reason: str
    refused: bool


@dataclass(slots=True)
class Drafts:
    """What some credits came to. `not_yet`: from which days the others can be written."""

    written: list[Written] = field(default_factory=list)
    already: int = 0
    not_yet: list[date] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


class Shelf(dict[int, list[Any]]):
    """The statements of some credits in a month and its neighbours, void or not, by credit."""

    def holds(self, loan_id: int, key: str) -> bool:
        """Whether the month's statement is there."""
        return any(row.request_key == key and row.void is None for row in self.get(loan_id, ()))

    def edition(self, loan_id: int, key: str) -> int:
        """The next edition of a month's statement."""
        known = (row.edition for row in self.get(loan_id, ()) if row.request_key == key)
        return max(known, default=0) + 1


_STATEMENTS = (
    select(
        IssuedDocument.loan_id,
        IssuedDocument.id,
        IssuedDocument.request_key,
        IssuedDocument.edition,
        DocumentVoid.id.label("void"),
    )
    .outerjoin(DocumentVoid, DocumentVoid.document_id == IssuedDocument.id)
    .where(
        IssuedDocument.loan_id.in_(bindparam("loan_ids", expanding=True)),
        IssuedDocument.kind == "statement",
        IssuedDocument.request_key.in_(bindparam("keys", expanding=True)),
    )
    .order_by(IssuedDocument.id)
)


def on_shelf(link: Link, of: Month, loan_ids: Sequence[int]) -> Shelf:
    """What these credits have already, by one statement."""
    found = Shelf()
    values = {"loan_ids": loan_ids, "keys": [of.key, *of.neighbours]}
    for row in link.execute(_STATEMENTS, values):
        found.setdefault(row.loan_id, []).append(row)
    return found


def draft(link: Link, of: Month, loan_ids: Sequence[int], there: Shelf) -> Drafts:
    """The statements of the credits that have none which holds, in the order of their rows."""
    wanting = [one for one in loan_ids if not there.holds(one, of.key)]
    drafts = Drafts(already=len(loan_ids) - len(wanting))
    if wanting:
        known, tampered = _known(link, wanting, of.neighbours)
        for about in subject.many(link, wanting, of.now):
            if problem := tampered.get(about.credit.loan_id):
                drafts.left.append(Left(about.credit.loan_number, problem, refused=True))
            else:
                _write(of, about, known, there, drafts)
    return drafts


def still_true(session: Session, of: Month, drafts: Drafts, before: Shelf) -> Drafts:
    """The drafts, their credits locked; those with anything new since `before` written again."""
    ids = [one.about.credit.loan_id for one in drafts.written]
    projections.lock(session, ids)
    now = on_shelf(session, of, ids)
    unchanged = projections.unchanged(session, [one.about.credit for one in drafts.written])
    kept = {one for one in unchanged if before.get(one) == now.get(one)}
    again = draft(session, of, [one for one in ids if one not in kept], now)
    true = [one for one in drafts.written if one.about.credit.loan_id in kept]
    return Drafts(
        sorted([*true, *again.written], key=lambda one: one.about.credit.loan_id),
        drafts.already + again.already,
        drafts.not_yet + again.not_yet,
        drafts.left + again.left,
    )


def _known(
    link: Link, loan_ids: Sequence[int], months: Sequence[str]
) -> tuple[writing.Known, Mapping[int, str]]:
    """The neighbouring statements, and which credits have one that is not what was issued."""
    known: dict[tuple[int, str], Statement] = {}
    tampered: dict[int, str] = {}
    try:
        return shelf.statements_of(link, loan_ids, months), tampered
    except Tampered:
        for one in loan_ids:
            try:
                known |= shelf.statements_of(link, [one], months)
            except Tampered as problem:
                tampered[one] = f"Tampered: {problem}"
    return known, tampered


def _write(of: Month, about: Subject, known: writing.Known, there: Shelf, drafts: Drafts) -> None:
    number = about.credit.loan_number
    try:
        period = writing.month_of(about, of.key)
        paper = writing.statement(about, of.lender, period, known)
    except NotYet as refusal:
        drafts.not_yet.append(refusal.on)
    except NoSuchPeriod:
        drafts.left.append(Left(number, f"nothing to tell of {of.key}", refused=False))
    except LendingError as error:
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
        drafts.left.append(Left(number, reason, refused=True))
    else:
        edition = there.edition(about.credit.loan_id, of.key)
        drafts.written.append(Written(about, kinds.statement(of.key), paper, edition))
