"""The state of a credit at a date: every figure that a page, statement or certificate shows."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from finportal.lending.money import Centavos
from finportal.lending.parts import Parts, add_up
from finportal.lending.terms import Terms


class RowStatus(StrEnum):
    """How far a row of the schedule is paid."""

    PAID = "paid"
    PARTLY = "partly"
    PENDING = "pending"


class RowState(NamedTuple):
    """A row of the schedule in force, amounts in centavos.

    `number` is 0 for a charge that belongs to no row. `total` is what the row charged on its due
    date; `fees` and `late_interest` came to it later. A row not yet due owes nothing.
    """

    number: int
    due_date: date
    opening: Centavos
    interest: Centavos
    principal: Centavos
    instalment: Centavos
    insurance: Centavos
    total: Centavos
    balance: Centavos
    status: RowStatus
    fees: Centavos
    late_interest: Centavos
    paid: Parts
    owed: Parts


class MovementKind(StrEnum):
    """What moved money or debt."""

    PAYMENT = "payment"
    PREPAYMENT = "prepayment"
    CREDIT = "credit"
    """Credit spent on what fell due."""
    FEE = "fee"
    WAIVER = "waiver"
    REFUND = "refund"


class Allocation(NamedTuple):
    """What went to one row; 0 is a charge that belongs to none, None is ahead of the schedule."""

    row: int | None
    parts: Parts


class Movement(NamedTuple):
    """An event's money in centavos and where it went; `credit` is the credit left after it."""

    event_id: str
    kind: MovementKind
    value_date: date
    amount: Centavos
    allocations: tuple[Allocation, ...]
    credit: Centavos

    @property
    def parts(self) -> Parts:
        """The allocations added up."""
        if len(self.allocations) == 1:
            return self.allocations[0].parts
        return add_up(allocation.parts for allocation in self.allocations)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A credit at the end of a day. Amounts in centavos.

    `terms` is the version in force and `instalment` its level instalment after prepayments.
    `due` is what has fallen due and is unpaid; `accrued_interest` has been earned since, not yet
    due. `payoff` settles the credit on this day (Ley 2032/2020 art. 2): due + accrued interest +
    principal not due + premium of the broken period - credit, never below zero.
    `days_past_due` count from the oldest unpaid due date, 0 on that date.
    `provisional`: the day lies after the last certified limit, which was used in its place.
    """

    as_of: date
    terms: Terms
    instalment: Centavos
    rows: tuple[RowState, ...]
    movements: tuple[Movement, ...]
    due: Parts
    accrued_interest: Centavos
    principal_not_due: Centavos
    payoff_insurance: Centavos
    credit: Centavos
    payoff: Centavos
    days_past_due: int
    oldest_due_date: date | None
    next_due_date: date | None
    paid: Parts
    waived: Parts
    refunded: Centavos
    provisional: bool
    accelerated: bool
    written_off: bool

    @property
    def credit_used(self) -> Centavos:
        """The credit that the payoff takes off; what is left of it would be refunded."""
        owed = self.due.total + self.accrued_interest + self.principal_not_due
        return min(self.credit, Centavos(owed + self.payoff_insurance))

    @property
    def settled(self) -> bool:
        """Nothing is owed and nothing will fall due."""
        return self.payoff == 0 and self.principal_not_due == 0

    @property
    def upcoming(self) -> tuple[RowState, ...]:
        """The rows not yet due."""
        return tuple(row for row in self.rows if row.due_date > self.as_of)

    @property
    def interest_left(self) -> Centavos:
        """The ordinary interest of the rows not yet due."""
        return Centavos(sum(row.interest for row in self.upcoming))
