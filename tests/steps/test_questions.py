"""Register by code: another e-mail after questions; a round is told right or wrong as a whole."""

import pytest
from sqlalchemy import update

from finportal.models import Customer, QuestionRound
from finportal.settings import Settings
from tests.doubles import Clock
from tests.enrolments import Office, tell
from tests.factories import Person
from tests.visitor import Visitor

ASK = "/registro/correo/preguntas"
NEW_EMAIL = "nuevo@otra.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The journey by code."""
    return settings.model_copy(update={"journey": "code"})


def file_says(office: Office, person: Person, address: str) -> None:
    """The lender's file brings another e-mail."""
    with office.portal.db.writing() as link:
        this = update(Customer).where(Customer.id == person.customer_id)
        link.execute(this.values(email=address))


@pytest.fixture
def asked(office: Office) -> Visitor:
    """Somebody who wants another e-mail."""
    return tell(office.visitor(), office.borrower()).open(ASK)


def test_four_questions_with_answers_to_choose_from(asked: Visitor) -> None:
    boxes = asked.page.select("main select")
    assert len(boxes) == 4
    assert all(6 <= len(box.select("option[value]:not([value=''])")) <= 11 for box in boxes)
    again = asked.open(ASK).page.select("main select")
    assert [str(box) for box in again] == [str(box) for box in boxes], "a reload is no new round"


def test_right_answers_send_the_code_to_the_new_address(office: Office, asked: Visitor) -> None:
    asked.fill(ASK, email=NEW_EMAIL, **office.right_answers())
    assert asked.heading == "Paso 3 de 5: escriba el código"
    assert NEW_EMAIL in asked.words
    assert [letter.to for letter in office.letters("code")] == [NEW_EMAIL]


@pytest.mark.parametrize("typed", ["marta1@correo.example", "mia@casa.example"])
def test_whether_it_is_the_address_on_file_is_not_told(office: Office, typed: str) -> None:
    person = office.borrower(email="marta1@correo.example")
    visitor = tell(office.visitor(), person).open(ASK)
    visitor.fill(ASK, email=typed, **office.right_answers())
    assert typed in visitor.words


def test_only_what_was_typed_here_is_shown_whole(office: Office) -> None:
    """Not the address on file, though the lender's file has another by now, nor after typing."""
    person = office.borrower(email="marta1@correo.example")
    visitor = tell(office.visitor(), person).fill("/registro/correo", answer="si")
    file_says(office, person, "otra@casa.example")
    assert "m•••@c•••.example" in visitor.open("/registro/codigo").words
    visitor.open(ASK).fill(ASK, email=NEW_EMAIL, **office.right_answers())
    assert NEW_EMAIL in visitor.words
    visitor.open("/registro/correo").fill("/registro/correo", answer="si")
    file_says(office, person, "tercera@casa.example")
    assert "o•••@c•••.example" in visitor.open("/registro/codigo").words
    assert "otra@casa.example" not in visitor.words


def test_wrong_answers_bring_other_questions_and_never_say_which(
    office: Office, asked: Visitor, clock: Clock
) -> None:
    for _ in range(2):
        asked.fill(ASK, email=NEW_EMAIL, **office.wrong_answers())
        assert asked.status == 422
        assert "Por seguridad no decimos cuál" in asked.words
        assert not asked.page.select("main select[aria-invalid]")
        assert asked.page.find(id="email")["value"] == NEW_EMAIL
    asked.fill(ASK, email=NEW_EMAIL, **office.wrong_answers())
    assert (asked.status, asked.heading) == (429, "Siga el cambio de correo por teléfono")
    assert asked.open(ASK).status == 429
    assert not office.letters()
    clock.forward(hours=24, minutes=1)
    with office.portal.db.read() as session:
        assert {row.outcome for row in session.query(QuestionRound)} == {"wrong"}


def test_what_is_missing_costs_no_round(office: Office, asked: Visitor) -> None:
    asked.fill(ASK, email="nuevo", **(office.right_answers() | {"answer1": ""}))
    assert asked.status == 422
    assert "Elija una respuesta" in asked.page.find(id="answer1-error").text
    assert asked.page.find(id="email-error")
    asked.fill(ASK, email=NEW_EMAIL, **office.right_answers())
    assert asked.address == "/registro/codigo"


def test_an_older_page_answers_nothing(office: Office, asked: Visitor) -> None:
    old = asked.page.find("input", attrs={"name": "round"})["value"]
    asked.fill(ASK, email=NEW_EMAIL, **office.wrong_answers())
    asked.fill(ASK, round=old, email=NEW_EMAIL, **office.right_answers())
    assert asked.status == 409
    assert "Esas preguntas ya terminaron" in asked.words


def test_after_a_code_to_the_old_address_the_new_one_waits_a_minute(
    office: Office, clock: Clock
) -> None:
    person = office.borrower()
    visitor = tell(office.visitor(), person).fill("/registro/correo", answer="si").open(ASK)
    visitor.fill(ASK, email=NEW_EMAIL, **office.right_answers())
    assert "Espere un minuto" in visitor.words
    clock.forward(seconds=61)
    visitor.press("/registro/codigo/otro")
    assert [letter.to for letter in office.letters("code")] == [person.email, NEW_EMAIL]


def test_a_credit_that_can_answer_too_little_leads_to_the_telephone(office: Office) -> None:
    person = office.people.customer()
    office.people.loan(person, plate=None, make=None)
    visitor = tell(office.visitor(), person).open(ASK)
    assert visitor.status == 429


def test_who_has_an_account_gets_the_letter_at_the_address_it_has(office: Office) -> None:
    person = office.borrower()
    account = office.people.active(city="Bogotá")
    office.people.loan(account)
    visitor = tell(office.visitor(), account).open(ASK)
    visitor.fill(ASK, email=NEW_EMAIL, **office.right_answers())
    assert visitor.heading == "Paso 3 de 5: escriba el código"
    assert NEW_EMAIL in visitor.words
    assert [(one.kind, one.to) for one in office.letters()] == [
        ("already_registered", account.email)
    ]
    assert person.email != account.email
