"""Registering by code with an account whose e-mail the lender's file has replaced."""

from collections.abc import Callable

from sqlalchemy import event, update

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
    commits: list[object] = []
    event.listen(db.engine, "commit", lambda _: commits.append(1))
    written = []
    for one in (counter.seat(counter.begin(people.customer())), visit):
        commits.clear()
        enrolment_codes.send_to_file(db, counter.vault, one, people.around())
        written.append(len(commits))
    assert written[0] == written[1], "as many writes as for who has no account"
    assert [(letter.kind, letter.to) for letter in posted()][1:] == [
        ("already_registered", person.email), ("account_elsewhere", OTHER),
    ]  # fmt: skip
