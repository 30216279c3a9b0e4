"""Registering by code with an account whose e-mail the lender's file has replaced."""

from collections.abc import Callable

from sqlalchemy import update

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import Customer
from finportal.services import enrolment_codes
from tests.factories import People
from tests.services.enrolling import OTHER, Counter


def test_the_address_on_file_is_told_too_that_there_is_an_account(
    counter: Counter, people: People, db: Database, posted: Callable[..., list[Letter]]
) -> None:
    person = people.active()
    with db.writing() as link:
        this = update(Customer).where(Customer.id == person.customer_id)
        link.execute(this.values(email=OTHER))
    visit = counter.seat(counter.begin(person))
    enrolment_codes.send_to_file(db, counter.vault, visit, people.around())
    assert [(letter.kind, letter.to) for letter in posted()] == [
        ("already_registered", person.email), ("account_elsewhere", OTHER),
    ]  # fmt: skip
