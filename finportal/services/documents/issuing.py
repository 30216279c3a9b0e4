"""Issuing: a number without gaps, a code nobody guesses, facts that never change again."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from finportal.adapters import bulk
from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.lender import Lender
from finportal.lending import ENGINE_VERSION
from finportal.models import DocumentSeries, IssuedDocument, Loan
from finportal.services import audit, projections, throttle
from finportal.services.documents import shelf, subject, voiding, writing
from finportal.services.documents.comparing import same
from finportal.services.documents.kinds import SERIES, Wanted
from finportal.services.documents.papers import AnyPaper, Receipt
from finportal.services.documents.refusals import NotSettled
from finportal.services.documents.shelf import Issued
from finportal.services.documents.subject import Subject
from finportal.services.errors import TooMany
from finportal.services.throttle import Limit
from finportal.services.visits import Surroundings

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 signs that nobody confuses: twelve of them are 60 bits, which no throttled guessing finds."""

COLUMNS = (
    "series", "number", "code", "kind", "loan_id", "customer_id", "request_key", "edition",
    "event_id", "facts", "digest", "engine_version", "issued_at",
)  # fmt: skip
NEW_PAPERS = Limit("new_papers", 30, timedelta(minutes=10))
"""Of one customer: more than anybody reads, and fewer than would fill a series."""

_EDITION = select(func.coalesce(func.max(IssuedDocument.edition), 0) + 1).where(
    IssuedDocument.loan_id == bindparam("loan_id"),
    IssuedDocument.kind == bindparam("kind"),
    IssuedDocument.request_key == bindparam("key"),
)
_LOAN = select(Loan.id).where(
    Loan.customer_id == bindparam("customer_id"), Loan.loan_number == bindparam("loan_number")
)


class UnknownCredit(Exception):
    """This customer has no such credit."""


@dataclass(frozen=True, slots=True)
class Written:
    """A paper's facts with what they answer, ready to be issued."""

    about: Subject
    wanted: Wanted
    paper: AnyPaper
    edition: int = 1


@dataclass(frozen=True, slots=True)
class Desk:
    """Where papers are issued: the database, the vault that counts, the lender they speak for."""

    db: Database
    vault: Vault
    lender: Lender

    def issue(
        self, customer_id: int, loan_number: str, wanted: Wanted, around: Surroundings
    ) -> Issued:
        """The paper that answers a request: the one that holds, or else a new one.

        Raises UnknownCredit, a Refused of `refusals`, TooMany for more than NEW_PAPERS, Tampered,
        and what `lending.replay` raises: nothing is issued then. What says that a credit was paid
        is handed out again only while nothing is owed, and is void once something is.
        """
        return self._issue(customer_id, loan_number, wanted, around, anew=False)

    def issue_anew(
        self, customer_id: int, loan_number: str, wanted: Wanted, around: Surroundings
    ) -> Issued:
        """The paper as it would be written now; one that says otherwise is void from now on.

        The same facts again are the same paper. Raises what `issue` raises.
        """
        return self._issue(customer_id, loan_number, wanted, around, anew=True)

    def _issue(
        self,
        customer_id: int,
        loan_number: str,
        wanted: Wanted,
        around: Surroundings,
        *,
        anew: bool,
    ) -> Issued:
        with self.db.write() as session:
            loan_id = _locked(session, customer_id, loan_number)
            held = shelf.in_force(session, loan_id, wanted.kind, wanted.key)
            if held and not anew and wanted.kind not in voiding.SETTLED:
                return held
            (about,) = subject.many(session, [loan_id], around.now)
            try:
                paper = writing.write(session, about, self.lender, wanted)
            except NotSettled as refusal:
                owing = refusal
                voiding.still_owing(session, loan_id, around)
            else:
                if held and (not anew or same(held.paper, paper)):
                    return held
                return self._new(session, held, Written(about, wanted, paper), around)
        raise owing  # what was void by it is so for good

    def _new(
        self, session: Session, held: Issued | None, written: Written, around: Surroundings
    ) -> Issued:
        credit = written.about.credit
        counters = [throttle.counter(self.vault, NEW_PAPERS, str(credit.customer_id))]
        if wait := throttle.take(session, around.now, counters):
            raise TooMany(wait)
        if held:
            voiding.one(session, held, voiding.REPLACED, around)
        edition = _edition(session, written.about, written.wanted)
        (code,) = add(session, [replace(written, edition=edition)], around.now)
        issued = shelf.the(session, code)
        detail = f"{issued.number} {credit.loan_number}"
        audit.record(
            session, "document_issued", around, customer_id=credit.customer_id, detail=detail
        )
        return issued


def add(session: Session, written: Sequence[Written], now: datetime) -> list[str]:
    """Issue papers of one kind with the next numbers of their series; returns their codes.

    The series stays locked until the transaction ends: a number that is given back leaves no gap.
    """
    if not written:
        return []
    series = SERIES[written[0].wanted.kind]
    first = _take(session, series, len(written))
    rows = [
        _row(one, series, number, bulk.moment(now)) for number, one in enumerate(written, first)
    ]
    bulk.insert_all(session, IssuedDocument, COLUMNS, rows)
    return [str(row[COLUMNS.index("code")]) for row in rows]


def new_code() -> str:
    """A code such as ABCD-EFGH-JKLM."""
    signs = "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(12))
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def _row(one: Written, series: str, number: int, now: str) -> tuple[object, ...]:
    credit, code = one.about.credit, new_code()
    facts = one.paper.model_dump_json()
    event_id = int(one.wanted.key) if isinstance(one.paper, Receipt) else None
    return (
        series, number, code, one.wanted.kind, credit.loan_id, credit.customer_id, one.wanted.key,
        one.edition, event_id, facts, shelf.digest(series, number, code, facts), ENGINE_VERSION,
        now,
    )  # fmt: skip


def _locked(session: Session, customer_id: int, loan_number: str) -> int:
    values = {"customer_id": customer_id, "loan_number": loan_number}
    loan_id = session.scalar(_LOAN, values)
    if loan_id is None:
        raise UnknownCredit
    projections.lock(session, [loan_id])
    return loan_id


def _edition(session: Session, about: Subject, wanted: Wanted) -> int:
    values = {"loan_id": about.credit.loan_id, "kind": wanted.kind, "key": wanted.key}
    return session.scalars(_EDITION, values).one()


def _take(session: Session, series: str, count: int) -> int:
    """The first of the next numbers of a series."""
    take = (
        update(DocumentSeries)
        .where(DocumentSeries.series == series)
        .values(last_number=DocumentSeries.last_number + count)
        .returning(DocumentSeries.last_number)
    )
    last = session.scalar(take)
    if last is None:
        bulk.insert_new(session, DocumentSeries, ("series", "last_number"), [(series, 0)])
        last = session.scalars(take).one()
    return last - count + 1
