"""The terms of a credit: what the borrower signed, checked once and never changed."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from finportal.lending.conventions import DEFAULTS, Conventions
from finportal.lending.due_dates import check_anchor, due_date
from finportal.lending.errors import LendingError
from finportal.lending.money import ZERO, Centavos, check_not_negative, check_positive
from finportal.lending.rates import check_rate

_LONGEST = 600
_NO_RATE = Decimal(0)


class TermOutOfRange(LendingError):
    """The term must be from 1 to {longest} instalments, not {instalments!r}."""


class FirstDueTooEarly(LendingError):
    """The first due date {first_due_on} must come after the disbursement of {disbursed_on}."""


class BalloonTooLarge(LendingError):
    """The balloon must be less than the principal."""


class GraceTooLong(LendingError):
    """Principal grace must leave one instalment at least, and interest grace cannot exceed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """One version of a contract. Amounts in centavos, rates as fractions of one.

    `rate_ea`: agreed effective annual rate. `late_rate_ea`: None agrees the highest certified rate
    of each day (Codigo de Comercio art. 884). `first_due_on`: None is one month after disbursement.
    `anchor_day`: None is the day of `first_due_on`, or of the disbursement if that is None too.
    `insurance_rate`: a row's group life premium on its opening balance; `insurance_fixed`: a fixed
    premium a row. `balloon`: due with the last row beside its instalment. `grace_principal`: first
    rows without principal; `grace_interest`: those of them whose interest waits, bearing none, for
    the first row after (Codigo de Comercio art. 886).

    Raises AmountNotPositive, AmountNegative, NotARate, TermOutOfRange, FirstDueTooEarly,
    AnchorMismatch, BalloonTooLarge, GraceTooLong.
    """

    principal: Centavos
    rate_ea: Decimal
    instalments: int
    disbursed_on: date
    first_due_on: date | None = None
    anchor_day: int | None = None
    late_rate_ea: Decimal | None = None
    insurance_rate: Decimal = _NO_RATE
    insurance_fixed: Centavos = ZERO
    balloon: Centavos = ZERO
    grace_principal: int = 0
    grace_interest: int = 0
    conventions: Conventions = field(default=DEFAULTS)

    def __post_init__(self) -> None:
        """Check every figure by itself, then those that depend on each other."""
        check_positive(self.principal, "principal")
        check_rate(self.rate_ea)
        check_rate(self.insurance_rate)
        if self.late_rate_ea is not None:
            check_rate(self.late_rate_ea)
        check_not_negative(self.insurance_fixed, "fixed premium")
        check_not_negative(self.balloon, "balloon")
        self._check_shape()
        check_anchor(self.first_due, self.anchor)
        if self.first_due <= self.disbursed_on:
            raise FirstDueTooEarly(first_due_on=self.first_due, disbursed_on=self.disbursed_on)

    @property
    def anchor(self) -> int:
        """The day of the month every due date falls on, where the month has it."""
        return self.anchor_day or (self.first_due_on or self.disbursed_on).day

    @property
    def first_due(self) -> date:
        """The first due date."""
        return self.first_due_on or due_date(self.disbursed_on, self.anchor, 1)

    def _check_shape(self) -> None:
        if type(self.instalments) is not int or not 1 <= self.instalments <= _LONGEST:
            raise TermOutOfRange(instalments=self.instalments, longest=_LONGEST)
        if self.balloon >= self.principal:
            raise BalloonTooLarge
        if not 0 <= self.grace_interest <= self.grace_principal < self.instalments:
            raise GraceTooLong
