"""The mailed link that undoes a change: looking shows, pressing undoes, guessing finds nothing."""

from collections.abc import Callable

import pytest

from finportal.models import Account, Customer, OutboxMail
from finportal.models.contacts import ADDRESS, EMAIL, MOBILE, PORTAL
from finportal.services.contacts import changing
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.visitor import Visitor

NEW = "intruso@correo.example"


@pytest.fixture
def link(portal: Portal, people: People) -> Callable[[Person], str]:
    """Somebody changes this person's e-mail; the address in the letter that tells of it."""

    def change(person: Person) -> str:
        with portal.db.write() as session:
            changing.change(
                session, portal.vault, person.customer_id, EMAIL, NEW,
                source=PORTAL, around=people.around(),
            )  # fmt: skip
        with portal.db.read() as session:
            told = session.query(OutboxMail).filter_by(kind="contact_changed")
            row = told.order_by(OutboxMail.id.desc())[0]
        return f"/deshacer/{portal.vault.unseal(row.values_sealed or b'')['token']}"

    return change


def test_looking_shows_and_pressing_undoes_once(
    visitor: Visitor, people: People, portal: Portal, link: Callable[[Person], str]
) -> None:
    owner = people.active()
    address = link(owner)
    visitor.open(address)
    assert visitor.heading == "¿No fue usted? Deshaga el cambio"
    assert visitor.response.headers["Referrer-Policy"] == "no-referrer"
    assert (NEW in visitor.words, owner.email in visitor.words) == (False, False)
    assert "i•••@c•••.example" in visitor.words
    with portal.db.read() as session:
        assert session.query(Customer.email).scalar() == NEW
    visitor.fill(address)
    assert (visitor.address, visitor.heading) == (address, "El cambio está deshecho")
    with portal.db.read() as session:
        assert session.query(Account.email, Account.state).one() == (
            owner.email, "provisional",
        )  # fmt: skip
    visitor.open(address)
    assert visitor.heading == "El cambio está deshecho"
    assert "Correo electrónico: m•••@c•••.example" in visitor.words
    visitor.sign_in(owner)
    assert visitor.status == 422


def test_it_tells_every_datum_and_when_two_masks_look_the_same(
    visitor: Visitor, people: People, portal: Portal, link: Callable[[Person], str]
) -> None:
    owner = people.active(email="iris@casa.example", mobile="3001112233")
    address = link(owner)
    with portal.db.write() as session:
        changing.change(
            session, portal.vault, owner.customer_id, MOBILE, "3209998877",
            source=PORTAL, around=people.around(),
        )  # fmt: skip
    visitor.open(address)
    assert "otros cambios" not in visitor.words
    assert "se ve igual: i•••@c•••.example. Volverá a ser el de antes" in visitor.words
    assert "Ahora: ••••••8877 Volverá a ser: ••••••2233" in visitor.words
    visitor.fill(address)
    assert "Correo electrónico: i•••@c•••.example Celular: ••••••2233" in visitor.words


def test_it_names_what_changed_before_and_is_undone_by_another_link(
    visitor: Visitor, people: People, portal: Portal, *, clock: Clock,
    link: Callable[[Person], str],
) -> None:  # fmt: skip
    owner = people.active()
    for field, new in ((ADDRESS, "Calle 1 # 2-3"), (MOBILE, "3209998877")):
        with portal.db.write() as session:
            changing.change(
                session, portal.vault, owner.customer_id, field, new,
                source=PORTAL, around=people.around(),
            )  # fmt: skip
        clock.forward(hours=48 if field == ADDRESS else 25)
    address = link(owner)
    visitor.open(address)
    said = "Este enlace no deshace otros cambios anteriores: Celular. Si tampoco"
    assert said in visitor.words, "what nobody can undo any more is not named"
    visitor.fill(address)
    assert said in visitor.words


def test_after_72_hours_it_says_whom_to_call(
    visitor: Visitor, people: People, clock: Clock, link: Callable[[Person], str]
) -> None:
    address = link(people.active())
    clock.forward(hours=72)
    visitor.open(address)
    assert (visitor.status, visitor.heading) == (409, "Este enlace ya se venció")


def test_a_guessed_link_is_no_page_at_all(
    visitor: Visitor, people: People, link: Callable[[Person], str]
) -> None:
    address = link(people.active())
    visitor.open(address)
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    for guess in ("x" * 43, address.rpartition("/")[2][:-1], "1"):
        for answer in (
            visitor.client.get(f"/deshacer/{guess}"),
            visitor.client.post(f"/deshacer/{guess}", data={"csrf_token": token}),
        ):
            assert answer.status_code == 404


def test_a_form_of_somebody_else_undoes_nothing(
    visitor: Visitor, people: People, portal: Portal, link: Callable[[Person], str]
) -> None:
    address = link(people.active())
    assert visitor.client.post(address).status_code == 422
    with portal.db.read() as session:
        assert session.query(Customer.email).scalar() == NEW
