"""A new e-mail or mobile: a fresh password, the code that was sent, and the change."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from finportal.adapters.database import Database
from finportal.models import Account, ContactChange, Customer, OutboxMail
from finportal.settings import Settings
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.visitor import Visitor

NEW = "nueva@correo.example"


@pytest.fixture
def code(portal: Portal) -> Callable[[], tuple[str, str]]:
    """Where the newest code went, and the code."""

    def newest() -> tuple[str, str]:
        query = select(OutboxMail).where(OutboxMail.kind == "code").order_by(OutboxMail.id.desc())
        with portal.db.read() as session:
            row = session.scalars(query.limit(1)).one()
        return row.recipient, portal.vault.unseal(row.values_sealed or b"")["code"]

    return newest


def stored(db: Database, person: Person) -> tuple[str, str]:
    """The customer's e-mail and mobile now."""
    with db.read() as session:
        customer = session.get(Customer, person.customer_id)
    assert customer
    return customer.email, customer.mobile


def test_an_email_is_changed_by_the_code_that_went_to_it(
    visitor: Visitor, owner: Person, code: Callable[[], tuple[str, str]], db: Database
) -> None:
    visitor.open("/datos/correo").fill("/datos/correo", new=NEW)
    assert visitor.address == "/datos/correo/codigo"
    assert NEW in visitor.words
    assert stored(db, owner)[0] == owner.email
    to, digits = code()
    assert to == NEW
    wrong = "000000" if digits != "000000" else "111111"
    visitor.fill("/datos/correo/codigo", code=wrong)
    assert visitor.status == 422
    assert "Le quedan 4 intentos" in visitor.words
    visitor.fill("/datos/correo/codigo", code=f"{digits[:3]} {digits[3:]}")
    assert visitor.address == "/datos?aviso=contact_changed"
    assert NEW in visitor.words
    assert stored(db, owner)[0] == NEW
    visitor.open("/datos/correo/codigo")
    assert visitor.address == "/datos?aviso=code_over"


def test_a_mobile_is_proven_by_a_text_that_the_demo_shows(
    visitor: Visitor, owner: Person, db: Database, deliver: Callable[[], object]
) -> None:
    visitor.open("/datos/celular")
    assert "por mensaje de texto al celular nuevo" in visitor.words
    visitor.fill("/datos/celular", new="+57 320 111 2233")
    assert "por mensaje de texto al +573201112233" in visitor.words
    deliver()
    visitor.open("/demo/mail")
    text = visitor.page.select(".mails li")[0].get_text()
    assert "Mensaje de texto:" in text
    found = re.search(r"(\d{6}) confirma su celular", text)
    assert found
    visitor.open(visitor.page.select(".mails a")[0]["href"])
    assert found[0] in visitor.page.find("pre").get_text()
    assert visitor.page.find("iframe") is None
    assert visitor.client.get(f"{visitor.address}/html").status_code == 404
    visitor.open("/datos/celular/codigo").fill("/datos/celular/codigo", code=found[1])
    assert stored(db, owner)[1] == "3201112233"
    assert "Sin confirmar" not in visitor.words
    assert "deshacer desde el correo o desde el mensaje de texto" in visitor.words
    deliver()
    assert "su cuenta tiene otro celular" in visitor.open("/demo/mail").words


