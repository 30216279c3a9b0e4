"""The contract's choices where law or practice leaves more than one reading, with the defaults."""

from dataclasses import dataclass
from enum import StrEnum

from finportal.lending.day_counts import DayCount
from finportal.lending.errors import LendingError
from finportal.lending.money import PESO, Centavos, check_positive


class Part(StrEnum):
    """What a debt is made of; the value is the name of the field in `Parts`."""

    FEES = "fees"
    INSURANCE = "insurance"
    LATE_INTEREST = "late_interest"
    INTEREST = "interest"
    PRINCIPAL = "principal"


class FirstPeriod(StrEnum):
    """How a first period that is not one month long bears interest."""

    AS_DAY_COUNT = "as_day_count"
    THIRTY_360 = "30/360"
    EFF_365 = "eff/365"
    SEPARATE_ROW = "separate_row"
    """The days beyond one month are a row of their own: interest and insurance, no principal."""


class AllocationBy(StrEnum):
    """Whether a payment cures row after row, or one part of every row after another."""

    INSTALMENT = "instalment"
    PART = "part"


class FeePlacement(StrEnum):
    """Where a fee is due: with the oldest unpaid row, or as a row of its own on its date."""

    OLDEST_DUE = "oldest_due"
    OWN_ROW = "own_row"


class CapTest(StrEnum):
    """Whether a row's rate is held against each day's certified limit or that of its due date."""

    DAILY = "daily"
    DUE_DATE = "due_date"


class CapSaving(StrEnum):
    """What falls when a limit lowers a row's interest: its instalment, or the principal left."""

    INSTALMENT = "instalment"
    PRINCIPAL = "principal"


class PayoffInsurance(StrEnum):
    """How much of the current row's premium a payoff between two due dates carries."""

    NONE = "none"
    PRORATA = "prorata"
    FULL = "full"


class OrderIncomplete(LendingError):
    """The order of allocation must name each of the five parts once, not {order}."""


class LimitNegative(LendingError):
    """The {what} must be zero or more days, not {days!r}."""


WATERFALL = (Part.FEES, Part.INSURANCE, Part.LATE_INTEREST, Part.INTEREST, Part.PRINCIPAL)
"""Interest before principal (Codigo Civil art. 1653), charges and insurance before both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """The disputed choices of one contract.

    `grace_days`: no late interest if paid within so many days of the due date, else from it.
    `business_days`: a row due on a holiday may be paid on the next business day without any.
    `reclassify_days`: how long a payment may still become a prepayment; None is without limit.
    `acceleration_agreed`: the clause that Ley 45/1990 art. 69 asks for is in the contract.
    `unit`: money is rounded to multiples of it; `instalment_unit` (None: the same) is A's own.

    Raises OrderIncomplete, LimitNegative, AmountNotPositive.
    """

    day_count: DayCount = DayCount.MONTH
    first_period: FirstPeriod = FirstPeriod.AS_DAY_COUNT
    allocation_order: tuple[Part, ...] = WATERFALL
    allocation_by: AllocationBy = AllocationBy.INSTALMENT
    fee_placement: FeePlacement = FeePlacement.OLDEST_DUE
    fee_needs_evidence: bool = True
    cap_test: CapTest = CapTest.DAILY
    cap_saving: CapSaving = CapSaving.INSTALMENT
    payoff_insurance: PayoffInsurance = PayoffInsurance.NONE
    grace_days: int = 0
    business_days: bool = False
    reclassify_days: int | None = None
    acceleration_agreed: bool = False
    unit: Centavos = PESO
    instalment_unit: Centavos | None = None

    def __post_init__(self) -> None:
        """Check the order, the limits and the units."""
        if sorted(self.allocation_order) != sorted(Part):
            raise OrderIncomplete(order=", ".join(self.allocation_order))
        for what, days in (
            ("grace", self.grace_days),
            ("reclassification limit", self.reclassify_days or 0),
        ):
            if days < 0:
                raise LimitNegative(what=what, days=days)
        check_positive(self.unit, "rounding unit")
        if self.instalment_unit is not None:
            check_positive(self.instalment_unit, "rounding unit of the instalment")


DEFAULTS = Conventions()
