"""Register by code, step 2: the masked address, and where each answer leads."""

import pytest

from finportal.settings import Settings
from tests.enrolments import Office, tell


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The journey by code."""
    return settings.model_copy(update={"journey": "code"})


def test_yes_sends_one_code_however_often_it_is_pressed(office: Office) -> None:
    person = office.people.customer()
    visitor = tell(office.visitor(), person)
    for _ in range(2):
        visitor.open("/registro/correo").fill("/registro/correo", answer="si")
        assert visitor.address == "/registro/codigo"
    assert [letter.to for letter in office.letters()] == [person.email]


def test_no_answer_is_asked_for_and_no_leads_to_the_questions(office: Office) -> None:
    visitor = tell(office.visitor(), office.borrower())
    visitor.fill("/registro/correo")
    assert (visitor.status, "Elija una opción" in visitor.words) == (422, True)
    visitor.fill("/registro/correo", answer="no")
    assert visitor.heading == "Paso 2 de 5: cambio de correo"


def test_who_has_an_account_is_told_by_mail_and_on_no_page(office: Office) -> None:
    person = office.people.active()
    visitor = tell(office.visitor(), person).fill("/registro/correo", answer="si")
    assert visitor.heading == "Paso 3 de 5: escriba el código"
    [letter] = office.letters()
    assert (letter.kind, letter.to) == ("already_registered", person.email)
    visitor.fill("/registro/codigo", code="000000")
    assert "Le quedan 4 intentos" in visitor.words


def test_no_step_opens_to_who_did_not_come_from_the_one_before(office: Office) -> None:
    visitor = office.visitor()
    for step in ("correo", "correo/preguntas", "codigo", "clave"):
        visitor.open(f"/registro/{step}")
        assert visitor.address.startswith("/registro?aviso=registration_over")
        assert "empiece aquí" in visitor.words
