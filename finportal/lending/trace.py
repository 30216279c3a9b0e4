"""The trace: for each figure of a state its rule, its inputs and its rounding, as it was computed.

It is the data with which a borrower can verify the calculation (Decreto 1074/2015 art. 2.2.2.35.6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from finportal.lending.annuity import instalment_fraction
from finportal.lending.dues import Due
from finportal.lending.money import Centavos
from finportal.lending.plan import Charge, Plan, Position, accrued, paying_factors
from finportal.lending.rate_steps import RateSteps
from finportal.lending.rates import SCALE
from finportal.lending.state import Movement, State


class Rule(StrEnum):
    """The rules a figure can come from; the value says the rule in one line, with its source."""

    INSTALMENT = "(balance - balloon x v_n) / (v_1 + ... + v_n), v the discount factors"
    ROW_INTEREST = (
        "carry + principal not due x monthly rate x days / days of the period, each day at the "
        "lower of the agreed rate and the certified limit (Decreto 1074/2015 art. 2.2.2.35.8)"
    )
    ROW_PRINCIPAL = "instalment - interest at the agreed rate; the last row takes all that is left"
    ROW_INSURANCE = "opening balance x insurance rate + fixed premium"
    ACCRUED_INTEREST = "the current row's interest to this day, not yet due"
    LATE_INTEREST = (
        "overdue principal x daily equivalent of the lower of the late rate and the certified "
        "limit x days, simple, on principal alone (Decreto 1074/2015 art. 2.2.2.35.7)"
    )
    ALLOCATION = "the oldest row first, inside it by the contract's order (Codigo Civil art. 1653)"
    PAYOFF = "due + accrued interest + principal not due + premium - credit (Ley 2032/2020 art. 2)"


class Span(NamedTuple):
    """Days (start, end] on which `base` centavos bore `rate_ea`; `limited`: the law lowered it."""

    start: date
    end: date
    base: Centavos
    rate_ea: Decimal
    limited: bool

    @property
    def days(self) -> int:
        """The nights from start to end."""
        return (self.end - self.start).days


class Step(NamedTuple):
    """One figure: `result` is `exact` centavos rounded half-up to `unit` (0: not rounded) + `plus`.

    `inputs` are the other amounts and rates that the rule names; `row` is 0 where none applies.
    """

    rule: Rule
    on: date
    inputs: Mapping[str, Decimal | int | str]
    result: Centavos
    numerator: int
    denominator: int = 1
    unit: int = 0
    plus: int = 0
    row: int = 0
    spans: Sequence[Span] = ()

    @property
    def exact(self) -> Fraction:
        """The figure before rounding, in centavos."""
        return Fraction(self.numerator, self.denominator)


@dataclass(slots=True)
class Trace:
    """Collects the steps of one replay, in the order in which they were computed."""

    steps: list[Step] = field(default_factory=list)
    _late: dict[int, list[Span]] = field(default_factory=dict)

    def instalment(self, plan: Plan, position: Position) -> None:
        """Explain the level instalment in force from here on."""
        ahead = paying_factors(plan, position)
        balloon = min(plan.terms.balloon, position.balance)
        above, below = instalment_fraction(position.balance, balloon, ahead)
        self.steps.append(
            Step(
                rule=Rule.INSTALMENT,
                on=date.fromordinal(position.planned_since),
                row=plan.number + position.row,
                inputs={
                    "balance": position.balance,
                    "balloon": balloon,
                    "rows": len(ahead.numerators),
                    "rate_ea": plan.terms.rate_ea,
                },
                numerator=above,
                denominator=below,
                unit=plan.instalment_unit,
                result=Centavos(plan.instalment),
            )
        )

    def row(self, plan: Plan, position: Position, charge: Charge) -> None:
        """Explain what a row charges when it falls due."""
        self._interest(Rule.ROW_INTEREST, plan, position, plan.due(position.row))
        self.steps.append(
            Step(
                rule=Rule.ROW_PRINCIPAL,
                on=date.fromordinal(plan.due(position.row)),
                row=plan.number + position.row,
                inputs={
                    "instalment": plan.instalment,
                    "interest": charge.interest,
                    "opening": position.balance,
                },
                numerator=charge.principal,
                result=Centavos(charge.principal),
            )
        )
        self._insurance(plan, position)

    def late(self, due: Due, day: int, steps: RateSteps, agreed: Decimal | None) -> None:
        """Note the days that a row's late interest is about to grow by."""
        base = due.owed.principal
        if base:
            spans = _spans(steps, due.late_from, day, base, agreed)
            self._late.setdefault(id(due), []).extend(spans)

    def movement(self, movement: Movement, order: Iterable[str]) -> None:
        """Explain where an event's money went."""
        went = {
            f"{'ahead' if row is None else f'row {row}'} {part}": amount
            for row, parts in movement.allocations
            for part, amount in parts._asdict().items()
            if amount
        }
        self.steps.append(
            Step(
                rule=Rule.ALLOCATION,
                on=movement.value_date,
                inputs={
                    "event": movement.event_id,
                    "order": ", ".join(order),
                    **went,
                    "credit": movement.credit,
                },
                numerator=movement.amount,
                result=movement.amount,
            )
        )

    def close(self, dues: Sequence[Due], plan: Plan, position: Position, state: State) -> None:
        """Explain the figures of the state itself."""
        day = state.as_of.toordinal()
        for due in dues:
            if due.charged.late_interest:
                self._late_interest(due, state.as_of, plan.unit)
        self._interest(Rule.ACCRUED_INTEREST, plan, position, day)
        self._payoff(state)

    def _interest(self, rule: Rule, plan: Plan, position: Position, day: int) -> None:
        row, balance, since, _, carry = position
        if not balance or day <= since:
            return
        steps = plan.limits(row)
        above, below = plan.periods.factor(row, since, day, steps)
        self.steps.append(
            Step(
                rule=rule,
                on=date.fromordinal(day),
                row=plan.number + row,
                inputs={"period_days": plan.due(row) - plan.periods.begin(row)},
                spans=_spans(steps, since, day, balance, plan.terms.rate_ea),
                numerator=balance * above,
                denominator=below,
                unit=plan.unit,
                plus=carry,
                result=Centavos(accrued(plan, position, day)),
            )
        )

    def _insurance(self, plan: Plan, position: Position) -> None:
        premium = plan.premium
        self.steps.append(
            Step(
                rule=Rule.ROW_INSURANCE,
                on=date.fromordinal(plan.due(position.row)),
                row=plan.number + position.row,
                inputs={"opening": position.balance, "rate": premium.rate},
                numerator=position.balance * premium.scaled,
                denominator=SCALE,
                unit=plan.unit,
                plus=premium.fixed,
                result=Centavos(premium.on(position.balance)),
            )
        )

    def _late_interest(self, due: Due, on: date, unit: int) -> None:
        self.steps.append(
            Step(
                rule=Rule.LATE_INTEREST,
                on=on,
                row=due.number,
                inputs={"paid": due.paid.late_interest, "waived": due.waived.late_interest},
                spans=self._late.get(id(due), ()),
                numerator=due.late_exact,
                denominator=SCALE,
                unit=unit,
                plus=due.late_before,
                result=due.charged.late_interest,
            )
        )

    def _payoff(self, state: State) -> None:
        self.steps.append(
            Step(
                rule=Rule.PAYOFF,
                on=state.as_of,
                inputs={
                    **state.due._asdict(),
                    "accrued_interest": state.accrued_interest,
                    "principal_not_due": state.principal_not_due,
                    "premium": state.payoff_insurance,
                    "credit": state.credit,
                },
                numerator=state.payoff,
                result=state.payoff,
            )
        )


def _spans(steps: RateSteps, a: int, b: int, base: int, agreed: Decimal | None) -> list[Span]:
    return [
        Span(
            date.fromordinal(start),
            date.fromordinal(end),
            Centavos(base),
            effective,
            limited=agreed is not None and effective < agreed,
        )
        for start, end, effective, _ in steps.pieces(a, b)
    ]
