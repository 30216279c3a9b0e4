"""An independent reckoning of a credit: every day, every rate in Decimal, nothing shared or fast.

It knows the month convention, insurance, balloon, grace, limits, payments, prepayments, fees,
waivers and the two orders of allocation, and is written from the definitions alone.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext

PARTS = ("fees", "insurance", "late_interest", "interest", "principal")
DAY = timedelta(days=1)


def rounded(amount: Decimal, unit: int) -> int:
    units = amount / unit + Decimal("0.5")
    return int(units // 1) * unit


def root(effective: Decimal, periods: int) -> Decimal:
    return ((1 + effective).ln() / periods).exp() - 1


def shifted(day: date, months: int, anchor: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, number = divmod(count, 12)
    return date(year, number + 1, min(anchor, monthrange(year, number + 1)[1]))


@dataclass
class Contract:
    principal: int
    rate: Decimal
    rows: int
    disbursed: date
    first_due: date
    late: Decimal | None = None
    insurance: Decimal = Decimal(0)
    premium: int = 0
    balloon: int = 0
    grace: int = 0
    order: tuple = PARTS
    by_part: bool = False
    grace_days: int = 0
    keep_instalment: bool = False
    fee_own_row: bool = False
    unit: int = 100
    caps: list = field(default_factory=list)

    def cap(self, day: date) -> Decimal:
        """The limit of a day; after the last certificate, the last one."""
        past = [cap for first, cap in self.caps if first <= day]
        return past[-1]


class Row(dict):
    """Owed by part, with the exact late interest so far."""

    def __init__(self, due: date, parts: dict[str, int], free_until: date) -> None:
        super().__init__(dict.fromkeys(PARTS, 0) | parts)
        self.due, self.free_until = due, free_until
        self.late_exact, self.late_settled = Decimal(0), 0


class Oracle:
    def __init__(self, contract: Contract) -> None:
        self.c = contract
        self.day = contract.disbursed
        anchor = contract.first_due.day
        self.dates = [shifted(contract.first_due, k, anchor) for k in range(-1, contract.rows)]
        self.next = 1
        self.balance, self.credit = contract.principal, 0
        self.exact = self.planned = Decimal(0)
        self.carry = 0
        self.rows: list[Row] = []
        self.last = contract.rows
        self.monthly = root(contract.rate, 12)
        self.instalment = self.solve(contract.balloon)
        self.paid = dict.fromkeys(PARTS, 0)

    def factors(self) -> Iterator[Decimal]:
        """The agreed interest per peso of the rows left, the first from today on."""
        first = self.dates[self.next] - self.day
        whole = self.dates[self.next] - self.dates[self.next - 1]
        yield self.monthly * first.days / whole.days
        yield from (self.monthly for _ in range(self.next + 1, self.last + 1))

    def solve(self, balloon: int) -> int:
        discount, total = Decimal(1), Decimal(0)
        for row, factor in enumerate(self.factors(), self.next):
            if row > self.c.grace:
                discount /= 1 + factor
                total += discount
        return rounded((self.balance - balloon * discount) / total, self.c.unit)

    def run(self, events: list, until: date) -> None:
        waiting = sorted((e for e in events if e[0] <= until), key=lambda e: e[:3])
        while True:
            if self.balance and self.next <= self.last and self.day == self.dates[self.next]:
                self.fall_due()
            while waiting and waiting[0][0] == self.day:
                _, _, _, kind, *rest = waiting.pop(0)
                getattr(self, kind)(*rest)
            if self.day == until:
                return
            self.day += DAY
            self.night()

    def night(self) -> None:
        """The night that ends today belongs to today's limit."""
        cap = self.c.cap(self.day)
        if self.balance:
            whole = (self.dates[self.next] - self.dates[self.next - 1]).days
            limited = root(min(self.c.rate, cap), 12)
            self.exact += self.balance * limited / whole
            self.planned += (
                self.balance * (limited if self.c.keep_instalment else self.monthly) / whole
            )
        daily = root(cap if self.c.late is None else min(self.c.late, cap), 365)
        for row in self.rows:
            row.late_exact += row["principal"] * daily
            if self.day > row.free_until:
                row["late_interest"] = rounded(row.late_exact, self.c.unit) - row.late_settled

    def accrued(self) -> int:
        return self.carry + rounded(self.exact, self.c.unit)

    def fall_due(self) -> None:
        interest = self.accrued()
        if self.next <= self.c.grace:
            principal = 0
        elif self.next == self.last:
            principal = self.balance
        else:
            principal = min(
                max(self.instalment - rounded(self.planned, self.c.unit), 0), self.balance
            )
        insurance = rounded(self.balance * self.c.insurance, self.c.unit) + self.c.premium
        owed = {"insurance": insurance, "interest": interest, "principal": principal}
        self.rows.append(Row(self.day, owed, self.day + DAY * self.c.grace_days))
        self.balance -= principal
        self.exact = self.planned = Decimal(0)
        self.carry = 0
        self.next += 1
        self.credit = self.spend(self.credit)

    def spend(self, amount: int) -> int:
        pairs = [(row, part) for row in self.rows for part in self.c.order]
        if self.c.by_part:
            pairs = [(row, part) for part in self.c.order for row in self.rows]
        for row, part in pairs:
            taken = min(amount, row[part])
            row[part] -= taken
            amount -= taken
            self.paid[part] += taken
            if part == "late_interest":
                row.late_settled += taken
            self.forgive_if_cured(row)
        return amount

    def forgive_if_cured(self, row: Row) -> None:
        """Principal gone within the days of grace was never late."""
        if not row["principal"] and self.day <= row.free_until:
            row.late_exact = Decimal(0)

    def open(self) -> list[Row]:
        return [row for row in self.rows if any(row.values())]

    def close_if_covered(self) -> None:
        if not self.open() and self.balance and self.credit >= self.accrued() + self.balance:
            self.ahead(self.accrued(), self.balance)

    def ahead(self, interest: int, principal: int) -> None:
        self.credit -= interest + principal
        self.paid["interest"] += interest
        self.paid["principal"] += principal
        self.carry = self.accrued() - interest
        self.exact = Decimal(0)
        self.balance -= principal

    def pay(self, amount: int) -> None:
        self.credit += self.spend(amount)
        self.close_if_covered()

    def prepay(self, amount: int, keeps: str) -> None:
        left = self.spend(amount)
        waiting = self.credit
        self.credit += left
        self.close_if_covered()
        if not left or not self.balance:
            return
        interest = min(left, self.accrued())
        self.ahead(interest, left - interest)
        assert self.credit == waiting
        if left == interest:
            return
        self.planned = Decimal(0)
        if keeps == "dates":
            self.instalment = min(self.instalment, self.solve(min(self.c.balloon, self.balance)))
        self.shorten()

    def shorten(self) -> None:
        balance = self.balance
        for row, factor in enumerate(self.factors(), self.next):
            if row > self.c.grace:
                balance -= max(0, self.instalment - rounded(balance * factor, self.c.unit))
            if balance <= 0:
                self.last = row
                return

    def fee(self, amount: int) -> None:
        if self.open() and not self.c.fee_own_row:
            self.open()[0]["fees"] += amount
        else:
            self.rows.append(Row(self.day, {"fees": amount}, self.day))
        self.credit = self.spend(self.credit)

    def waive(self, part: str, amount: int) -> None:
        for row in self.rows:
            taken = min(amount, row[part])
            row[part] -= taken
            amount -= taken
            if part == "late_interest":
                row.late_settled += taken
            self.forgive_if_cured(row)

    def figures(self) -> dict:
        dues = {part: sum(row[part] for row in self.rows) for part in PARTS}
        oldest = min((row.due for row in self.open()), default=self.day)
        payoff = sum(dues.values()) + self.accrued() + self.balance - self.credit
        return {
            **dues,
            "accrued_interest": self.accrued(),
            "principal_not_due": self.balance,
            "credit": self.credit,
            "payoff": max(0, payoff),
            "days_past_due": (self.day - oldest).days,
            "paid": tuple(self.paid.values()),
        }


def reckon(contract: Contract, events: list, until: date) -> dict:
    """Events are (date, rank, id, kind, *arguments)."""
    with localcontext() as context:
        context.prec = 50
        oracle = Oracle(contract)
        oracle.run(events, until)
        return oracle.figures()
