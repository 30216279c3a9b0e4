"""Events: what happened to a credit. They are only ever added; `rank` orders those of one day.

A row falls due before any event of its day except the opening; then fees, waivers, payments,
prepayments and the rest. Events of one day and rank follow their ids.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from finportal.lending.conventions import Part
from finportal.lending.errors import LendingError
from finportal.lending.money import ZERO, Centavos, check_not_negative, check_positive
from finportal.lending.rates import check_rate
from finportal.lending.terms import Terms

OPENING_RANK = 0
REVERSAL_RANK = 11


class OpeningDateInverted(LendingError):
    """The opening balance of {on} has a due date or an interest date after it ({later})."""


class VersionDateMismatch(LendingError):
    """The new terms are dated {disbursed_on}, but the restructuring {on}."""


class Effect(StrEnum):
    """What a prepayment lowers; the borrower chooses each time (Ley 2032/2020 arts. 1 and 2)."""

    REDUCE_TERM = "reduce_term"
    REDUCE_INSTALMENT = "reduce_instalment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact about one credit; `value_date` is the day it counts from, not its recording's."""

    rank: ClassVar[int]
    id: str
    value_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyEvent(Event):
    """An event that carries an amount in centavos. Raises AmountNotPositive."""

    amount: Centavos

    def __post_init__(self) -> None:
        """Check the amount."""
        check_positive(self.amount, f"amount of {self.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningDue:
    """A row of a migrated credit that is due and not wholly paid, in centavos by part."""

    due_date: date
    fees: Centavos = ZERO
    insurance: Centavos = ZERO
    late_interest: Centavos = ZERO
    interest: Centavos = ZERO
    principal: Centavos = ZERO

    def __post_init__(self) -> None:
        """Check every part. Raises AmountNegative."""
        for part in Part:
            check_not_negative(getattr(self, part), f"opening {part}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening(Event):
    """The balances of a migrated credit at the end of a day; what came before is not replayed.

    `dues` late interest counts up to this day; from then on it grows on their principal.
    `interest_from` (None: the last due date or the disbursement) is the day from which the
    principal not due bears interest; `carry` is interest accrued before that day and unpaid.
    `instalment`: None solves it anew over the due dates that remain.

    Raises AmountNegative, OpeningDateInverted.
    """

    rank = OPENING_RANK
    principal_not_due: Centavos
    dues: tuple[OpeningDue, ...] = ()
    interest_from: date | None = None
    carry: Centavos = ZERO
    credit: Centavos = ZERO
    instalment: Centavos | None = None

    def __post_init__(self) -> None:
        """Check the amounts, and that nothing lies after the opening."""
        for what in ("principal_not_due", "carry", "credit"):
            check_not_negative(getattr(self, what), f"opening {what}")
        if self.instalment is not None:
            check_positive(self.instalment, "opening instalment")
        latest = max([due.due_date for due in self.dues] + [self.interest_from or date.min])
        if latest > self.value_date:
            raise OpeningDateInverted(on=self.value_date, later=latest)


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuranceChange(Event):
    """Other premiums for the rows due after this day; zeros when the borrower brings a policy."""

    rank = 2
    insurance_rate: Decimal
    insurance_fixed: Centavos = ZERO

    def __post_init__(self) -> None:
        """Check the premiums. Raises NotARate, AmountNegative."""
        check_rate(self.insurance_rate)
        check_not_negative(self.insurance_fixed, "fixed premium")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee(MoneyEvent):
    """A collection charge for effort really made, never automatic; `evidence` names its proof."""

    rank = 3
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(MoneyEvent):
    """The lender forgives what is due of one part, the oldest row first."""

    rank = 4
    part: Part
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(MoneyEvent):
    """Money towards what is due; what is beyond waits as credit for the next instalment."""

    rank = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepayment(MoneyEvent):
    """Money that, beyond what is due and the interest to its day, lowers the principal."""

    rank = 6
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Restructuring(Event):
    """A new version of the terms from this day on.

    The principal of `terms` is replaced by what is owed that day: the principal not yet due and, if
    `absorb_overdue`, the overdue principal. Interest is never turned into principal (Codigo de
    Comercio art. 886): what has accrued waits, bearing none, for the first new row with interest;
    what is due stays due.
    """

    rank = 7
    terms: Terms
    absorb_overdue: bool = True

    def __post_init__(self) -> None:
        """Check that the version begins on the day of the event. Raises VersionDateMismatch."""
        if self.terms.disbursed_on != self.value_date:
            raise VersionDateMismatch(on=self.value_date, disbursed_on=self.terms.disbursed_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceleration(Event):
    """All principal falls due, with the interest to this day (Ley 45/1990 art. 69: if agreed)."""

    rank = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(MoneyEvent):
    """Credit given back to the borrower."""

    rank = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff(Event):
    """The lender's accounts give the credit up; the debt does not change."""

    rank = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal(Event):
    """From this day on, the event `reverses` counts as if it had never been."""

    rank = REVERSAL_RANK
    reverses: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassification(Event):
    """From this day on, the payment `payment` counts, on its own date, as a prepayment.

    `requested_on` is the day the borrower asked.
    """

    rank = REVERSAL_RANK + 1
    payment: str
    effect: Effect
    requested_on: date
