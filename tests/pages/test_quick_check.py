"""Pago rápido through the gateway: no account, little told, throttled; over real HTTP."""

from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from finportal.models import OutboxMail
from finportal.services import quick_lookup
from finportal.services.payments import second_tries
from finportal.web.context import Portal
from tests.pages.conftest import Shop
from tests.pages.credit_scenes import plain
from tests.paying import WITH_BOTH
from tests.visitor import Visitor


@pytest.fixture
def shop(open_shop: Shop) -> Shop:
    """A passer-by at the browser."""
    return open_shop


def found(shop: Shop) -> str:
    """Find the credit by its two numbers; the ticket."""
    shop.visitor.open("/pago-rapido")
    shop.visitor.fill("/pago-rapido", documento=shop.person.id_number, credito=shop.number)
    return str(shop.visitor.page.find("input", attrs={"name": "ficha"})["value"])


def check(shop: Shop, ticket: str, que: str = "overdue", como: str = "pse") -> Visitor:
    """Come to the check page."""
    asked = {"ficha": ticket, "que": que, "como": como}
    return shop.visitor.open(f"/pago-rapido/revisar?{urlencode(asked)}")


def begin(shop: Shop) -> str:
    """Press the check page's button and go to the gateway; the address of the result."""
    check(shop, found(shop)).fill("/pago-rapido/revisar")
    assert shop.visitor.address.startswith("/resultado/")
    shop.arrive()
    return shop.visitor.address.removesuffix("/ir")


def sent_form(page: BeautifulSoup) -> dict[str, str]:
    form = page.find("form", action="/pago-rapido/revisar")
    return {field["name"]: field["value"] for field in form.find_all("input")}


@WITH_BOTH
def test_who_has_no_account_pays_and_sees_nothing_of_it(shop: Shop) -> None:
    address = begin(shop)
    shop.decide(address.split("/")[2], "approved")
    shop.clock.forward(seconds=6)
    shop.visitor.open(address)
    assert shop.visitor.heading == "Pago aprobado"
    assert len(shop.paid) == 1
    assert address.split("/")[2] in shop.words
    assert "M•••• R••••" in shop.words
    for secret in ("Marta", shop.number, shop.person.id_number, "Cuota", "Duster", "KLM456"):
        assert secret not in shop.words
    with shop.db.read() as session:
        told = session.execute(select(OutboxMail.kind, OutboxMail.recipient)).all()
    assert [tuple(one) for one in told] == [("payment_approved", shop.person.email)]


def test_what_can_be_chosen_is_what_the_page_tells(shop: Shop) -> None:
    ticket = found(shop)
    offered = [one["value"] for one in shop.visitor.page.select("[name=que]")]
    assert offered == ["instalment", "overdue", "payoff"]
    assert [one["value"] for one in shop.visitor.page.select("[name=como]")] == ["pse", "tarjeta"]
    for que, como in (("other", "pse"), ("extra_principal", "pse"), ("overdue", "cupon")):
        assert "Elija qué quiere pagar" in check(shop, ticket, que, como).words
    check(shop, ticket)
    words = plain(shop.words)
    assert "Al crédito de M•••• R••••" in words
    assert "Referencia de pago 1000 0000" in words
    assert shop.number not in str(shop.visitor.page)
    assert "KLM456" not in str(shop.visitor.page)
    assert shop.attempts == 0


def test_what_our_page_never_sends_begins_nothing(shop: Shop) -> None:
    ticket = found(shop)
    for changed in (
        {"que": "other"},
        {"que": "extra_principal"},
        {"efecto": "reduce_term"},
        {"clave": ""},
    ):
        check(shop, ticket).fill("/pago-rapido/revisar", **changed)
        assert not shop.visitor.address.startswith("/resultado")
    assert shop.attempts == 0


def test_an_amount_of_ones_own_making_and_a_stale_token(shop: Shop) -> None:
    check(shop, found(shop)).fill("/pago-rapido/revisar", centavos="100")
    assert shop.visitor.status == 422
    assert "El valor cambió" in shop.words
    shop.visitor.fill("/pago-rapido/revisar", csrf_token="old")
    assert "estuvo abierta mucho tiempo" in shop.words
    assert shop.attempts == 0


def test_a_second_try_is_held_back_and_tells_nothing_of_the_first(shop: Shop) -> None:
    shop.visitor.sign_in(shop.person)
    reference = shop.begin()
    shop.decide(reference, "pending")
    shop.back(reference)
    shop.visitor = Visitor(shop.app, shop.people)
    check(shop, found(shop)).fill("/pago-rapido/revisar")
    assert shop.visitor.status == 422
    assert "no pague otra vez" in shop.visitor.page.select_one(".problems").get_text()
    assert shop.visitor.page.title.string.startswith("Error: ")
    assert "CUS" not in shop.words
    page = str(shop.visitor.page)
    for told in (reference, reference.split("-")[1]):
        assert told not in page
    shop.visitor.fill("/pago-rapido/revisar")
    assert shop.visitor.address.endswith("/ir")
    assert shop.attempts == 2


def test_a_double_press_is_one_attempt(shop: Shop) -> None:
    form = sent_form(check(shop, found(shop)).page)
    answers = [shop.visitor.client.post("/pago-rapido/revisar", data=form) for _ in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert shop.attempts == 1


def test_tickets_end_and_cannot_be_made(shop: Shop) -> None:
    portal: Portal = shop.app.extensions["finportal"]
    ticket = found(shop)
    check(shop, ticket)
    shop.clock.forward(minutes=31)
    until = shop.clock().timestamp() + 60
    forged = portal.vault.seal({"for": "recovery", "loan": 1, "until": until}).decode()
    for other in (ticket, forged, ticket[:-2], "", "ñ"):
        for words in (
            check(shop, other).words,
            shop.visitor.open(f"/pago-rapido/ver?{urlencode({'ficha': other})}").words,
        ):
            assert "Escriba otra vez los dos números" in words


def test_starts_are_slowed_down(shop: Shop) -> None:
    form = sent_form(check(shop, found(shop)).page)
    most = quick_lookup.STARTS[1].most
    for n in range(most):
        answer = shop.visitor.client.post(
            "/pago-rapido/revisar", data=form | {"clave": f"{n:043d}", "anyway": "1"}
        )
        assert answer.status_code in {303, 422}
    last = shop.visitor.client.post("/pago-rapido/revisar", data=form)
    assert last.status_code == 429
    assert shop.attempts == min(most, second_tries.ANYWAY[0].most + 1)


def test_the_gateway_is_down(shop: Shop) -> None:
    shop.bank.control(fault={"kind": "html", "on": "start"})
    check(shop, found(shop)).fill("/pago-rapido/revisar")
    assert shop.visitor.status == 422
    assert "No se le cobró nada" in shop.words
