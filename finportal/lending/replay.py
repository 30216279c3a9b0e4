"""The replay: terms, events and certified rates in, the state at a date or its snapshot out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from finportal.lending.book import Book
from finportal.lending.caps import CertifiedRates
from finportal.lending.codec import dump
from finportal.lending.events import Event, Opening
from finportal.lending.migration import take_over
from finportal.lending.plan import begin, plan_for
from finportal.lending.postings import post
from finportal.lending.snapshots import (
    Snapshot,
    StaleSnapshot,
    freeze,
    inputs_digest,
    tail,
    thaw,
)
from finportal.lending.state import State
from finportal.lending.summary import summary
from finportal.lending.terms import Terms
from finportal.lending.timeline import BeforeDisbursement, timeline
from finportal.lending.trace import Trace
from finportal.lending.version import ENGINE_VERSION


def replay(
    terms: Terms,
    events: Iterable[Event],
    rates: CertifiedRates,
    as_of: date,
    trace: Trace | None = None,
    *,
    since: Snapshot | None = None,
) -> State:
    """The state of the credit at the end of `as_of`.

    Pure: the same for any order or repetition of the events, and untouched by those after `as_of`.
    With a Trace, each figure is explained in it. With `since`, the replay goes on from a snapshot:
    `events` are all of them or only the later ones, and a trace begins there.

    Raises BeforeDisbursement, OpeningBeyondTerm, RateGap, NoLateRate, NegativeAmortisation,
    StaleSnapshot, and what `timeline` and `post` raise.
    """
    book = _book(terms, events, rates, as_of, trace, since=since)
    state = summary(book, as_of)
    if trace:
        trace.close(book.dues, book.plan, book.position, state)
    return state


def replay_through(
    terms: Terms,
    events: Iterable[Event],
    rates: CertifiedRates,
    days: Sequence[date],
    ahead: tuple[date, Trace] | None = None,
) -> Iterator[State]:
    """The states at the ends of some days, the earliest first, each as `replay` gives it.

    One replay, unless an event between the days changes what came before one of them. A day is
    replayed when it is asked for. `ahead`: whoever asks once more after the last day finds in the
    Trace what falls due up to a later day if nothing else happens.

    Raises what `replay` raises.
    """
    known = list(events)
    counting = timeline(known, terms, days[-1])
    while any(timeline(known, terms, day) != _until(counting, day) for day in days[:-1]):
        yield replay(terms, known, rates, days[0])
        days = days[1:]
    book, done = _begun(terms, counting, rates, days[0], None), 0
    for day in days:
        until = len(_until(counting, day))
        _go_on(book, counting[done:until], day)
        done = until
        yield summary(book, day)
    if ahead:
        day, book.trace = ahead
        book.advance(day.toordinal())


def _until(counting: list[Event], day: date) -> list[Event]:
    return [event for event in counting if event.value_date <= day]


def snapshot(terms: Terms, events: Iterable[Event], rates: CertifiedRates, as_of: date) -> Snapshot:
    """The account at the end of `as_of`, for a later `replay` to go on from; amounts in centavos.

    Raises what `replay` raises.
    """
    known = list(events)
    book = _book(terms, known, rates, as_of)
    counted = {event.id for event in known if event.value_date <= as_of}
    return freeze(book, as_of, _digest(terms, rates, as_of), counted)


def _book(
    terms: Terms,
    events: Iterable[Event],
    rates: CertifiedRates,
    as_of: date,
    trace: Trace | None = None,
    *,
    since: Snapshot | None = None,
) -> Book:
    """The credit's account at the end of `as_of`."""
    if since:
        counting = timeline(_tail(terms, events, rates, as_of, since), terms, as_of)
        book = thaw(since, rates, trace)
    else:
        counting = timeline(events, terms, as_of)
        book = _begun(terms, counting, rates, as_of, trace)
    _go_on(book, counting, as_of)
    return book


def _go_on(book: Book, counting: Iterable[Event], as_of: date) -> None:
    for event in counting:
        book.advance(event.value_date.toordinal())
        post(book, event)
    book.advance(as_of.toordinal())


def _begun(
    terms: Terms, counting: list[Event], rates: CertifiedRates, as_of: date, trace: Trace | None
) -> Book:
    opening = next((event for event in counting[:1] if isinstance(event, Opening)), None)
    begins = opening.value_date if opening else terms.disbursed_on
    if as_of < begins:
        raise BeforeDisbursement(what="The date asked for", on=as_of, begins=begins)
    if opening:
        return take_over(terms, opening, rates, trace)
    plan = plan_for(terms, rates)
    if trace:
        trace.instalment(plan, begin(plan))
    return Book(plan, begin(plan), rates, trace)


def _tail(
    terms: Terms, events: Iterable[Event], rates: CertifiedRates, as_of: date, since: Snapshot
) -> list[Event]:
    if as_of < since.as_of:
        raise StaleSnapshot(on=since.as_of, reason=f"{as_of} lies before it")
    if since.inputs != _digest(terms, rates, since.as_of):
        raise StaleSnapshot(on=since.as_of, reason="the terms, the limits or the engine changed")
    return tail(since, events, as_of)


def _digest(terms: Terms, rates: CertifiedRates, as_of: date) -> str:
    return inputs_digest(ENGINE_VERSION, dump(terms), rates, as_of)
