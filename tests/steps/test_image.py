"""Sign in, step 2: whose image is shown to whom."""

from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import AuditEvent
from finportal.services import recognition
from finportal.web.context import Portal
from tests.factories import People
from tests.visitor import Visitor

PERSONAL = "Mi gata duerme al sol"


def give_address(visitor: Visitor, address: str) -> Visitor:
    """Come as far as the image."""
    return visitor.open("/ingresar").fill("/ingresar", email=address)


def test_unknown_device_sees_the_initial_image_with_a_kind_word(
    visitor: Visitor, people: People, portal: Portal
) -> None:
    person = people.active()
    give_address(visitor, person.email)
    first = recognition.initial(portal.vault, person.email)
    assert first.phrase in visitor.words
    assert first.picture.es in visitor.words
    assert PERSONAL not in visitor.words
    assert "dispositivo nuevo" in visitor.words


def test_known_device_sees_the_personal_image(visitor: Visitor, people: People) -> None:
    person = people.active()
    visitor.client.set_cookie("disp", people.device_of(person))
    give_address(visitor, person.email)
    assert PERSONAL in visitor.words
    assert "Pulpo" in visitor.words
    assert "dispositivo nuevo" not in visitor.words


def test_a_device_of_one_account_shows_nothing_of_another(visitor: Visitor, people: People) -> None:
    mine, other = people.active(), people.active()
    visitor.client.set_cookie("disp", people.device_of(mine))
    give_address(visitor, other.email)
    assert PERSONAL not in visitor.words


def test_the_image_is_the_same_before_and_after_registering(
    visitor: Visitor, people: People
) -> None:
    person = people.customer()
    before = give_address(visitor, person.email).words
    visitor.register(person)
    assert give_address(visitor, person.email).words == before


def test_the_picture_has_a_name_and_no_address(visitor: Visitor) -> None:
    give_address(visitor, "nadie@correo.example")
    drawing = visitor.page.find(class_="recognition").find(attrs={"role": "img"})
    assert drawing["aria-label"]
    assert drawing.svg
    assert not visitor.page.main.find_all("img")


def test_not_my_image_is_reported_and_ends_the_attempt(
    visitor: Visitor, people: People, db: Database
) -> None:
    give_address(visitor, people.active().email).open("/ingresar/imagen/no-es-mia")
    assert "No escriba su contraseña" in visitor.words
    visitor.press("/ingresar/imagen/no-es-mia")
    assert "Recibimos su reporte" in visitor.words
    with db.read() as session:
        assert session.scalars(select(AuditEvent.kind)).all() == ["image_not_recognised"]
    visitor.open("/ingresar/clave")
    assert visitor.address.startswith("/ingresar?aviso=")


def test_stale_button_is_explained(visitor: Visitor) -> None:
    give_address(visitor, "nadie@correo.example").fill("/ingresar/imagen", csrf_token="x")
    assert visitor.status == 422
    assert "Esta página estuvo abierta mucho tiempo" in visitor.words
