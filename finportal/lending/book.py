"""The book: one credit's running account while its events are replayed. Mutable, never shared."""

from datetime import date

from finportal.lending.caps import CertifiedRates, limited_daily
from finportal.lending.dues import Due, allocate
from finportal.lending.holidays import next_business_day
from finportal.lending.money import make
from finportal.lending.parts import INDEX, NOTHING, Parts
from finportal.lending.plan import Plan, Position, accrued, fall_due, payoff_premium
from finportal.lending.rate_steps import RateSteps
from finportal.lending.state import Allocation, Movement, MovementKind
from finportal.lending.trace import Trace


class Book:
    """Amounts in centavos, days as numbers. `open` are the rows of `dues` with something unpaid."""

    def __init__(
        self, plan: Plan, position: Position, rates: CertifiedRates, trace: Trace | None
    ) -> None:
        """Open the account with nothing due."""
        self.rates, self.trace = rates, trace
        self.position, self.day = position, position.since
        self.credit = self.refunded = 0
        self.dues: list[Due] = []
        self.open: list[Due] = []
        self.movements: list[Movement] = []
        self.ahead: list[Parts] = []
        self.waived: list[Parts] = []
        self.premium_paid = 0
        self.accelerated = self.written_off = False
        self.adopt(plan)

    def adopt(self, plan: Plan) -> None:
        """Put a terms version in force."""
        self.plan, self.terms = plan, plan.terms
        self.choices = plan.terms.conventions
        self.order = tuple(INDEX[part] for part in self.choices.allocation_order)
        self._late: RateSteps | None = None

    def advance(self, day: int) -> None:
        """Let every row due up to `day` fall due, spend credit on it, and grow late interest."""
        ends = self.plan.periods.ends
        while self.position.balance and ends[self.position.row + 1] <= day:
            self._mature()
        self.day = day
        for due in self.open:
            if day > due.late_from:
                self._grow(due, day)

    def add_due(self, due: Due) -> None:
        """Add a row; credit waiting is spent on it at once."""
        self.dues.append(due)
        if due.owed != NOTHING:
            self.open.append(due)
        if self.credit:
            self.spend_credit()

    def late_steps(self) -> RateSteps:
        """The late rate of each day. Raises NoLateRate."""
        if self._late is None:
            self._late = limited_daily(self.rates, self.terms.late_rate_ea)
        return self._late

    def pay_dues(self, amount: int) -> tuple[int, list[Allocation]]:
        """Spend an amount on what is due: what is left, and what went where."""
        if not self.open:
            return amount, []
        left, allocations = allocate(amount, self.open, self.order, self.choices.allocation_by)
        self.close_paid()
        return left, allocations

    def close_paid(self) -> None:
        """Forget the open rows that owe nothing any more."""
        self.open = [due for due in self.open if due.owed != NOTHING]

    def spend_credit(self) -> None:
        """Spend the credit on what is due; a no-op without either."""
        if self.credit and self.open:
            before = self.credit
            self.credit, allocations = self.pay_dues(before)
            on = date.fromordinal(self.day)
            self.record("", MovementKind.CREDIT, on, before - self.credit, allocations)

    def record(
        self, event_id: str, kind: MovementKind, on: date, amount: int, went: list[Allocation]
    ) -> None:
        """Write a movement down."""
        moved = make(Movement, (event_id, kind, on, amount, tuple(went), self.credit))
        self.movements.append(moved)
        if self.trace:
            self.trace.movement(moved, self.choices.allocation_order)

    def accrued(self) -> int:
        """Interest earned today and not yet due."""
        return accrued(self.plan, self.position, self.day)

    def premium(self) -> int:
        """The premium of the broken period that a payoff today carries."""
        return max(0, payoff_premium(self.plan, self.position, self.day) - self.premium_paid)

    def to_settle(self) -> int:
        """What is to be paid today beyond what is due, so that nothing remains."""
        return self.accrued() + self.position.balance + self.premium()

    def pay_ahead(self, insurance: int, interest: int, principal: int) -> Allocation:
        """Pay the broken period's premium, accrued interest and principal not due, to this day."""
        row, balance, _, planned_since, _ = self.position
        planned = self.day if principal else planned_since
        unpaid = self.accrued() - interest
        self.position = Position(row, balance - principal, self.day, planned, unpaid)
        parts = make(Parts, (0, insurance, 0, interest, principal))
        self.ahead.append(parts)
        self.premium_paid += insurance
        return Allocation(None, parts)

    def _mature(self) -> None:
        plan, position = self.plan, self.position
        row, balance, *_ = position
        interest, principal, after = fall_due(plan, position)
        _, left, due_on, *_ = after
        premium = plan.premium.on(balance)
        if self.premium_paid:
            premium, self.premium_paid = max(0, premium - self.premium_paid), 0
        if self.trace:
            self.trace.row(plan, position, (interest, principal, premium))
        owed = make(Parts, (0, premium, 0, interest, principal))
        due = Due(plan.number + row, due_on, owed, balance, left)
        if self.choices.grace_days or self.choices.business_days:
            due.free_until = self._free_until(due_on)
        self.position, self.day = after, due_on
        self.add_due(due)

    def _free_until(self, due_on: int) -> int:
        if self.choices.business_days:
            due_on = next_business_day(date.fromordinal(due_on)).toordinal()
        return due_on + self.choices.grace_days

    def _grow(self, due: Due, day: int) -> None:
        steps = self.late_steps()
        if self.trace:
            self.trace.late(due, day, steps, self.terms.late_rate_ea)
        due.grow(day, steps, self.plan.unit)
