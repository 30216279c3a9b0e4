"""From what was asked for to the facts of a paper."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import bindparam, select

from finportal.adapters.database import Link
from finportal.lender import Lender
from finportal.models import PaymentAttempt, Posting
from finportal.services.documents import certificates, payments, shelf, statements, subject
from finportal.services.documents.kinds import Wanted
from finportal.services.documents.papers import AnyPaper, Receipt, Statement
from finportal.services.documents.periods import Period, period
from finportal.services.documents.refusals import (
    ChequeNotCleared,
    NoSuchPeriod,
    NotYet,
    UnderReview,
)
from finportal.services.documents.subject import Subject
from finportal.services.payments.unsure import Unsure, unsure

Known = Mapping[tuple[int, str], Statement]
"""Statements that hold, by credit and month."""

_A_MONTH = timedelta(days=31)
_PROOF = (
    select(Posting.authorisation, PaymentAttempt.reference)
    .outerjoin(PaymentAttempt, PaymentAttempt.id == Posting.attempt_id)
    .where(Posting.event_id == bindparam("event_id"))
)


def write(link: Link, about: Subject, lender: Lender, wanted: Wanted) -> AnyPaper:
    """The facts of the paper that is wanted, as they are known now.

    Raises a Refused of `refusals`, ValueError for a key nobody made, and what `lending.replay`
    raises.
    """
    if wanted.kind == "statement":
        of = month_of(about, wanted.key)
        known = shelf.statements_of(link, [about.credit.loan_id], neighbours(of.due_on))
        return statement(about, lender, of, known)
    if wanted.kind == "settlement":
        others = subject.other_loans(link, about.credit)
        return _for_good(link, about, certificates.settlement(about, lender, others))
    if wanted.kind == "receipt":
        return _proven(link, payments.receipt(about, lender, int(wanted.key)), int(wanted.key))
    paper = _WRITERS[wanted.kind](about, lender, wanted)
    return _for_good(link, about, paper) if wanted.kind == "lien_release" else paper


def _for_good(link: Link, about: Subject, paper: AnyPaper) -> AnyPaper:
    """A paper that gives the lender's security away: not while its money may still go back."""
    open_still = unsure(link, about.credit.loan_id)
    if open_still is Unsure.CHEQUE:
        raise ChequeNotCleared
    if open_still is Unsure.REVIEW:
        raise UnderReview
    return paper


def _proven(link: Link, paper: Receipt, event_id: int) -> Receipt:
    """A receipt with what the customer names at the bank."""
    posted = link.execute(_PROOF, {"event_id": event_id}).first()
    if posted is None:
        return paper
    known = {"authorisation": posted.authorisation, "reference": posted.reference or ""}
    return paper.model_copy(update=known)


def _payoff(about: Subject, lender: Lender, wanted: Wanted) -> AnyPaper:
    on, addressed_to = wanted.words
    return certificates.payoff(about, lender, date.fromisoformat(on), addressed_to)


def _history(about: Subject, lender: Lender, wanted: Wanted) -> AnyPaper:
    first, last = map(date.fromisoformat, wanted.words)
    return payments.history(about, lender, first, last)


_WRITERS: Mapping[str, Callable[[Subject, Lender, Wanted], AnyPaper]] = {
    "payoff": _payoff,
    "balance": lambda about, lender, of: certificates.balance(about, lender, int(of.key)),
    "tax": lambda about, lender, of: certificates.tax(about, lender, int(of.key)),
    "lien_release": lambda about, lender, of: certificates.lien_release(about, lender, of.key),
    "history": _history,
    "coupon": lambda about, lender, _: payments.coupon(about, lender),
}


def month_of(about: Subject, month: str) -> Period:
    """The period of a month such as "2026-10". Raises NoSuchPeriod and NotYet."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise NoSuchPeriod from error
    found = period(about.credit, first)
    if found is None:
        raise NoSuchPeriod
    if found.cutoff >= about.today:
        raise NotYet(found.cutoff + timedelta(days=1))
    return found


def neighbours(day: date) -> list[str]:
    """The months before and after a day's."""
    return [f"{_before(day):%Y-%m}", f"{_after(day):%Y-%m}"]


def statement(about: Subject, lender: Lender, of: Period, known: Known) -> Statement:
    """A month's statement: it opens with what the one before closed with, the day after.

    If the month after was issued already, this one tells what was known then, so that it closes
    with what that one opened with. Raises NoSuchPeriod for a credit that had ended before, and
    what `lending.replay` raises.
    """
    before, after = (known.get((about.credit.loan_id, month)) for month in neighbours(of.due_on))
    if before:
        of = replace(of, after=before.cutoff)
    if after:
        about = about.as_known(after.basis)
        of = replace(of, cutoff=after.begins_on - timedelta(days=1))
    closed = statements.closing(before) if before else None
    paper = statements.statement(about, lender, of, closed)
    if not (paper.payments or paper.to_pay or any(line.opening for line in paper.balances)):
        raise NoSuchPeriod
    return paper


def _before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def _after(day: date) -> date:
    return day.replace(day=1) + _A_MONTH
