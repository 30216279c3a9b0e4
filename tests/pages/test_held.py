"""What an account must wait for: the page that says so, and who is led to it."""

from datetime import timedelta

from finportal.adapters.database import Database
from tests.doubles import Clock
from tests.factories import People
from tests.services.hands import State
from tests.visitor import Visitor


def test_documents_wait_and_the_page_says_until_when_and_whom_to_call(
    visitor: Visitor, people: People, clock: Clock, db: Database
) -> None:
    person = people.active()
    number = people.loan(person)
    state = State(db)
    state.change(person.account_id, held_until=clock() + timedelta(hours=48))
    visitor.sign_in(person)
    assert "25 nov 2026, 10:00 a. m." in visitor.words
    for closed in ("/documentos", f"/credito/{number}/plan.csv"):
        visitor.open(closed)
        assert visitor.address == "/cuenta/en-espera"
        assert "601 000 0000" in visitor.words
    assert visitor.open(f"/credito/{number}").status != 404
    clock.forward(hours=48)
    visitor.sign_in(person)
    assert "hasta el" not in visitor.words
    assert visitor.open("/cuenta/en-espera").address == "/cuenta"
