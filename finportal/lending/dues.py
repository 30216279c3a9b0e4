"""Dues: rows that have fallen due, their late interest, and the waterfall that pays them.

Late interest is simple and runs on overdue principal only (Decreto 1074/2015 art. 2.2.2.35.7, Ley
1480/2011 art. 45): each day's principal x the daily equivalent of that day's rate, summed exactly
and rounded once, at the date asked for. Interest, insurance and fees that are unpaid bear nothing.
"""

from collections.abc import Sequence

from finportal.lending.conventions import AllocationBy
from finportal.lending.money import half_up, make
from finportal.lending.parts import NOTHING, PRINCIPAL, Parts, minus, only, plus, raised
from finportal.lending.rate_steps import RateSteps
from finportal.lending.rates import SCALE
from finportal.lending.state import Allocation

_PART = AllocationBy.PART


class Due:
    """A row that has fallen due. Mutable, and private to a replay.

    `charged` is what fell due, `late` the late interest charged since, of which a migrated row
    brought `late_before` along; `late_exact` is the rest before rounding, over SCALE, up to day
    number `late_from`. Up to `free_until` none is asked.
    """

    __slots__ = (
        "balance",
        "charged",
        "due_on",
        "free_until",
        "late",
        "late_before",
        "late_exact",
        "late_from",
        "number",
        "opening",
        "owed",
        "paid",
        "waived",
    )

    def __init__(self, number: int, due_on: int, owed: Parts, opening: int, balance: int) -> None:
        """Begin with nothing paid."""
        self.number = number
        self.due_on = self.late_from = self.free_until = due_on
        self.owed = self.charged = owed
        self.paid = self.waived = NOTHING
        self.opening = opening
        self.balance = balance
        self.late_exact = 0
        self.late: int = owed.late_interest
        self.late_before = self.late

    def grow(self, day: int, steps: RateSteps, unit: int) -> None:
        """Bring the late interest to `day`, rounded half-up: the fifth named place of rounding."""
        principal = self.owed.principal
        if principal:
            self.late_exact += principal * steps.between(self.late_from, day)
            self.late_from = day
        elif self.late_from <= self.free_until:
            self.late_exact = 0
        grown: int = self.late_before
        if day > self.free_until:
            grown += half_up(self.late_exact, SCALE, unit)
        if grown != self.late:
            fees, insurance, late, interest, principal = self.owed
            owed = (fees, insurance, late + grown - self.late, interest, principal)
            self.owed = make(Parts, owed)
            self.late = grown

    def charge(self, part: int, amount: int) -> None:
        """Let `amount` more be due of one part, or less if it is negative."""
        if amount:
            self.charged = raised(self.charged, part, amount)
            self.owed = raised(self.owed, part, amount)

    def pay(self, amount: int, order: Sequence[int]) -> Parts:
        """Pay these parts, in this order, as far as the amount goes; return what each received."""
        taken = [0, 0, 0, 0, 0]
        left: list[int] = [*self.owed]
        for part in order:
            if left[part] >= amount:
                taken[part] = amount
                left[part] -= amount
                break
            amount -= left[part]
            taken[part], left[part] = left[part], 0
        paid, self.owed = make(Parts, taken), make(Parts, left)
        self.paid = paid if self.paid is NOTHING else plus(self.paid, paid)
        return paid

    def pay_all(self) -> Parts:
        """Pay all that is owed; return it."""
        taken, self.owed = self.owed, NOTHING
        self.paid = plus(self.paid, taken) if self.paid is not NOTHING else taken
        return taken

    def waive(self, amount: int, part: int) -> Parts:
        """Forgive up to `amount` of one part; return what was forgiven."""
        forgiven = only(part, min(self.owed[part], amount))
        self.owed = minus(self.owed, forgiven)
        self.waived = plus(self.waived, forgiven)
        return forgiven

    def absorb(self) -> int:
        """Take the overdue principal out of the row, for new terms to plan anew."""
        principal = self.owed.principal
        self.charge(PRINCIPAL, -principal)
        return principal


def allocate(
    amount: int, dues: Sequence[Due], order: Sequence[int], by: AllocationBy
) -> tuple[int, list[Allocation]]:
    """Pay the dues, the oldest first, in the contract's order: what is left, and what went where.

    The contract rules the order; in its silence interest comes before principal (Codigo Civil art.
    1653).
    """
    if by is _PART:
        return _part_by_part(amount, dues, order)
    went: list[Allocation] = []
    for due in dues:
        owed = sum(due.owed)
        if amount < owed:
            if amount:
                went.append(make(Allocation, (due.number, due.pay(amount, order))))
            return 0, went
        amount -= owed
        went.append(make(Allocation, (due.number, due.pay_all())))
    return amount, went


def _part_by_part(
    amount: int, dues: Sequence[Due], order: Sequence[int]
) -> tuple[int, list[Allocation]]:
    before = [due.paid for due in dues]
    for part in order:
        for due in dues:
            amount -= sum(due.pay(amount, (part,)))
    went = [
        Allocation(due.number, minus(due.paid, paid))
        for due, paid in zip(dues, before, strict=True)
        if due.paid != paid
    ]
    return amount, went
