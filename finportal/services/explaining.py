"""Why a figure is what it is: the steps of a replay, figure by figure."""

from dataclasses import dataclass
from datetime import date

from finportal.lending import Centavos, State, Trace
from finportal.lending.explanation import Rule, Step
from finportal.lending.state import RowState
from finportal.services.history import Line, history
from finportal.services.ledger import Credit

PAYOFF, ACCRUED, LATE, INSTALMENT = "payoff", "accrued", "late", "instalment"
ADDED_UP = ("due", "principal")
"""Figures that only add others up: the state alone explains them."""

_RULES = {
    PAYOFF: (Rule.PAYOFF,),
    ACCRUED: (Rule.ACCRUED_INTEREST,),
    LATE: (Rule.LATE_INTEREST,),
    INSTALMENT: (Rule.INSTALMENT,),
} | dict.fromkeys(ADDED_UP, ())
_OF_ROW = (Rule.ROW_INTEREST, Rule.ROW_PRINCIPAL, Rule.ROW_INSURANCE, Rule.LATE_INTEREST)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure's steps in the order they were computed, from the state of a day."""

    state: State
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class RowExplanation:
    """A row's steps; `ahead`: it is not due yet, and this is what it will be if nothing happens."""

    row: RowState
    ahead: bool
    steps: tuple[Step, ...]
    instalment: Step | None


def explain(credit: Credit, on: date, figure: str) -> Explanation | None:
    """The steps behind PAYOFF, ACCRUED, LATE, INSTALMENT or what is ADDED_UP; None for any other.

    Raises what `lending.replay` raises.
    """
    rules = _RULES.get(figure)
    if rules is None:
        return None
    trace = Trace()
    state = credit.state(on, trace)
    steps = [step for step in trace.steps if step.rule in rules]
    if figure == LATE:
        steps = [step for step in steps if left_to_pay(step)]
    return Explanation(state, tuple(steps[-1:] if figure == INSTALMENT else steps))


def left_to_pay(step: Step) -> Centavos:
    """What a step of late interest leaves to be paid, in centavos: result - paid - waived."""
    gone = (step.inputs.get("paid", 0), step.inputs.get("waived", 0))
    return Centavos(step.result - sum(int(amount) for amount in gone))


def explain_row(credit: Credit, on: date, number: int) -> RowExplanation | None:
    """The steps behind a row of the schedule in force on a day; None if it has no such row.

    A row ahead is explained on its due date, at the limits certified so far. Raises what
    `lending.replay` raises.
    """
    row = _row(credit.state(on), number)
    if row is None:
        return None
    trace = Trace()
    credit.as_of(on).state(max(on, row.due_date), trace)
    mine = [step for step in trace.steps if step.rule in _OF_ROW and step.row == number]
    plans = [
        step
        for step in trace.steps
        if step.rule is Rule.INSTALMENT and step.row <= number and step.on <= row.due_date
    ]
    return RowExplanation(row, row.due_date > on, tuple(mine), plans[-1] if plans else None)


def movement(credit: Credit, on: date, record: int) -> Line | None:
    """The movement of a stored event (its row) on a day; None if there was none.

    Raises what `lending.replay` raises.
    """
    lines = history(credit, credit.state(on))
    return next((line for line in lines if line.record == record), None)


def _row(state: State, number: int) -> RowState | None:
    return next((row for row in state.rows if row.number == number and number), None)
