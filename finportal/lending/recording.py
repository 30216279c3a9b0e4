"""Recording: what a new event must satisfy before it joins a credit's history."""

from collections.abc import Iterable
from datetime import date

from finportal.lending.caps import CertifiedRates
from finportal.lending.errors import LendingError
from finportal.lending.events import Event, Refund, Waiver
from finportal.lending.parts import INDEX
from finportal.lending.replay import replay
from finportal.lending.state import State
from finportal.lending.terms import Terms


class DatedInTheFuture(LendingError):
    """{id} is dated {on}, after today, {today}."""


class RefundExceedsCredit(LendingError):
    """The credit on {on} is {credit} centavos, less than the refund of {amount}."""


class WaiverExceedsDue(LendingError):
    """Only {due} centavos of {part} are due on {on}, less than the waiver of {amount}."""


def state_with(
    terms: Terms, events: Iterable[Event], rates: CertifiedRates, new: Event, today: date
) -> State:
    """The state today with the new event in it, if it may be recorded; nothing else is changed.

    Raises DatedInTheFuture, RefundExceedsCredit, WaiverExceedsDue, and all that `replay` raises: an
    unknown or repeated reversal, a date before the disbursement, a fee without evidence, ...
    """
    recorded = list(events)
    if new.value_date > today:
        raise DatedInTheFuture(id=new.id, on=new.value_date, today=today)
    state = replay(terms, [*recorded, new], rates, today)
    if isinstance(new, Refund | Waiver):
        _check_covered(replay(terms, recorded, rates, new.value_date), new)
    return state


def _check_covered(before: State, new: Refund | Waiver) -> None:
    on, amount = new.value_date, new.amount
    if isinstance(new, Refund):
        if amount > before.credit:
            raise RefundExceedsCredit(on=on, credit=before.credit, amount=amount)
        return
    due = before.due[INDEX[new.part]]
    if amount > due:
        raise WaiverExceedsDue(on=on, part=new.part, due=due, amount=amount)
