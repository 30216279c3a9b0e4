"""Credits as they are stored – contract, events, certified rates – and their state on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Link
from finportal.lending import (
    UNLIMITED,
    CertifiedRate,
    CertifiedRates,
    State,
    Terms,
    Trace,
    certified_rates,
    replay,
)
from finportal.lending.codec import load_event
from finportal.lending.events import Effect, Event, Payment, Prepayment, Reversal
from finportal.models import Loan, LoanEvent, RateCap, TermsVersion
from finportal.services.contracts import Contract, contract
from finportal.services.days import bogota_day

LoanColumns = tuple[int, str, int, str, str, int]


class Record(NamedTuple):
    """A stored event: what the engine replays, and where it came from."""

    id: int
    event: Event
    source: str
    external_id: str
    channel: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit with all that its figures are derived from."""

    loan_id: int
    loan_number: str
    customer_id: int
    status: str
    contract_text: str
    records: tuple[Record, ...]
    rates: CertifiedRates
    certificates: int

    @property
    def contract(self) -> Contract:
        """What was signed. Raises what `contracts.contract` raises."""
        return contract(self.contract_text)

    @property
    def terms(self) -> Terms:
        """The terms as they were signed; `State.terms` has those in force on a day."""
        return self.contract.terms

    @property
    def events(self) -> list[Event]:
        """The events, as the engine takes them."""
        events = [record.event for record in self.records]
        return [self.contract.opening, *events] if self.contract.opening else events

    def as_of(self, on: date) -> "Credit":
        """The credit as if nothing had happened after a day."""
        known = tuple(record for record in self.records if record.event.value_date <= on)
        return replace(self, records=known)

    def standing(self, on: date) -> "Credit":
        """The credit without what was reversed by the end of a day, as if it had never been."""
        undone = {
            record.event.reverses
            for record in self.records
            if isinstance(record.event, Reversal) and record.event.value_date <= on
        }
        known = tuple(record for record in self.records if not _concerns(record.event, undone))
        return replace(self, records=known)

    def stored_id(self, event: str) -> int | None:
        """The row of the event with this id; None if the credit has no such event."""
        return next((record.id for record in self.records if record.event.id == event), None)

    def state(self, on: date, trace: Trace | None = None) -> State:
        """The credit at the end of a day. Raises what `lending.replay` raises."""
        return replay(self.terms, self.events, self.rates, on, trace)


def _concerns(event: Event, undone: set[str]) -> bool:
    """Whether an event was undone, or is what undid it."""
    return (event.reverses if isinstance(event, Reversal) else event.id) in undone


def event_id(source: str, external_id: str) -> str:
    """The engine's name of a stored event: the same whenever and in whatever order it came."""
    return f"{source}:{external_id}"


_newest_version = (
    select(func.max(TermsVersion.version))
    .where(TermsVersion.loan_id == Loan.id)
    .correlate(Loan)
    .scalar_subquery()
)
certificates = select(func.count(RateCap.id)).scalar_subquery()


def credits_where(*conditions: ColumnElement[bool]) -> Select[LoanColumns]:
    """The loans under some conditions with their newest contract, to be handed to `read`."""
    return (
        select(
            Loan.id,
            Loan.loan_number,
            Loan.customer_id,
            Loan.status,
            TermsVersion.contract,
            certificates.label("certificates"),
        )
        .join(TermsVersion, TermsVersion.loan_id == Loan.id)
        .where(TermsVersion.version == _newest_version, *conditions)
    )


_OF_NUMBER = credits_where(Loan.loan_number == bindparam("loan_number"))
_EVENTS = (
    select(
        LoanEvent.loan_id,
        LoanEvent.id,
        LoanEvent.kind,
        LoanEvent.value_date,
        LoanEvent.amount,
        LoanEvent.effect,
        LoanEvent.reverses_id,
        LoanEvent.source,
        LoanEvent.external_id,
        LoanEvent.channel,
        LoanEvent.body,
        LoanEvent.recorded_at,
    )
    .where(LoanEvent.loan_id.in_(bindparam("loan_ids", expanding=True)))
    .order_by(LoanEvent.loan_id, LoanEvent.id)
)
_RATES = select(
    RateCap.valid_from, RateCap.valid_to, RateCap.ibc_ea, RateCap.cap_ea, RateCap.recorded_at
).order_by(RateCap.id)


def of_number(link: Link, loan_number: str) -> Credit | None:
    """The credit of this number, by two statements."""
    return _one(link, _OF_NUMBER, {"loan_number": loan_number})


def read(link: Link, loans: Iterable[Row[LoanColumns]]) -> list[Credit]:
    """The credits of rows that `credits_where` selected, their events by one statement."""
    rows = list(loans)
    if not rows:
        return []
    found = records(link, [row.id for row in rows])
    rates = rates_of(link, rows[0].certificates)
    return [
        Credit(
            row.id,
            row.loan_number,
            row.customer_id,
            row.status,
            row.contract,
            tuple(found.get(row.id, ())),
            rates,
            row.certificates,
        )
        for row in rows
    ]


def _one(link: Link, query: Select[LoanColumns], values: dict[str, object]) -> Credit | None:
    return next(iter(read(link, link.execute(query, values))), None)


def records(link: Link, loan_ids: Sequence[int]) -> dict[int, list[Record]]:
    """The stored events of some loans by loan, in the order of recording, by one statement."""
    rows = link.execute(_EVENTS, {"loan_ids": loan_ids}).all()
    ids = {row.id: event_id(row.source, row.external_id) for row in rows}
    found: dict[int, list[Record]] = {}
    for row in rows:
        event = _event(row, ids)
        record = Record(row.id, event, row.source, row.external_id, row.channel, row.recorded_at)
        found.setdefault(row.loan_id, []).append(record)
    return found


def _event(row: Any, ids: dict[int, str]) -> Event:
    if row.body is not None:
        return load_event(row.body)
    name, on = ids[row.id], row.value_date
    if row.kind == "payment":
        return Payment(id=name, value_date=on, amount=row.amount)
    if row.kind == "prepayment":
        return Prepayment(id=name, value_date=on, amount=row.amount, effect=Effect(row.effect))
    return Reversal(id=name, value_date=on, reverses=ids[row.reverses_id])


_known: WeakKeyDictionary[object, tuple[int, CertifiedRates]] = WeakKeyDictionary()


def rates_of(link: Link, certificates: int) -> CertifiedRates:
    """The certified rates, read again only when their number has grown: none is ever changed.

    A lender that has loaded none limits nothing; `check` says so.
    """
    engine = link.get_bind() if isinstance(link, Session) else link.engine
    known = _known.get(engine)
    if known is None or known[0] != certificates:
        known = certificates, rates_known(link, certificates)
        _known[engine] = known
    return known[1]


def rates_known(link: Link, certificates: int) -> CertifiedRates:
    """The certified rates as they were when there were so many."""
    found = certified_rates(_certificates(link, _RATES.limit(certificates)))
    return found if found.spans else UNLIMITED


def _certificates(
    link: Link, rows: Select[date, date, str, str, datetime]
) -> Iterable[CertifiedRate]:
    """One certificate for each span and day of recording: within a day the last entry counts."""
    last: dict[tuple[date, date, date], CertifiedRate] = {}
    for row in link.execute(rows):
        recorded_on = bogota_day(row.recorded_at)
        last[row.valid_from, row.valid_to, recorded_on] = CertifiedRate(
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            ibc_ea=Decimal(row.ibc_ea),
            cap_ea=Decimal(row.cap_ea),
            recorded_on=recorded_on,
        )
    return last.values()
