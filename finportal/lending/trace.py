"""The trace: for each figure of a state its rule, its inputs and its rounding, as it was computed.

It is the data with which a borrower can verify the calculation (Decreto 1074/2015 art. 2.2.2.35.6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from finportal.lending.annuity import instalment_fraction
from finportal.lending.dues import Due
from finportal.lending.explanation import Rule, Span, Step
from finportal.lending.money import Centavos, half_up
from finportal.lending.plan import Plan, Position, accrued, paying_factors
from finportal.lending.rate_steps import RateSteps
from finportal.lending.rates import SCALE
from finportal.lending.state import Movement, State


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

    def row(self, plan: Plan, position: Position, charged: tuple[int, int, int]) -> None:
        """Explain the interest, principal and premium that a row charged when it fell due."""
        interest, principal, premium = charged
        self._interest(Rule.ROW_INTEREST, plan, position, plan.due(position.row))
        self.steps.append(
            Step(
                rule=Rule.ROW_PRINCIPAL,
                on=date.fromordinal(plan.due(position.row)),
                row=plan.number + position.row,
                inputs={
                    "instalment": plan.instalment,
                    "interest": interest,
                    "opening": position.balance,
                },
                numerator=principal,
                result=Centavos(principal),
            )
        )
        self._insurance(plan, position, premium)

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
            if due.late:
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

    def _insurance(self, plan: Plan, position: Position, charged: int) -> None:
        premium = plan.premium
        exact = position.balance * premium.scaled
        self.steps.append(
            Step(
                rule=Rule.ROW_INSURANCE,
                on=date.fromordinal(plan.due(position.row)),
                row=plan.number + position.row,
                inputs={"opening": position.balance, "rate": premium.rate},
                numerator=exact,
                denominator=SCALE,
                unit=plan.unit,
                plus=charged - half_up(exact, SCALE, plan.unit),
                result=Centavos(charged),
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
                result=Centavos(due.late),
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
