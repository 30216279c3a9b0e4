"""The payments of some days as papers list them, and how much capital was owed on each."""

from collections.abc import Iterable, Sequence
from datetime import date

from finportal.lending import Centavos, State
from finportal.lending.events import Payment, Prepayment
from finportal.lending.parts import NOTHING, Parts, add_up, raised
from finportal.lending.parts import PRINCIPAL as PRINCIPAL_PLACE
from finportal.lending.state import Allocation, MovementKind
from finportal.services.days import bogota_day
from finportal.services.documents.facts import MoneyLine, Split
from finportal.services.history import PAYING, REVERSAL, Line, history
from finportal.services.ledger import Credit

MONEY = (*PAYING, REVERSAL, MovementKind.REFUND)
"""What a list of payments shows: money in, its reversals, and what was given back."""


def owed(state: State) -> Parts:
    """All that is owed at the end of a day, due or not; interest up to that day."""
    with_accrued = state.due._replace(
        interest=Centavos(state.due.interest + state.accrued_interest)
    )
    return raised(with_accrued, PRINCIPAL_PLACE, state.principal_not_due)


def capital(state: State) -> Centavos:
    """The principal owed at the end of a day, due or not."""
    return Centavos(state.principal_not_due + state.due.principal)


def paid_between(state: State, after: date, last: date) -> Parts:
    """What the money that counts from (after, last] paid, part by part; reversed money nothing."""
    return add_up(
        movement.parts
        for movement in state.movements
        if movement.kind in PAYING and after < movement.value_date <= last
    )


def money_lines(
    credit: Credit, state: State, first: date, until: date | None = None
) -> tuple[MoneyLine, ...]:
    """Payments and reversals from `first` to the state's day, the oldest first.

    `until`: what was reversed up to this later day counts as reversed too; the state must be that
    of `credit.standing(until)` then. Raises what `lending.replay` raises.
    """
    lines = [
        line
        for line in reversed(history(credit, state, until))
        if line.kind in MONEY and line.value_date >= first
    ]
    counted = credit.standing(until) if until else credit
    capital_after = _capital_after(counted, state, lines)
    recorded = {record.id: bogota_day(record.recorded_at) for record in credit.records}
    dues = {row.number: row.due_date for row in state.rows}
    return tuple(
        _money_line(line, recorded, dues, after)
        for line, after in zip(lines, capital_after, strict=True)
    )


def _money_line(
    line: Line, recorded: dict[int, date], dues: dict[int, date], after: Centavos
) -> MoneyLine:
    rows = tuple(one.row for one in line.allocations if one.row)
    oldest = min((dues[row] for row in rows if row in dues), default=line.value_date)
    return MoneyLine(
        on=line.value_date,
        recorded_on=recorded.get(line.record or 0, line.value_date),
        kind=line.kind,
        channel=line.channel,
        receipt=line.receipt,
        amount=line.amount,
        split=split_of(line.allocations) if line.movement else None,
        rows=rows,
        days_late=max(0, (line.value_date - oldest).days),
        credit=line.movement.credit if line.movement else Centavos(0),
        principal_after=after,
        reversed_on=line.reversed_on,
        reverses=line.reverses,
        record=line.record,
    )


def split_of(allocations: Iterable[Allocation]) -> Split:
    """Where a payment went, in all."""
    return Split.of(add_up(one.parts for one in allocations))


def standing(lines: Sequence[MoneyLine]) -> tuple[Split, Centavos]:
    """What counts of these lines: where it went, and the money that came in."""
    parts = add_up(line.split.parts if line.split else NOTHING for line in lines if _pays(line))
    money = (MovementKind.PAYMENT, MovementKind.PREPAYMENT)
    came = sum(line.amount for line in lines if line.kind in money and not line.reversed_on)
    return Split.of(parts), Centavos(came)


def _pays(line: MoneyLine) -> bool:
    return line.kind in PAYING and line.reversed_on is None


def _capital_after(credit: Credit, state: State, lines: Sequence[Line]) -> list[Centavos]:
    """The capital owed after each line.

    A running sum back from the state's day where payments alone moved it; where other events did,
    back from the end of each line's own day.
    """
    plain = all(isinstance(record.event, Payment | Prepayment) for record in credit.records)
    owing, after, day = capital(state), list[Centavos](), state.as_of
    for line in reversed(lines):
        if not plain and (line.value_date != day or not after):
            day = line.value_date
            owing = capital(credit.state(day))
        after.append(owing)
        principal = sum(one.parts.principal for one in line.allocations)
        owing = Centavos(owing + (principal if line.kind in PAYING else 0))
    return after[::-1]
