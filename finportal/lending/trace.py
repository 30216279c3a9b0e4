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
from finportal.lending.money import Centavos, half_up, make
from finportal.lending.parts import Parts
from finportal.lending.plan import Plan, Position, paying_factors
from finportal.lending.rate_steps import RateSteps
from finportal.lending.rates import SCALE
from finportal.lending.state import Movement, State

Inputs = dict[str, Decimal | int | str]

_PARTS = Parts._fields
_ROW_PRINCIPAL, _ROW_INSURANCE = Rule.ROW_PRINCIPAL, Rule.ROW_INSURANCE


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
        inputs: Inputs = {
            "balance": position.balance,
            "balloon": balloon,
            "rows": len(ahead.numerators),
            "rate_ea": plan.terms.rate_ea,
        }
        on, unit = date.fromordinal(position.planned_since), plan.instalment_unit
        number = plan.number + position.row
        self.steps.append(
            Step(
                Rule.INSTALMENT,
                on,
                inputs,
                Centavos(plan.instalment),
                above,
                below,
                unit,
                0,
                number,
            )
        )

    def row(self, plan: Plan, position: Position, charged: tuple[int, int, int]) -> None:
        """Explain the interest, principal and premium that a row charged when it fell due."""
        _, principal, premium = charged
        due, number = plan.due(position.row), plan.number + position.row
        on, opening = date.fromordinal(due), position.balance
        self._interest(Rule.ROW_INTEREST, plan, position, due)
        inputs = {"opening": opening}
        if 0 < principal < opening:  # neither a row of grace nor the last one
            inputs |= {"instalment": plan.instalment, "interest": plan.instalment - principal}
        self.steps.append(
            Step(_ROW_PRINCIPAL, on, inputs, Centavos(principal), principal, 1, 0, 0, number)
        )
        unit, exact = plan.unit, opening * plan.premium.scaled
        priced: Inputs = {"opening": opening, "rate": plan.premium.rate}
        fixed = premium - half_up(exact, SCALE, unit)
        self.steps.append(
            Step(_ROW_INSURANCE, on, priced, Centavos(premium), exact, SCALE, unit, fixed, number)
        )

    def late(self, due: Due, day: int, steps: RateSteps, agreed: Decimal | None) -> None:
        """Note the days that a row's late interest is about to grow by."""
        base = due.owed.principal
        if base:
            spans = _spans(steps, due.late_from, day, base, agreed)
            self._late.setdefault(id(due), []).extend(spans)

    def movement(self, movement: Movement, order: Iterable[str]) -> None:
        """Explain where an event's money went."""
        inputs: Inputs = {"event": movement.event_id, "order": ", ".join(order)}
        for row, parts in movement.allocations:
            where = "ahead" if row is None else f"row {row}"
            for part, amount in zip(_PARTS, parts, strict=True):
                if amount:
                    inputs[f"{where} {part}"] = amount
        inputs["credit"] = movement.credit
        amount = movement.amount
        self.steps.append(Step(Rule.ALLOCATION, movement.value_date, inputs, amount, amount))

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
        exact, unit = balance * above, plan.unit
        inputs = {"period_days": plan.due(row) - plan.periods.begin(row)}
        spans = _spans(steps, since, day, balance, plan.terms.rate_ea)
        on, result = date.fromordinal(day), Centavos(carry + half_up(exact, below, unit))
        self.steps.append(
            Step(rule, on, inputs, result, exact, below, unit, carry, plan.number + row, spans)
        )

    def _late_interest(self, due: Due, on: date, unit: int) -> None:
        inputs = {"paid": due.paid.late_interest, "waived": due.waived.late_interest}
        spans, before = self._late.get(id(due), ()), due.late_before
        exact, rule = due.late_exact, Rule.LATE_INTEREST
        self.steps.append(
            Step(
                rule, on, inputs, Centavos(due.late), exact, SCALE, unit, before, due.number, spans
            )
        )

    def _payoff(self, state: State) -> None:
        inputs = {
            **state.due._asdict(),
            "accrued_interest": state.accrued_interest,
            "principal_not_due": state.principal_not_due,
            "premium": state.payoff_insurance,
            "credit": state.credit,
        }
        self.steps.append(Step(Rule.PAYOFF, state.as_of, inputs, state.payoff, state.payoff))


def _spans(steps: RateSteps, a: int, b: int, base: int, agreed: Decimal | None) -> list[Span]:
    day = date.fromordinal
    return [
        make(Span, (day(start), day(end), base, rate, agreed is not None and rate < agreed))
        for start, end, rate, _ in steps.pieces(a, b)
    ]
