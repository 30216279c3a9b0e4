"""Loading certified rates from a file, as often as wished."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.table_problems import Problem, Report
from finportal.adapters.tables import Progress, Table
from finportal.lending import check_cap
from finportal.lending.caps import CapNotFromIbc
from finportal.services import audit, rate_caps
from finportal.services.portfolio import cells
from finportal.services.portfolio.cells import Found, Rule
from finportal.services.portfolio.lanes import Lanes
from finportal.services.portfolio.orders import Kind, Order, Result
from finportal.services.rate_caps import Cap

RATE_CAP_RULES = {
    "valid_from": Rule(cells.day),
    "valid_to": Rule(cells.day),
    "ibc_ea": Rule(cells.rate("1", zero=False)),
    "cap_ea": Rule(cells.rate("1", zero=False)),
}


def load(
    db: Database,
    table: Table,
    order: Order,
    *,
    report: Report,
    progress: Progress | None = None,
) -> Result:
    """Load a file in one transaction; days whose certificates are missing are warnings.

    Nothing is ever overwritten: an accepted change is one more certificate, and of two that cover a
    day the one recorded later holds. Raises UnreadableTable.
    """
    run = _Run(order)
    run.read(_entries(table, progress))
    with db.write() as session:
        run.compare(rate_caps.stored(session))
        if run.result.complete or not order.all_or_nothing:
            run.store(session)
        else:
            run.result = replace(run.result, added=0)
    for problem in sorted(run.problems, key=lambda problem: problem.line):
        report(problem)
    with db.read() as session:
        known = rate_caps.coverage(session)
    return replace(run.result, warnings=known.missing if known else ())


RATE_CAPS = Kind("rate-caps", RATE_CAP_RULES, load)


def _entries(table: Table, progress: Progress | None) -> Iterator[Cap | list[Problem]]:
    lanes = Lanes(table, RATE_CAP_RULES)
    for line, record in table.lines(progress):
        if found := lanes.found(line, record):
            _check(found)
            yield found.problems or Cap(line=found.line, **found.values)


def _check(found: Found) -> None:
    values = found.values
    if found.have("valid_from", "valid_to") and values["valid_to"] < values["valid_from"]:
        found.reject("valid_to", "is before valid_from")
    if found.have("ibc_ea", "cap_ea"):
        try:
            check_cap(Decimal(values["ibc_ea"]), Decimal(values["cap_ea"]))
        except CapNotFromIbc as error:
            expected = error.facts["expected"]
            found.reject("cap_ea", f"must be one and a half times ibc_ea: {expected}")


class _Run:
    """One loading: the good rows so far, what became of the others, and what is wrong."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._good: list[Cap] = []
        self._added: list[Cap] = []
        self._accepted: list[Cap] = []
        self.result = Result()
        self.problems: list[Problem] = []

    def read(self, entries: Iterator[Cap | list[Problem]]) -> None:
        """Take what the file says, but for lines that contradict each other."""
        for entry in entries:
            if isinstance(entry, Cap):
                self._good.append(entry)
            else:
                self._reject(*entry)
        clashing = dict(_clashes(self._good))
        for line, other in clashing.items():
            reason = f"line {other} says other figures for some of its days: keep one"
            self._reject(Problem(line, "valid_from", reason))
        self._good = [cap for cap in self._good if cap.line not in clashing]

    def compare(self, stored: list[Cap]) -> None:
        """Decide about each row; `stored`: the certificate of each span recorded last."""
        for cap, gap in rate_caps.beyond_a_gap(stored, self._good):
            reason = f"RateGap: no rate is certified for {gap}: load those days too, or first"
            self._reject(Problem(cap.line, "valid_from", reason))
            self._good.remove(cap)
        known = {cap.span: cap for cap in stored}
        for cap in self._good:
            holds = rate_caps.held_otherwise(known.values(), cap)
            if holds is None:
                self._count(unchanged=1)
                continue
            last = known.get(cap.span)
            others = [one for one in stored if one.span != cap.span and one.contradicts(cap)]
            if self._may_hold(cap, others, last) and self._may_follow(cap, last and holds):
                self._added.append(cap)
                known[cap.span] = cap._replace(recorded_on=self._order.today)
                if last or others:
                    self._accepted.append(cap)

    def store(self, session: Session) -> None:
        """Add what is to be added, with a row in the trail for what was changed by it."""
        rate_caps.add(session, self._added, self._order.now)
        for cap in self._accepted:
            audit.record(session, "rate_cap_changed", self._order.around, detail=cap.days)

    def _may_hold(self, cap: Cap, others: list[Cap], last: Cap | None) -> bool:
        """Whether it may hold over certificates of other spans.

        Where `last` is stored for its own span, that is a change like any other.
        """
        of_today = [one for one in others if one.recorded_on == self._order.today]
        if of_today:
            reason = (
                f"overlaps {of_today[0].days}, loaded today with other figures: "
                "of two certificates of one day neither holds over the other"
            )
            self._reject(Problem(cap.line, "valid_from", reason))
        elif others and not (last or self._order.accept_changes):
            reason = (
                f"overlaps {others[0].days}, certified with other figures: "
                "--accept-changes lets this line hold"
            )
            self._reject(Problem(cap.line, "valid_from", reason))
        return not of_today and bool(last or self._order.accept_changes or not others)

    def _may_follow(self, cap: Cap, holds: Cap | None) -> bool:
        """Whether it may be stored: it is new, or says otherwise than what holds of its span."""
        if holds is None:
            self._count(added=1)
            return True
        self._count(changed=1)
        if not self._order.accept_changes:
            self.result = replace(self.result, accepted=False)
            self.problems += _differences(cap, holds)
        return self._order.accept_changes

    def _count(self, **counted: int) -> None:
        counts = {name: getattr(self.result, name) + more for name, more in counted.items()}
        self.result = replace(self.result, read=self.result.read + 1, **counts)

    def _reject(self, *problems: Problem) -> None:
        self._count(rejected=1)
        self.problems += problems


def _differences(cap: Cap, holds: Cap) -> Iterator[Problem]:
    by = "" if holds.span == cap.span else f" (by the certificate of {holds.days})"
    for column, new, old in zip(("ibc_ea", "cap_ea"), cap.figures, holds.figures, strict=True):
        if new != old:
            yield Problem(cap.line, column, f"changed: {column} {old}{by} -> {new}")


def _clashes(caps: list[Cap]) -> Iterator[tuple[int, int]]:
    """The lines that contradict another one, each with that other."""
    ordered = sorted(caps, key=lambda cap: cap.span)
    for number, cap in enumerate(ordered):
        for other in islice(ordered, number + 1, None):
            if other.valid_from > cap.valid_to:
                break
            if cap.contradicts(other):
                yield cap.line, other.line
                yield other.line, cap.line
