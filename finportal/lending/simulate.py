"""The simulator: what an extra payment would change, with both choices side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from finportal.lending.caps import CertifiedRates
from finportal.lending.events import Effect, Event, Prepayment
from finportal.lending.money import Centavos
from finportal.lending.parts import Parts, minus
from finportal.lending.replay import replay
from finportal.lending.state import RowState, State
from finportal.lending.terms import Terms

_LAST_OF_ITS_DAY = "\uffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A credit as it would stand on the day, and the rows that would follow if paid on time.

    `interest_saved`: ordinary interest that will never be charged, in centavos.
    """

    state: State
    rows: tuple[RowState, ...]
    interest_left: Centavos
    interest_saved: Centavos

    @property
    def instalment(self) -> Centavos:
        """The level instalment from now on; zero once the credit is settled."""
        return self.state.instalment if self.rows else Centavos(0)

    @property
    def ends_on(self) -> date:
        """The last due date, or the day itself if nothing is left."""
        return self.rows[-1].due_date if self.rows else self.state.as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """An extra payment of `amount` on a day: without it, and with each choice.

    `to_dues` is the part of the amount that only pays what is already due; `to_interest` the part
    that pays interest up to the day; `to_principal` what lowers the principal not yet due.
    """

    on: date
    amount: Centavos
    to_dues: Parts
    to_interest: Centavos
    to_principal: Centavos
    without: Projection
    reduce_term: Projection
    reduce_instalment: Projection

    @property
    def swallowed_by_arrears(self) -> bool:
        """Arrears take the whole amount: nothing reaches the principal not yet due."""
        return self.to_principal == 0 and any(self.to_dues)


def simulate_extra_payment(
    terms: Terms, events: Iterable[Event], rates: CertifiedRates, on: date, amount: Centavos
) -> Simulation:
    """Replay the credit with one hypothetical prepayment, after the other payments of its day.

    The borrower may prepay any amount and chooses what it lowers (Ley 1555/2012 art. 1, Ley
    2032/2020 arts. 1 and 2). Raises AmountNotPositive and what `replay` raises.
    """
    recorded = list(events)
    shorter, lower = (
        replay(terms, [*recorded, _prepayment(on, amount, effect)], rates, on)
        for effect in (Effect.REDUCE_TERM, Effect.REDUCE_INSTALMENT)
    )
    without = replay(terms, recorded, rates, on)
    went = next(one for one in shorter.movements if one.event_id == _LAST_OF_ITS_DAY)
    ahead = next((parts for row, parts in went.allocations if row is None), Parts())
    before = without.interest_left - ahead.interest
    return Simulation(
        on=on,
        amount=amount,
        to_dues=minus(went.parts, ahead),
        to_interest=ahead.interest,
        to_principal=ahead.principal,
        without=_projection(without, without.interest_left),
        reduce_term=_projection(shorter, before),
        reduce_instalment=_projection(lower, before),
    )


def _prepayment(on: date, amount: Centavos, effect: Effect) -> Prepayment:
    return Prepayment(id=_LAST_OF_ITS_DAY, value_date=on, amount=amount, effect=effect)


def _projection(state: State, interest_before: int) -> Projection:
    left = state.interest_left
    return Projection(
        state=state,
        rows=state.upcoming,
        interest_left=left,
        interest_saved=Centavos(interest_before - left),
    )
