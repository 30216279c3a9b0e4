"""The facts of a statement: what moved in a period, what is owed at its end, what to pay next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from finportal.lender import Lender
from finportal.lending import Centavos, State, Trace, replay_through
from finportal.lending.conventions import Part
from finportal.lending.events import Reversal
from finportal.lending.parts import INDEX, NOTHING, Parts, add_up, minus, plus
from finportal.lending.state import MovementKind, RowState, RowStatus
from finportal.services.documents.facts import MoneyLine, Split
from finportal.services.documents.lines import money_lines, owed, paid_between
from finportal.services.documents.papers import (
    BalanceLine,
    CapitalPoint,
    Statement,
)
from finportal.services.documents.periods import Period
from finportal.services.documents.subject import Subject, said_by_all
from finportal.services.documents.workings import rates_of, workings_of
from finportal.services.ledger import Credit

_SHOWN: tuple[Part, ...] = (
    Part.PRINCIPAL, Part.INTEREST, Part.LATE_INTEREST, Part.INSURANCE, Part.FEES,
)  # fmt: skip


_POINTS = TypeAdapter(tuple[CapitalPoint, ...])
"""All points checked at once: one by one they would cost as much as a replay."""


@dataclass(frozen=True, slots=True)
class Before:
    """What the statement before said at its end, and what was known when it said so."""

    closing: Parts
    credit: Centavos
    last_event: int


def closing(statement: Statement) -> Before:
    """What a statement leaves for the next one."""
    at_end = {line.part: line.closing for line in statement.balances}
    return Before(Parts(**at_end), statement.credit, statement.basis.last_event)


def statement(subject: Subject, lender: Lender, of: Period, before: Before | None) -> Statement:
    """A period's facts. `before`: of the statement issued last, if there is one.

    Raises what `lending.replay` raises.
    """
    credit = subject.credit
    days = [day for day in (of.after, of.cutoff) if day]
    trace = Trace()
    ahead = of.due_on, trace
    replayed = replay_through(credit.terms, credit.events, credit.rates, days, ahead)
    at_start = next(replayed) if of.after else None
    state = next(replayed)
    opened = _opened(credit, at_start)
    row = next((row for row in state.upcoming if row.due_date == of.due_on), None)
    if row:
        next(replayed, None)
    workings = workings_of(credit, state, row, trace)
    first = _next_day(of.after) if of.after else credit.contract.begins
    started = before or Before(opened.owed, opened.credit, 0)
    instalment = _instalment(row)
    rows = [row for row in state.rows if row.number]
    return Statement(
        **said_by_all(subject, lender),
        month=of.month,
        begins_on=first,
        cutoff=of.cutoff,
        due_on=of.due_on,
        row=row.number if row else None,
        rows_total=max((row.number for row in rows), default=0),
        rows_paid=_paid(rows),
        balances=_balances(credit, state, of, opened, started),
        credit_opening=started.credit,
        credit=state.credit,
        instalment=instalment,
        overdue=Split.of(state.due),
        days_past_due=state.days_past_due,
        oldest_due_on=state.oldest_due_date,
        to_pay=Centavos(max(0, instalment.total + state.due.total - state.credit)),
        payments=money_lines(credit, state, first),
        late_since=_known_late(credit, at_start, before),
        rates=rates_of(credit, state, workings),
        workings=workings,
        capital=_curve(credit, rows),
    )


@dataclass(frozen=True, slots=True)
class _Opened:
    """The credit at the start of a period. `disbursed`: it began in it."""

    owed: Parts
    credit: Centavos
    disbursed: Parts
    counted: State | None


def _opened(credit: Credit, at_start: State | None) -> _Opened:
    if at_start:
        return _Opened(owed(at_start), at_start.credit, NOTHING, at_start)
    opening = credit.contract.opening
    if opening is None:
        lent = NOTHING._replace(principal=credit.terms.principal)
        return _Opened(NOTHING, Centavos(0), lent, None)
    dues = add_up(Parts(**{part: getattr(due, part) for part in Part}) for due in opening.dues)
    brought = plus(dues, NOTHING._replace(principal=opening.principal_not_due))
    return _Opened(brought, opening.credit, NOTHING, None)


def _balances(
    credit: Credit, state: State, of: Period, opened: _Opened, started: Before
) -> tuple[BalanceLine, ...]:
    after = of.after or date.min
    at_end = owed(state)
    paid = paid_between(state, after, of.cutoff)
    waived = add_up(
        movement.parts
        for movement in state.movements
        if movement.kind is MovementKind.WAIVER and movement.value_date > after
    )
    restored = _restored(credit, of, opened.counted)
    adjusted = minus(opened.owed, started.closing)
    known = plus(plus(started.closing, opened.disbursed), plus(adjusted, restored))
    charged = minus(plus(at_end, plus(paid, waived)), known)
    columns = (
        started.closing, opened.disbursed, charged, paid, waived, restored, adjusted, at_end,
    )  # fmt: skip
    names = ("opening", "disbursed", "charged", "paid", "waived", "restored", "adjusted", "closing")
    return tuple(
        BalanceLine(
            part=part.value,
            **{name: column[INDEX[part]] for name, column in zip(names, columns, strict=True)},
        )
        for part in _SHOWN
    )


def _restored(credit: Credit, of: Period, at_start: State | None) -> Parts:
    """What is owed again at the start because payments before it were reversed in the period."""
    if not (at_start and of.after):
        return NOTHING
    days = (one.event.value_date for one in credit.records if isinstance(one.event, Reversal))
    if not any(of.after < day <= of.cutoff for day in days):
        return NOTHING
    without = credit.standing(of.cutoff).state(of.after)
    return minus(owed(without), owed(at_start))


def _paid(rows: Sequence[RowState]) -> int:
    """How many instalments are paid, those before a credit was taken over included."""
    before = min((row.number for row in rows), default=1) - 1
    return before + sum(row.status is RowStatus.PAID for row in rows)


def _instalment(row: RowState | None) -> Split:
    if row is None:
        return Split()
    return Split(insurance=row.insurance, interest=row.interest, principal=row.principal)


def _known_late(
    credit: Credit, at_start: State | None, before: Before | None
) -> tuple[MoneyLine, ...]:
    """Money of days that the statement before told of, recorded after it was issued."""
    if before is None or at_start is None:
        return ()
    late = {
        record.id: record.event.value_date
        for record in credit.records
        if record.id > before.last_event and record.event.value_date <= at_start.as_of
    }
    if not late:
        return ()
    lines = money_lines(credit, at_start, min(late.values()))
    return tuple(line for line in lines if line.record in late)


def _curve(credit: Credit, rows: Sequence[RowState]) -> tuple[CapitalPoint, ...]:
    if not rows:
        return ()
    begins = {"on": credit.contract.begins, "balance": rows[0].opening}
    ahead = [{"on": row.due_date, "balance": row.balance} for row in rows]
    return _POINTS.validate_python([begins, *ahead])


def _next_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
