"""Register by code, step 3: right, wrong, over, again, and only in the browser that asked."""

import pytest

from finportal.settings import Settings
from tests.doubles import Clock
from tests.enrolments import Office, tell
from tests.visitor import Visitor


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The journey by code."""
    return settings.model_copy(update={"journey": "code"})


@pytest.fixture
def waiting(office: Office) -> Visitor:
    """Somebody whom a code was sent."""
    return tell(office.visitor(), office.people.customer()).fill("/registro/correo", answer="si")


def test_the_right_code_leads_to_the_password_under_a_new_session(
    office: Office, waiting: Visitor
) -> None:
    before = waiting.client.get_cookie("sesion").value
    assert "m•••@c•••.example" in waiting.words
    code = office.code()
    waiting.fill("/registro/codigo", code=f"{code[:3]} {code[3:]}")
    assert waiting.heading == "Paso 4 de 5: cree su contraseña"
    assert waiting.client.get_cookie("sesion").value != before
    assert waiting.open("/registro/correo").address == "/registro/clave"
    assert waiting.open("/registro/codigo").address == "/registro/clave"


def test_five_wrong_codes_end_it_and_the_right_one_comes_too_late(
    office: Office, waiting: Visitor
) -> None:
    wrong = f"{(int(office.code()) + 1) % 1_000_000:06d}"
    for left in ("4 intentos", "3 intentos", "2 intentos", "1 intento"):
        waiting.fill("/registro/codigo", code=wrong)
        assert waiting.status == 422
        assert left in waiting.words
    for code in (wrong, office.code()):
        waiting.fill("/registro/codigo", code=code)
        assert waiting.status == 409
        assert "ya no sirve" in waiting.words


def test_another_code_comes_after_a_minute_and_the_one_before_dies(
    office: Office, waiting: Visitor, clock: Clock
) -> None:
    first = office.code()
    waiting.press("/registro/codigo/otro")
    assert waiting.status == 429
    clock.forward(seconds=61)
    waiting.open("/registro/codigo").press("/registro/codigo/otro")
    assert "Le enviamos otro código" in waiting.words
    if office.code() != first:
        waiting.fill("/registro/codigo", code=first)
        assert waiting.status == 422
    waiting.fill("/registro/codigo", code=office.code())
    assert waiting.address == "/registro/clave"


def test_a_code_opens_nothing_in_another_browser(office: Office, waiting: Visitor) -> None:
    other = tell(office.visitor(), office.people.customer()).fill("/registro/correo", answer="si")
    codes = [letter.values["code"] for letter in office.letters("code")]
    other.fill("/registro/codigo", code=codes[0])
    assert other.status == 422 or codes[0] == codes[1]
    assert waiting.open("/registro/codigo").status == 200


def test_ten_minutes_later_it_is_over(office: Office, waiting: Visitor, clock: Clock) -> None:
    clock.forward(minutes=10)
    waiting.fill("/registro/codigo", code=office.code())
    assert waiting.status == 409
