"""Whose a thing is: its owner's, and nobody else's, by the same work."""

import pytest
from flask import Flask

from finportal.adapters.database import Database
from finportal.journey import OWNED, Part
from finportal.services.ownership import owns
from tests.doubles import Clock, Statements
from tests.factories import People
from tests.walk_things import NOTHING, Things


def test_a_thing_is_its_owners_alone(
    app: Flask, db: Database, people: People, clock: Clock, statements: Statements
) -> None:
    owner, other = people.active(), people.active()
    things = Things(app, people, owner, other, clock()).owned
    assert set(things) == {*OWNED}
    with db.reading() as link:
        for part, name in things.items():
            assert owns(link, owner.customer_id, part, name)
            statements.clear()
            assert not owns(link, other.customer_id, part, name)
            assert not owns(link, owner.customer_id, part, NOTHING[part])
            theirs, nothing = statements.texts
            assert theirs == nothing


@pytest.mark.parametrize("name", ["VH-1001\0", "\0", "VH-1001\n", "VH-1001\u202e"])
def test_what_no_text_can_hold_is_nobodys(db: Database, people: People, name: str) -> None:
    person = people.customer()
    with db.reading() as link:
        assert not owns(link, person.customer_id, Part.CREDIT, name)


def test_only_a_thing_has_an_owner(db: Database) -> None:
    with db.reading() as link, pytest.raises(KeyError):
        owns(link, 1, Part.SECRET, "x")
