"""Sign in, step 3: number and password, and one sentence for every failure."""

import pytest
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import Visit
from tests.doubles import Clock
from tests.factories import People
from tests.visitor import Visitor

SENTENCE = "El número de identificación o la contraseña no son correctos"


def test_customer_signs_in_and_sees_own_credit(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = people.loan(person)
    visitor.sign_in(person)
    assert visitor.heading == "Mis créditos"
    assert number in visitor.words


@pytest.mark.parametrize("wrong", [{"id_number": "1"}, {"password": "otra clave larga"}])
def test_every_failure_has_the_same_sentence(
    visitor: Visitor, people: People, wrong: dict[str, str]
) -> None:
    visitor.sign_in(people.active(), **wrong)
    assert visitor.status == 422
    assert SENTENCE in visitor.words
    assert not visitor.page.find(id="password").get("value")


def test_unknown_address_fails_in_the_same_way(visitor: Visitor, people: People) -> None:
    stranger = people.customer()
    visitor.sign_in(stranger)
    assert visitor.status == 422
    assert SENTENCE in visitor.words


def test_the_session_is_new_after_signing_in(
    visitor: Visitor, people: People, db: Database
) -> None:
    person = people.active()
    visitor.client.set_cookie("disp", people.device_of(person))
    visitor.come_to_password(person)
    planted = visitor.client.get_cookie("sesion")
    visitor.fill("/ingresar/clave", id_number=person.id_number, password=person.password)
    assert planted is not None
    visitor.client.set_cookie("sesion", planted.value)
    visitor.open("/cuenta")
    assert visitor.address == "/ingresar?aviso=expired"
    with db.read() as session:
        assert session.scalars(select(Visit.stage)).all() == ["signed_in"]


def test_the_step_cannot_be_opened_out_of_order(visitor: Visitor, people: People) -> None:
    assert visitor.open("/ingresar/clave").address == "/ingresar?aviso=step_by_step"
    visitor.open("/ingresar").fill("/ingresar", email=people.active().email)
    assert visitor.open("/ingresar/clave").address == "/ingresar/imagen?aviso=image_first"


def test_an_attempt_left_open_expires_kindly(
    visitor: Visitor, people: People, clock: Clock
) -> None:
    person = people.active()
    visitor.come_to_password(person)
    clock.forward(minutes=11)
    visitor.fill("/ingresar/clave", id_number=person.id_number, password=person.password)
    assert visitor.address == "/ingresar?aviso=expired"
    assert "Por seguridad, su sesión se cerró" in visitor.words


def test_pressing_twice_signs_in_once(visitor: Visitor, people: People) -> None:
    person = people.active()
    visitor.client.set_cookie("disp", people.device_of(person))
    visitor.come_to_password(person)
    form = visitor.page.find("form", action="/ingresar/clave")
    data = {
        "csrf_token": form.find("input", attrs={"name": "csrf_token"})["value"],
        "id_number": person.id_number,
        "password": person.password,
    }
    assert visitor.client.post("/ingresar/clave", data=data).status_code == 303
    again = visitor.client.post("/ingresar/clave", data=data)
    assert (again.status_code, again.headers["Location"]) == (303, "/cuenta")
