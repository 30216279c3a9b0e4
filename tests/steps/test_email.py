"""Sign in, step 1: any address goes on to the image."""

from sqlalchemy import func, select

from finportal.adapters.database import Database
from finportal.models import Visit
from tests.factories import People
from tests.visitor import Visitor


def test_any_address_goes_on_to_the_image(visitor: Visitor, people: People) -> None:
    for address in (people.active().email, people.customer().email, "nadie@otra.example"):
        visitor.open("/ingresar").fill("/ingresar", email=address)
        assert visitor.address == "/ingresar/imagen"


def test_wrong_address_is_explained_and_kept(visitor: Visitor) -> None:
    visitor.open("/ingresar").fill("/ingresar", email="marta@")
    assert visitor.status == 422
    assert visitor.page.find(id="email")["value"] == "marta@"
    assert "nombre@correo.com" in visitor.page.find(id="email-error").get_text()


def test_starting_again_leaves_one_session(visitor: Visitor, people: People, db: Database) -> None:
    for address in ("una@correo.example", "dos@correo.example"):
        visitor.open("/ingresar").fill("/ingresar", email=address)
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 1
        assert session.scalar(select(Visit.email)) == "dos@correo.example"


def test_reading_the_form_costs_no_row(visitor: Visitor, db: Database) -> None:
    visitor.open("/ingresar")
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 0


def test_stale_form_says_so_and_keeps_what_was_typed(visitor: Visitor) -> None:
    visitor.open("/ingresar")
    visitor.client.delete_cookie("sesion")
    visitor.fill("/ingresar", email="marta@correo.example")
    assert visitor.status == 422
    assert "Esta página estuvo abierta mucho tiempo" in visitor.words
    assert visitor.page.find(id="email")["value"] == "marta@correo.example"
    visitor.fill("/ingresar")
    assert visitor.address == "/ingresar/imagen"


def test_too_many_addresses_from_one_network_pause(visitor: Visitor) -> None:
    for n in range(20):
        visitor.open("/ingresar").fill("/ingresar", email=f"a{n}@correo.example")
    visitor.open("/ingresar").fill("/ingresar", email="b@correo.example")
    assert visitor.status == 429
