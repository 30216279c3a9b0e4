"""The payoff quote: what settles a credit on a day, part by part, and what the next day adds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from finportal.lending.caps import CertifiedRates
from finportal.lending.events import Event
from finportal.lending.money import Centavos
from finportal.lending.parts import Parts
from finportal.lending.replay import replay
from finportal.lending.state import State
from finportal.lending.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoffQuote:
    """Valid for its value date only. Amounts in centavos.

    amount = due + accrued interest + principal not due + insurance - credit, never below zero;
    `per_diem` is what the next day alone would add. No charge, and no interest of the days after
    (Ley 2032/2020 art. 2, Ley 1555/2012 art. 1).
    """

    on: date
    amount: Centavos
    due: Parts
    accrued_interest: Centavos
    principal_not_due: Centavos
    insurance: Centavos
    credit: Centavos
    per_diem: Centavos


def payoff_quote(
    terms: Terms, events: Iterable[Event], rates: CertifiedRates, on: date
) -> PayoffQuote:
    """Quote the payoff at the end of a day. Raises what `replay` raises."""
    recorded = list(events)
    counting = [event for event in recorded if event.value_date <= on]
    today = replay(terms, counting, rates, on)
    tomorrow = replay(terms, counting, rates, on + timedelta(days=1))
    return _quote(today, tomorrow.payoff)


def _quote(state: State, tomorrow: int) -> PayoffQuote:
    return PayoffQuote(
        on=state.as_of,
        amount=state.payoff,
        due=state.due,
        accrued_interest=state.accrued_interest,
        principal_not_due=state.principal_not_due,
        insurance=state.payoff_insurance,
        credit=state.credit,
        per_diem=Centavos(tomorrow - state.payoff),
    )
