"""The journal: what each posting did to a credit, in double entry that always balances.

Nothing is booked from what was meant, only from what the replay says before and after: a backdated
payment that moves money between parts moves it in the journal too. Money that came otherwise (the
payments files), or a balance in favour that was spent since, is booked as a difference first.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from finportal.lending import ENGINE_VERSION, State
from finportal.lending.events import Payment, Prepayment, Reversal
from finportal.models import HeldPayment, JournalEntry, JournalLine
from finportal.services.ledger import Credit, Record

PRINCIPAL = "loans:principal"
PARTS = {
    "fees": "income:fees",
    "insurance": "payable:insurance",
    "late_interest": "income:late_interest",
    "interest": "income:interest",
    "principal": PRINCIPAL,
}
"""The account of each part of a debt, credited when it is paid."""
CREDIT_BALANCES, REFUNDS, REFUNDS_OWED = "credit_balances", "refunds", "receivable:refunds"
OPENING, HELD = "opening", "held"

Figures = Counter[str]
"""Centavos by account: a debit above zero, a credit below."""

_BOOKED = (
    select(JournalLine.account, func.sum(JournalLine.amount))
    .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
    .where(JournalEntry.loan_id == bindparam("loan_id"))
    .group_by(JournalLine.account)
)
_BASIS = (
    select(JournalEntry.basis)
    .where(JournalEntry.loan_id == bindparam("loan_id"))
    .order_by(JournalEntry.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Known:
    """A credit and its state on a day: what an entry is booked from."""

    credit: Credit
    state: State

    @property
    def events(self) -> int:
        """The last event that is known."""
        return max((record.id for record in self.credit.records), default=0)

    @property
    def basis(self) -> str:
        """A digest of all else that the figures follow from."""
        credit = self.credit
        said = f"{ENGINE_VERSION}\n{credit.certificates}\n{credit.contract_text}"
        return hashlib.sha256(said.encode()).hexdigest()

    def figures(self) -> Figures:
        """What all the money of the credit has done by that day, by account; adds up to zero."""
        state, opening = self.state, self.credit.contract.opening
        found: Figures = Counter()
        for record in _standing(self.credit, state.as_of):
            found[clearing(record.source, record.channel)] += record.event.amount  # type: ignore[attr-defined]
        found[OPENING] = opening.credit if opening else 0
        for part, account in PARTS.items():
            found[account] -= getattr(state.paid, part)
        found[CREDIT_BALANCES] -= state.credit
        found[REFUNDS] -= state.refunded
        found[REFUNDS_OWED] -= found.total()
        return found


def clearing(source: str, channel: str | None) -> str:
    """The account where money of a channel waits until the bank hands it over."""
    return f"clearing:{source.removeprefix('gateway:')}:{channel or 'other'}"


def booked(session: Session, loan_id: int) -> Figures:
    """What the journal holds of a credit, by account."""
    rows = session.execute(_BOOKED, {"loan_id": loan_id})
    return Counter({account: int(amount) for account, amount in rows})


def book(
    session: Session, before: Known, after: Known, now: datetime, *, kind: str, posting_id: int
) -> None:
    """Book a posting, and before it what has changed since the credit's last entry."""
    catch_up(session, before, now)
    change = difference(after.figures(), before.figures())
    _enter(session, change, _of(after, kind, now) | {"posting_id": posting_id})


def catch_up(session: Session, known: Known, now: datetime) -> bool:
    """Book what has changed since the credit's last entry; False if nothing has.

    Where only what the figures follow from is new, an entry without lines says so.
    """
    change = difference(known.figures(), booked(session, known.credit.loan_id))
    basis = session.scalar(_BASIS, {"loan_id": known.credit.loan_id})
    if change or basis not in {None, known.basis}:
        _enter(session, change, _of(known, "difference", now))
        return True
    return False


def hold(session: Session, held: HeldPayment, kind: str, now: datetime) -> None:
    """Book money that waits for a person ("held"), or that waits no longer ("released")."""
    amount = held.amount if kind == HELD else -held.amount
    change = Counter({clearing(held.source, held.channel): amount, HELD: -amount})
    _enter(session, change, {"kind": kind, "held_id": held.id, "recorded_at": now})


def difference(one: Mapping[str, int], other: Mapping[str, int]) -> Figures:
    """One less the other, without the accounts where they agree."""
    accounts = {*one, *other}
    left = {name: one.get(name, 0) - other.get(name, 0) for name in sorted(accounts)}
    return Counter({name: amount for name, amount in left.items() if amount})


def _standing(credit: Credit, on: date) -> list[Record]:
    """The payments that count on a day."""
    known = [record for record in credit.records if record.event.value_date <= on]
    undone = {one.event.reverses for one in known if isinstance(one.event, Reversal)}
    return [
        record
        for record in known
        if isinstance(record.event, Payment | Prepayment) and record.event.id not in undone
    ]


def _of(known: Known, kind: str, now: datetime) -> dict[str, object]:
    return {
        "kind": kind,
        "loan_id": known.credit.loan_id,
        "as_of": known.state.as_of,
        "events": known.events,
        "basis": known.basis,
        "recorded_at": now,
    }


def _enter(session: Session, change: Figures, values: dict[str, object]) -> None:
    added = insert(JournalEntry).values(values).returning(JournalEntry.id)
    entry_id = session.execute(added).scalar_one()
    lines = [
        {"entry_id": entry_id, "account": account, "amount": amount}
        for account, amount in change.items()
        if amount
    ]
    if lines:
        session.execute(insert(JournalLine), lines)
