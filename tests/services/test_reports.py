"""What waits for an operator: mismatches, images that were not recognised, letters that failed."""

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import MailRefused
from finportal.models import AuditEvent, Mismatch
from finportal.models.mail import FAILED, WAITING
from finportal.services import failed_mail, registration, reports, signin
from finportal.services.failed_mail import NotFailed
from finportal.services.operators import Operator
from finportal.services.reports import AlreadyHandled, UnknownReport
from tests.doubles import Clock, CountingVault
from tests.factories import People, Person
from tests.services.hands import PostOffice, State

ANA = Operator("ana", "she called")


def test_mismatches_are_listed_and_handled_once(
    db: Database, vault: CountingVault, people: People, clock: Clock, state: State
) -> None:
    for _ in range(2):
        luis = people.customer()
        luis.mobile = "3119998877"
        registration.register(db, vault, luis.application, people.around())
    reports.handled(db, 1, ANA, people.around())
    first, second = reversed(reports.mismatches(db, ANA, people.around()))
    assert (first.handled_at, second.handled_at) == (clock(), None)
    assert second.who == "CC ••••0002  m•••@c•••.example  ••••••8877"
    assert reports.mismatches(db, ANA, people.around(), waiting=True) == [second]
    with pytest.raises(AlreadyHandled):
        reports.handled(db, 1, ANA, people.around())
    with pytest.raises(UnknownReport):
        reports.handled(db, 99, ANA, people.around())
    assert [row.handled_at for row in state.all(Mismatch)] == [clock(), None]
    told = [row.detail for row in state.all(AuditEvent) if row.detail]
    assert told == ["ana: mismatch 1: she called"] + ["ana: mismatches: she called"] * 2


def test_images_that_were_not_recognised_are_listed(
    db: Database, people: People, marta: Person, clock: Clock, state: State
) -> None:
    for _ in range(2):
        signin.report_image(db, people.visit_of(marta.email), people.around())
        clock.forward(minutes=1)
    newest, oldest = reports.images(db, ANA, people.around())
    assert newest.at > oldest.at
    assert (newest.who, newest.network) == ("m•••@c•••.example", "203.0.113.0/24")
    assert state.kinds()[-1] == "operator_looked"


def test_failed_letters_are_listed_and_put_back(
    post_office: PostOffice, db: Database, people: People, state: State
) -> None:
    post_office.bag.trouble["ana@x.co"] = [MailRefused("550 no such user")]
    post_office.post("ana@x.co")
    post_office.round()
    [letter] = failed_mail.failed(db, ANA, people.around())
    assert (letter.to, letter.error) == ("a•••@x•••.co", "550 no such user")
    assert state.of_mail() == [FAILED]
    failed_mail.retry(db, letter.id, ANA, people.around())
    assert state.of_mail() == [WAITING]
    with pytest.raises(NotFailed):
        failed_mail.retry(db, letter.id, ANA, people.around())
    assert [row.detail for row in state.all(AuditEvent)] == [
        "ana: failed mail: she called", "ana: letter 1: she called",
    ]  # fmt: skip
