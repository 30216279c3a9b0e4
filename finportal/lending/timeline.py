"""The timeline: which of the recorded events count at a date, and in which order."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from operator import attrgetter

from finportal.lending.errors import LendingError
from finportal.lending.events import (
    OPENING_RANK,
    REVERSAL_RANK,
    Event,
    Opening,
    Payment,
    Prepayment,
    Reclassification,
    Reversal,
)
from finportal.lending.terms import Terms


class EventConflict(LendingError):
    """Two different events carry the id {id}."""


class UnknownEvent(LendingError):
    """{id} refers to {target}, which is not an event of this credit that can be changed."""


class AlreadyChanged(LendingError):
    """{id} refers to {target}, which {other} has already changed."""


class ReversalTooEarly(LendingError):
    """{id} is dated {on}, before {target}, the event it changes."""


class ReclassifiedTooLate(LendingError):
    """The payment of {paid_on} could become a prepayment until {limit}, not on {requested_on}."""


class BeforeDisbursement(LendingError):
    """{what} is dated {on}, before the credit begins on {begins}."""


class OpeningNotAlone(LendingError):
    """A credit has one opening balance at most."""


def timeline(events: Iterable[Event], terms: Terms, as_of: date) -> list[Event]:
    """The events that count on `as_of`, in order; the same list for any order or repetition.

    Raises EventConflict, UnknownEvent, AlreadyChanged, ReversalTooEarly, ReclassifiedTooLate,
    BeforeDisbursement, OpeningNotAlone.
    """
    recorded = _without_repeats(events)
    counting = sorted(_standing(recorded, terms, as_of), key=attrgetter("value_date", "rank", "id"))
    _check_beginning(counting, terms)
    return [event for event in counting if event.value_date <= as_of]


def _without_repeats(events: Iterable[Event]) -> dict[str, Event]:
    listed = events if isinstance(events, Sequence) else list(events)
    recorded = {event.id: event for event in listed}
    if len(recorded) != len(listed):
        for event in listed:
            if recorded[event.id] != event:
                raise EventConflict(id=event.id)
    return recorded


def _standing(recorded: dict[str, Event], terms: Terms, as_of: date) -> Iterable[Event]:
    """Every event but the reversed ones, with reclassified payments in their new shape."""
    changes = [event for event in recorded.values() if event.rank >= REVERSAL_RANK]
    if not changes:
        return recorded.values()
    reversals = [event for event in changes if isinstance(event, Reversal)]
    recasts = [event for event in changes if isinstance(event, Reclassification)]
    undone = _targets(recorded, [(event, event.reverses) for event in reversals], as_of)
    asked = [(event, event.payment) for event in recasts if event.id not in undone]
    recast = _targets(recorded, asked, as_of)
    for event, payment in asked:
        _check_in_time(event, recorded[payment], terms)
    return [
        _recast(event, recast.get(event.id))
        for event in recorded.values()
        if event.id not in undone and not isinstance(event, Reversal | Reclassification)
    ]


def _targets(
    recorded: dict[str, Event], changes: Sequence[tuple[Event, str]], as_of: date
) -> dict[str, Event]:
    """The changed events' ids with what changes them, as far as it counts on `as_of`."""
    found: dict[str, Event] = {}
    for change, target_id in changes:
        target = recorded.get(target_id)
        if target is None or not _may_change(change, target):
            raise UnknownEvent(id=change.id, target=target_id)
        if target_id in found:
            raise AlreadyChanged(id=change.id, target=target_id, other=found[target_id].id)
        if change.value_date < target.value_date:
            raise ReversalTooEarly(id=change.id, on=change.value_date, target=target_id)
        found[target_id] = change
    return {target: change for target, change in found.items() if change.value_date <= as_of}


def _may_change(change: Event, target: Event) -> bool:
    if isinstance(change, Reversal):
        return not isinstance(target, Reversal | Opening)
    return isinstance(target, Payment)


def _check_in_time(change: Reclassification, payment: Event, terms: Terms) -> None:
    days = terms.conventions.reclassify_days
    if days is None:
        return
    limit = payment.value_date + timedelta(days=days)
    if change.requested_on > limit:
        raise ReclassifiedTooLate(
            paid_on=payment.value_date, limit=limit, requested_on=change.requested_on
        )


def _recast(event: Event, change: Event | None) -> Event:
    if not (isinstance(change, Reclassification) and isinstance(event, Payment)):
        return event
    return Prepayment(
        id=event.id, value_date=event.value_date, amount=event.amount, effect=change.effect
    )


def _check_beginning(ordered: Sequence[Event], terms: Terms) -> None:
    openings = [event for event in ordered if event.rank == OPENING_RANK]
    if len(openings) > 1:
        raise OpeningNotAlone
    begins = openings[0].value_date if openings else terms.disbursed_on
    if ordered and ordered[0].value_date < begins:
        raise BeforeDisbursement(what=ordered[0].id, on=ordered[0].value_date, begins=begins)
