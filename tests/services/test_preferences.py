"""Contact preferences: the last choice holds, offers need an authorisation, hours are the law's."""

from datetime import timedelta

import pytest

from finportal.adapters.database import Database
from finportal.models import AuditEvent, ContactPreference
from finportal.models.preferences import SATURDAYS, WEEKDAYS
from finportal.models.records import COMMERCIAL
from finportal.services import consents, preferences
from finportal.services.consents import Text
from finportal.services.preference_export import Standing, export
from finportal.services.preferences import (
    SATURDAY_HOURS,
    WEEKDAY_HOURS,
    Choice,
    NoChannel,
    NotAuthorised,
)
from tests.doubles import Clock
from tests.factories import People, Person
from tests.services.hands import State

OFFERS = Text("1", "es", "Autorizo ofertas.", COMMERCIAL)
CALLS = Choice("collections", ("call",), "morning", "never")
SOLD = Choice("commercial", ("sms",), "any", "any")


@pytest.fixture
def marta(people: People) -> Person:
    """A customer."""
    return people.active()


def choose(db: Database, people: People, person: Person, choice: Choice) -> bool:
    with db.write() as session:
        return preferences.choose(session, person.customer_id, choice, people.around())


def exported(db: Database, **since: object) -> list[Standing]:
    with db.reading() as link:
        return list(export(link, **since))  # type: ignore[arg-type]


def test_the_last_choice_of_each_purpose_holds_and_all_stay(
    db: Database, people: People, marta: Person, state: State, clock: Clock
) -> None:
    other = Choice("collections", ("sms", "whatsapp"), "any", "any")
    assert choose(db, people, marta, CALLS)
    assert not choose(db, people, marta, CALLS)
    clock.forward(minutes=1)
    assert choose(db, people, marta, other)
    assert choose(db, people, marta, Choice("service", (), "any", "never"))
    with db.reading() as link:
        held = preferences.of_customer(link, marta.customer_id)
    assert (held["collections"].channels, held["collections"].chosen_at) == (
        ("sms", "whatsapp"),
        clock(),
    )
    assert held["service"].channels == ()
    assert state.count(ContactPreference) == 3
    assert [row.detail for row in state.all(AuditEvent)] == [
        "collections: call",
        "collections: sms whatsapp",
        "service: -",
    ]


def test_who_owes_stays_within_reach(db: Database, people: People, marta: Person) -> None:
    with pytest.raises(NoChannel):
        choose(db, people, marta, Choice("collections", (), "any", "any"))


def test_offers_need_an_authorisation_and_end_with_it(
    db: Database, people: People, marta: Person, clock: Clock
) -> None:
    with pytest.raises(NotAuthorised):
        choose(db, people, marta, SOLD)
    assert exported(db) == []
    with db.write() as session:
        consents.give(session, marta.customer_id, OFFERS, people.around())
    assert [one.channels for one in exported(db)] == [()]
    choose(db, people, marta, SOLD)
    assert [one.channels for one in exported(db)] == [("sms",)]
    clock.forward(hours=1)
    with db.write() as session:
        consents.withdraw(session, marta.customer_id, COMMERCIAL, people.around())
    [one] = exported(db)
    assert (one.channels, one.weekdays, one.saturdays, one.changed_at) == ((), None, None, clock())
    with pytest.raises(NotAuthorised):
        choose(db, people, marta, SOLD)


def test_the_export_tells_what_changed_since_a_moment(
    db: Database, people: People, marta: Person, clock: Clock
) -> None:
    choose(db, people, marta, CALLS)
    clock.forward(days=1)
    other = people.active()
    choose(db, people, other, Choice("service", ("call",), "afternoon", "morning"))
    first, second = exported(db)
    assert first == Standing(
        "CC", marta.id_number, "collections", ("call",), (7, 12), None, clock() - timedelta(days=1)
    )
    assert (second.channels, second.weekdays, second.saturdays) == (
        ("mail", "call"),
        (12, 19),
        (8, 12),
    )
    assert exported(db, since=clock()) == [second]
    assert exported(db, since=clock() + timedelta(seconds=1)) == []


@pytest.mark.parametrize(
    "words",
    [
        ("fun", ("call",), "any", "any"),
        ("service", ("visit",), "any", "any"),
        ("service", ("call", "sms"), "any", "any"),
        ("service", ("call",), "night", "any"),
        ("service", ("call",), "any", "sunday"),
    ],
)
def test_what_no_form_offers_is_no_choice(words: tuple[str, tuple[str, ...], str, str]) -> None:
    with pytest.raises(ValueError, match="Choice"):
        Choice(*words)


def test_every_hour_that_can_be_chosen_is_lawful() -> None:
    assert set(WEEKDAY_HOURS) == set(WEEKDAYS)
    assert set(SATURDAY_HOURS) == set(SATURDAYS)
    assert all(7 <= first < last <= 19 for first, last in WEEKDAY_HOURS.values())
    assert all(8 <= hours[0] < hours[1] <= 15 for hours in SATURDAY_HOURS.values() if hours)
