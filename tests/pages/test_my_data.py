"""Contact data: the summary, and address and city changed at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import Account, ContactChange, Customer
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.visitor import Visitor


@pytest.fixture
def owner(visitor: Visitor, people: People) -> Person:
    """A customer who is signed in and lives in Cali."""
    person = people.active(city="Cali")
    visitor.sign_in(person)
    return person


def test_each_of_the_data_has_its_own_way_to_change_it(visitor: Visitor, owner: Person) -> None:
    visitor.open("/cuenta")
    menu = visitor.page.find("nav", class_="account")
    assert menu.find("a", href="/datos").get_text(strip=True) == "Actualizar datos"
    visitor.open("/datos")
    assert owner.email in visitor.words
    assert "Cali" in visitor.words
    assert "No lo tenemos" in visitor.words
    links = {
        link["href"]: link.get_text()
        for link in visitor.page.main.find_all("a")
        if "Cambiar " in link.get_text()
    }
    assert links == {
        "/datos/correo": "Cambiar correo electrónico",
        "/datos/celular": "Cambiar celular",
        "/datos/direccion": "Cambiar dirección",
        "/datos/ciudad": "Cambiar ciudad",
    }


def test_a_city_is_changed_without_the_password_again(
    visitor: Visitor, owner: Person, clock: Clock, db: Database
) -> None:
    clock.forward(minutes=6)
    visitor.open("/datos/ciudad").fill("/datos/ciudad", new="  Bogotá   D. C. ")
    assert visitor.address == "/datos?aviso=contact_changed"
    assert "Bogotá D. C." in visitor.words
    assert "En nuestros archivos todavía figura: Cali" in visitor.words
    assert "Se puede deshacer desde el correo hasta" in visitor.words, "no text tells of a city"
    with db.read() as session:
        row = session.scalars(select(ContactChange)).one()
        customer = session.get(Customer, owner.customer_id)
    assert (row.old_value, row.new_value, row.source, row.proof) == (
        "Cali", "Bogotá D. C.", "portal", "none",
    )  # fmt: skip
    assert customer
    assert customer.city == "Bogotá D. C."


@pytest.mark.usefixtures("owner")
def test_a_second_press_finds_it_changed(visitor: Visitor) -> None:
    visitor.open("/datos/direccion")
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    for notice in ("contact_changed", "contact_same"):
        answer = visitor.client.post(
            "/datos/direccion", data={"csrf_token": token, "new": "Calle 1 # 2-3"}
        )
        assert answer.headers["Location"] == f"/datos?aviso={notice}"


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("typed", ["", "   ", "x" * 201, "Calle\u200b 1"])
def test_what_no_file_could_hold_is_said_at_the_field(visitor: Visitor, typed: str) -> None:
    visitor.open("/datos/direccion").fill("/datos/direccion", new=typed)
    assert visitor.status == 422
    assert "Hay un problema" in visitor.words


def test_while_the_account_is_held_data_are_masked_and_stay(
    visitor: Visitor, owner: Person, portal: Portal, clock: Clock
) -> None:
    with portal.db.write() as session:
        account = session.get(Account, owner.account_id)
        assert account
        account.held_until = clock() + timedelta(hours=48)
    visitor.open("/datos")
    assert owner.email not in visitor.words
    assert owner.mobile not in visitor.words
    assert not [link for link in visitor.page.main.find_all("a") if "Cambiar " in link.get_text()]
    for page in ("direccion", "ciudad", "celular", "correo", "correo/codigo"):
        visitor.open(f"/datos/{page}")
        assert visitor.status == 409
        assert visitor.heading == "Por ahora no puede cambiar sus datos"


@pytest.mark.parametrize("address", ["/datos", "/datos/ciudad", "/datos/correo"])
def test_strangers_sign_in_first(visitor: Visitor, address: str) -> None:
    answer = visitor.client.get(address)
    assert answer.headers["Location"] == "/ingresar?aviso=sign_in_first"
