"""Snapshots: a credit's account at the end of a day, frozen, from which a replay may go on.

A snapshot is a cache, never a truth: it stands for the events up to its day, and goes stale as soon
as one of them, a reversal or a certified limit turns out to be other than it was.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from finportal.lending.book import Book
from finportal.lending.caps import CertifiedRates
from finportal.lending.dues import Due
from finportal.lending.errors import LendingError
from finportal.lending.events import Event, Opening, Reclassification, Reversal
from finportal.lending.parts import NOTHING, Parts, add_up
from finportal.lending.plan import Position, contract_plan
from finportal.lending.premiums import premium
from finportal.lending.schedule import Cell
from finportal.lending.state import Movement
from finportal.lending.terms import Terms
from finportal.lending.trace import Trace


class StaleSnapshot(LendingError):
    """The snapshot of {on} no longer holds: {reason}."""


class FrozenDue(NamedTuple):
    """A row that has fallen due, as `Due` keeps it."""

    number: int
    due_on: int
    opening: int
    balance: int
    charged: Parts
    owed: Parts
    paid: Parts
    waived: Parts
    late: int
    late_before: int
    late_exact: int
    late_from: int
    free_until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The account at the end of `as_of`. Amounts in centavos, days as numbers.

    `inputs` is the digest of what it was computed from, `counted` the ids of the events in it.
    `terms` is the version in force; `cells` are its rows from the position on.
    """

    as_of: date
    inputs: str
    counted: tuple[str, ...]
    terms: Terms
    instalment: int
    insurance_rate: Decimal
    insurance_fixed: int
    number: int
    cells: tuple[Cell, ...]
    position: Position
    dues: tuple[FrozenDue, ...]
    movements: tuple[Movement, ...]
    ahead: Parts
    waived: Parts
    credit: int
    refunded: int
    premium_paid: int
    accelerated: bool
    written_off: bool


def freeze(book: Book, as_of: date, inputs: str, counted: Iterable[str]) -> Snapshot:
    """The snapshot of a book that stands at the end of `as_of`."""
    plan = book.plan
    return Snapshot(
        as_of=as_of,
        inputs=inputs,
        counted=tuple(sorted(counted)),
        terms=plan.terms,
        instalment=plan.instalment,
        insurance_rate=plan.premium.rate,
        insurance_fixed=plan.premium.fixed,
        number=plan.number,
        cells=plan.cells[max(book.position.row - plan.first, 0) :],
        position=book.position,
        dues=tuple(
            FrozenDue._make(getattr(due, field) for field in FrozenDue._fields) for due in book.dues
        ),
        movements=tuple(book.movements),
        ahead=add_up(book.ahead),
        waived=add_up(book.waived),
        credit=book.credit,
        refunded=book.refunded,
        premium_paid=book.premium_paid,
        accelerated=book.accelerated,
        written_off=book.written_off,
    )


def thaw(kept: Snapshot, rates: CertifiedRates, trace: Trace | None) -> Book:
    """The book as it stood; a trace begins there."""
    plan = replace(
        contract_plan(kept.terms, rates, kept.number),
        premium=premium(kept.insurance_rate, kept.insurance_fixed, kept.terms.conventions.unit),
        instalment=kept.instalment,
        cells=kept.cells,
        first=kept.position.row,
    )
    book = Book(plan, kept.position, rates, trace)
    book.day = kept.as_of.toordinal()
    book.dues = [_due(frozen) for frozen in kept.dues]
    book.open = [due for due in book.dues if due.owed != NOTHING]
    book.movements, book.ahead, book.waived = list(kept.movements), [kept.ahead], [kept.waived]
    book.credit, book.refunded, book.premium_paid = kept.credit, kept.refunded, kept.premium_paid
    book.accelerated, book.written_off = kept.accelerated, kept.written_off
    return book


def inputs_digest(version: str, terms: str, rates: CertifiedRates, as_of: date) -> str:
    """The digest of an engine version, terms as written, and the limits of the days up to `as_of`.

    A limit that goes on provisionally is told from the same one certified.
    """
    last = as_of.toordinal()
    limits = [(a, min(b, last), str(cap)) for a, b, cap in rates.spans if a <= last]
    return hashlib.sha256(repr((version, terms, limits)).encode()).hexdigest()


def tail(kept: Snapshot, events: Iterable[Event], as_of: date) -> list[Event]:
    """The events that are not in the snapshot. Raises StaleSnapshot if one of them changes it."""
    counted = frozenset(kept.counted)
    fresh = []
    for event in events:
        if event.id in counted:
            continue
        if event.value_date <= kept.as_of:
            raise StaleSnapshot(on=kept.as_of, reason=f"{event.id} is dated {event.value_date}")
        changes = isinstance(event, Opening) or _changed_by(event) in counted
        if not changes:
            fresh.append(event)
        elif event.value_date <= as_of:
            raise StaleSnapshot(on=kept.as_of, reason=f"{event.id} changes what came before")
    return fresh


def _changed_by(event: Event) -> str | None:
    if isinstance(event, Reversal):
        return event.reverses
    return event.payment if isinstance(event, Reclassification) else None


def _due(frozen: FrozenDue) -> Due:
    due = Due(frozen.number, frozen.due_on, frozen.owed, frozen.opening, frozen.balance)
    for field in FrozenDue._fields:
        setattr(due, field, getattr(frozen, field))
    return due
