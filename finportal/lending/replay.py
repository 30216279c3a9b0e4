"""The replay: terms, events and certified rates in, the state at a date out."""

from collections.abc import Iterable
from datetime import date

from finportal.lending.book import Book
from finportal.lending.caps import CertifiedRates
from finportal.lending.events import Event, Opening
from finportal.lending.migration import take_over
from finportal.lending.plan import begin, plan_for
from finportal.lending.postings import post
from finportal.lending.state import State
from finportal.lending.summary import summary
from finportal.lending.terms import Terms
from finportal.lending.timeline import BeforeDisbursement, timeline
from finportal.lending.trace import Trace


def replay(
    terms: Terms,
    events: Iterable[Event],
    rates: CertifiedRates,
    as_of: date,
    trace: Trace | None = None,
) -> State:
    """The state of the credit at the end of `as_of`.

    Pure: the same for any order or repetition of the events, and untouched by those after `as_of`.
    With a Trace, each figure is explained in it.

    Raises BeforeDisbursement, OpeningBeyondTerm, RateGap, NoLateRate, NegativeAmortisation, and
    what `timeline` and `post` raise.
    """
    counting = timeline(events, terms, as_of)
    opening = next((event for event in counting[:1] if isinstance(event, Opening)), None)
    begins = opening.value_date if opening else terms.disbursed_on
    if as_of < begins:
        raise BeforeDisbursement(what="The date asked for", on=as_of, begins=begins)
    book = take_over(terms, opening, rates, trace) if opening else _disburse(terms, rates, trace)
    for event in counting:
        book.advance(event.value_date.toordinal())
        post(book, event)
    book.advance(as_of.toordinal())
    state = summary(book, as_of)
    if trace:
        trace.close(book.dues, book.plan, book.position, state)
    return state


def _disburse(terms: Terms, rates: CertifiedRates, trace: Trace | None) -> Book:
    plan = plan_for(terms, rates)
    if trace:
        trace.instalment(plan, begin(plan))
    return Book(plan, begin(plan), rates, trace)
