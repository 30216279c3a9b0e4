"""Register by code, after a case: the mailed link goes on at the password, once."""

import pytest

from finportal.models import Account
from finportal.services import cases
from finportal.settings import Settings
from tests.doubles import Clock
from tests.enrolments import CHOICE, Office, tell

ASK = "/registro/correo/preguntas"
NEW_EMAIL = "nueva@otra.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The journey by code, of a lender whose staff look at every change of e-mail."""
    return settings.model_copy(update={"journey": "code", "email_change": "staff"})


def test_right_answers_open_a_case_and_staff_open_the_way(office: Office, clock: Clock) -> None:
    person, portal = office.borrower(), office.portal
    visitor = tell(office.visitor(), person).open(ASK)
    visitor.fill(ASK, email=NEW_EMAIL, **office.right_answers())
    assert visitor.heading == "Recibimos su solicitud"
    assert not office.letters()
    assert visitor.open("/registro/codigo").address.startswith("/registro?")
    cases.approve(portal.db, portal.vault, 1, "Ana Gil", office.people.around())
    [letter] = office.letters()
    assert (letter.kind, letter.to) == ("email_change_approved", NEW_EMAIL)
    link = f"/registro/enlace/{letter.values['token']}"
    other = office.visitor()
    for _ in range(3):
        assert other.open(link).heading == "Termine su registro", "looking uses nothing up"
    assert other.response.headers["Referrer-Policy"] == "no-referrer"
    other.fill(link).fill("/registro/clave", **CHOICE)
    assert other.address == "/registro/listo"
    with portal.db.read() as session:
        account = session.query(Account).one()
    assert (account.email, account.held_until) == (NEW_EMAIL, None)
    assert "contact_changed" in [one.kind for one in office.letters()]
    assert office.visitor().open(link).status == 409


def test_a_link_ends_after_three_days_and_an_unknown_one_opens_nothing(
    office: Office, clock: Clock
) -> None:
    person, portal = office.borrower(), office.portal
    visitor = tell(office.visitor(), person).open(ASK)
    visitor.fill(ASK, email=NEW_EMAIL, **office.right_answers())
    cases.approve(portal.db, portal.vault, 1, "Ana Gil", office.people.around())
    link = f"/registro/enlace/{office.letters()[-1].values['token']}"
    visitor.open(link)
    clock.forward(hours=72)
    assert visitor.fill(link).status == 409
    assert visitor.open("/registro/enlace/nada").status == 409


def test_who_has_an_account_opens_no_case(office: Office) -> None:
    office.borrower()
    person = office.people.active(city="Bogotá")
    office.people.loan(person)
    visitor = tell(office.visitor(), person).open(ASK)
    visitor.fill(ASK, email=NEW_EMAIL, **office.right_answers())
    assert visitor.heading == "Recibimos su solicitud"
    assert [(one.kind, one.to) for one in office.letters()] == [
        ("already_registered", person.email)
    ]