class TestWithoutASender:
    """Where nobody sends text messages."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"mode": "development"})

    def test_a_mobile_waits_for_a_call(
        self, visitor: Visitor, owner: Person, code: Callable[[], tuple[str, str]], db: Database
    ) -> None:
        visitor.open("/datos/celular")
        assert "Como no enviamos mensajes de texto" in visitor.words
        visitor.fill("/datos/celular", new="+57 320 111 2233")
        to, digits = code()
        assert to == owner.email
        assert "3201112233" in visitor.words
        visitor.fill("/datos/celular/codigo", code=digits)
        assert stored(db, owner)[1] == "3201112233"
        assert "Sin confirmar: lo llamaremos a ese número." in visitor.words
        assert "deshacer desde el correo hasta" in visitor.words
        with db.read() as session:
            assert session.scalars(select(ContactChange.proof)).one() == "none"


def test_an_email_the_lender_took_is_confirmed_by_its_code(
    visitor: Visitor, owner: Person, code: Callable[[], tuple[str, str]], db: Database, *,
    portal: Portal,
) -> None:  # fmt: skip
    with db.write() as session:
        session.execute(update(Customer).values(email=NEW))
    visitor.open("/datos")
    assert f"Ahora tenemos otro correo de usted: {NEW}" in visitor.words
    assert "todavía figura" not in visitor.words
    visitor.open(visitor.page.find("a", string="Confirmar ese correo")["href"])
    assert visitor.page.find(id="new")["value"] == NEW
    visitor.fill("/datos/correo", new=NEW)
    to, digits = code()
    assert to == NEW
    visitor.fill("/datos/correo/codigo", code=digits)
    assert NEW in visitor.words
    assert "Ahora tenemos otro correo" not in visitor.words
    with db.read() as session:
        assert session.scalars(select(Account.email)).one() == NEW
        told = session.scalars(select(OutboxMail).filter_by(kind="contact_changed")).one()
    assert told.recipient == owner.email
    link = f"/deshacer/{portal.vault.unseal(told.values_sealed or b'')['token']}"
    visitor.open(link)
    assert "Ahora: n•••@c•••.example Volverá a ser: m•••@c•••.example" in visitor.words
    visitor.fill(link)
    with db.read() as session:
        assert session.scalars(select(Account.email)).one() == owner.email


def test_an_old_proof_of_the_password_changes_nothing(
    visitor: Visitor, owner: Person, clock: Clock, code: Callable[[], tuple[str, str]], db: Database
) -> None:
    visitor.open("/datos/correo").fill("/datos/correo", new=NEW)
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    clock.forward(minutes=5)
    ask = "/seguridad/clave?a=/datos/correo"
    for address, values in {
        "": {"new": NEW}, "/codigo": {"code": code()[1]}, "/codigo/otro": {},
    }.items():  # fmt: skip
        answer = visitor.client.post(f"/datos/correo{address}", data={"csrf_token": token} | values)
        assert answer.headers["Location"].startswith(ask)
    assert stored(db, owner)[0] == owner.email
    visitor.open("/datos/correo/codigo").fill("/seguridad/clave", password=owner.password)
    assert visitor.address == "/datos/correo/codigo"
    visitor.fill("/datos/correo/codigo", code=code()[1])
    assert stored(db, owner)[0] == NEW


def test_the_other_browsers_are_out_at_once(
    visitor: Visitor, owner: Person, app: Flask, people: People,
    code: Callable[[], tuple[str, str]],
) -> None:  # fmt: skip
    other = Visitor(app, people)
    other.sign_in(owner)
    visitor.open("/datos/correo").fill("/datos/correo", new=NEW)
    visitor.fill("/datos/correo/codigo", code=code()[1])
    assert other.client.get("/cuenta").headers["Location"] == "/ingresar?aviso=expired"
    visitor.open("/cuenta")
    assert visitor.address == "/cuenta"


def test_another_customers_code_opens_nothing(
    visitor: Visitor, owner: Person, app: Flask, people: People, *,
    code: Callable[[], tuple[str, str]], db: Database,
) -> None:  # fmt: skip
    other, thief = people.active(), Visitor(app, people)
    thief.sign_in(other)
    thief.open("/datos/correo").fill("/datos/correo", new="ladron@correo.example")
    theirs = code()[1]
    visitor.open("/datos/correo").fill("/datos/correo", new=NEW)
    if theirs != code()[1]:
        visitor.fill("/datos/correo/codigo", code=theirs)
        assert visitor.status == 422
    assert stored(db, owner)[0] == owner.email


def test_an_address_that_another_customer_has_is_taken_without_a_word(
    visitor: Visitor, owner: Person, people: People,
    code: Callable[[], tuple[str, str]], db: Database,
) -> None:  # fmt: skip
    partner = people.active()
    visitor.open("/datos/correo").fill("/datos/correo", new=partner.email)
    visitor.fill("/datos/correo/codigo", code=code()[1])
    assert stored(db, owner)[0] == partner.email


def test_the_same_value_is_said_at_the_field(visitor: Visitor, owner: Person) -> None:
    visitor.open("/datos/correo").fill("/datos/correo", new=owner.email.upper())
    assert visitor.status == 422
    assert "Es el mismo que ya tenemos" in visitor.words


@pytest.mark.usefixtures("owner")
def test_pressing_twice_sends_one_code_and_another_must_wait(
    visitor: Visitor, clock: Clock, db: Database
) -> None:
    def sent() -> int:
        with db.read() as session:
            return len(session.scalars(select(OutboxMail).where(OutboxMail.kind == "code")).all())

    for _ in range(2):
        visitor.open("/datos/correo").fill("/datos/correo", new=NEW)
        assert visitor.address == "/datos/correo/codigo"
    assert sent() == 1
    visitor.fill("/datos/correo/codigo/otro")
    assert visitor.address.startswith("/datos/correo/codigo")
    visitor.open("/datos/correo").fill("/datos/correo", new="tercera@correo.example")
    assert visitor.status == 429
    assert "Podrá pedir otro desde" in visitor.words
    clock.forward(minutes=1)
    visitor.open("/datos/correo/codigo").fill("/datos/correo/codigo/otro")
    assert visitor.address == "/datos/correo/codigo?aviso=code_again"
    assert sent() == 2


@pytest.mark.usefixtures("owner")
def test_without_a_code_there_is_nothing_to_type(visitor: Visitor) -> None:
    visitor.open("/datos/celular/codigo")
    assert visitor.address == "/datos?aviso=code_over"
