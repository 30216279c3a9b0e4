"""Pagos: how each attempt stands in plain words, whatever the bank did, over real HTTP."""

from time import monotonic

import pytest
from sqlalchemy import select

from finportal.models import Posting
from tests.pages.conftest import Shop
from tests.pages.credit_scenes import plain
from tests.paying import WITH_BOTH
from tests.visitor import Visitor


@WITH_BOTH
def test_approved_says_how_it_was_applied_and_gives_the_receipt(shop: Shop) -> None:
    reference = shop.begin()
    shop.decide(reference, "approved")
    words = shop.back(reference)
    assert shop.visitor.heading == "Pago aprobado"
    assert reference in words
    assert "Cuota 2" in words
    assert "Cuota 3" in words
    assert len(shop.paid) == 1
    with shop.db.read() as session:
        authorisation = session.scalars(select(Posting.authorisation)).one()
    button = shop.visitor.page.find("button", attrs={"name": "movimiento"})
    shop.visitor.fill("/documentos/comprobante", movimiento=button["value"])
    assert shop.visitor.heading.startswith("Comprobante de pago")
    facts = plain(shop.visitor.page.select_one("table.facts").get_text(" "))
    assert f"CUS o autorización {authorisation}" in facts
    assert f"Referencia {reference}" in facts


def test_an_instalment_paid_early_says_when_it_will_be_paid(shop: Shop) -> None:
    shop.review("instalment")
    assert "paga la cuota el día que vence, 15 feb 2026" in shop.words
    reference = shop.begin("instalment")
    shop.decide(reference, "approved")
    assert "El 15 feb 2026, cuando vence, pagará completa la cuota 4." in shop.back(reference)
    button = shop.visitor.page.find("button", attrs={"name": "movimiento"})
    shop.visitor.fill("/documentos/comprobante", movimiento=button["value"])
    assert "De ahí, para la cuota 4 el 15 feb 2026" in shop.words
    shop.visitor.open("/cuenta")
    assert "no tiene que pagarla otra vez" in shop.words
    shop.visitor.open(f"/pagar?credito={shop.number}")
    assert "ya está cubierta" in shop.words
    assert not shop.visitor.page.select("[name=que][checked]"), "nobody pays all of it by mistake"


def test_a_receipt_says_that_a_payoff_used_what_was_kept(shop: Shop) -> None:
    for purpose in ("overdue", "instalment", "payoff"):
        reference = shop.begin(purpose)
        shop.decide(reference, "approved")
        words = shop.back(reference)
        if purpose == "instalment":
            early = reference
    assert "quedaron" not in words
    assert "para pagar todo el crédito. Sobran" not in shop.back(early)
    assert "para pagar todo el crédito." in shop.words
    button = shop.visitor.page.find("button", attrs={"name": "movimiento"})
    shop.visitor.fill("/documentos/comprobante", movimiento=button["value"])
    assert "De ahí, para pagar todo el crédito el" in shop.words
    assert "De ahí, para la cuota" not in shop.words


def test_an_instalment_paid_early_whole_is_kept_and_not_called_applied(shop: Shop) -> None:
    reference = shop.begin("overdue")
    shop.decide(reference, "approved")
    assert "ya está aplicado" in shop.back(reference)
    reference = shop.begin("instalment")
    shop.decide(reference, "approved")
    words = shop.back(reference)
    assert "Recibimos su pago y queda guardado a su favor" in words
    assert "ya está aplicado" not in words
    button = shop.visitor.page.find("button", attrs={"name": "movimiento"})
    shop.visitor.fill("/documentos/comprobante", movimiento=button["value"])
    assert "no está aplicado a ninguna cuota" in shop.words


@WITH_BOTH
def test_declined_says_so_and_leads_to_another_try(shop: Shop) -> None:
    reference = shop.begin()
    shop.decide(reference, "declined")
    words = shop.back(reference)
    assert shop.visitor.heading == "Pago rechazado"
    assert "Intentar de nuevo" in words
    assert "ondos insuficientes" in words
    assert shop.paid == []
    again = shop.begin()
    assert again != reference


@WITH_BOTH
def test_declined_then_approved_ends_approved_once(shop: Shop) -> None:
    reference = shop.begin()
    shop.decide(reference, "declined-then-approved")
    shop.back(reference)
    shop.clock.forward(minutes=2)
    shop.bank.control(tick=True)
    shop.back(reference)
    assert shop.visitor.heading == "Pago aprobado"
    assert len(shop.paid) == 1


def test_pending_then_approved(shop: Shop) -> None:
    reference = shop.begin()
    shop.decide(reference, "pending")
    assert "No pague otra vez" in shop.back(reference)
    assert shop.visitor.heading == "Pago en proceso"
    assert shop.paid == []
    assert "En proceso" in shop.visitor.open("/pagos").words
    shop.clock.forward(hours=2)
    shop.bank.control(tick=True)
    shop.visitor.sign_in(shop.person)
    shop.back(reference)
    assert shop.visitor.heading == "Pago aprobado"


def test_while_it_is_in_process_the_page_asks_again_and_stops(shop: Shop) -> None:
    reference = shop.begin()
    shop.decide(reference, "pending")
    shop.back(reference)
    spot = shop.visitor.page.select_one("#espera")
    assert spot["hx-trigger"] == "load delay:3s"
    assert 'content="10;' in str(shop.visitor.page.head.noscript)
    shop.visitor.open(f"/pagos/{reference}/estado?vez=20")
    assert not shop.visitor.page.select_one("#espera").has_attr("hx-get")
    assert not shop.visitor.page.head.noscript
    assert shop.visitor.page.find("a", string="Actualizar")


def test_a_poll_that_finds_the_result_loads_the_page_whole(shop: Shop) -> None:
    reference = shop.begin()
    shop.decide(reference, "approved")
    address = f"/pagos/{reference}/estado?vez=1"
    answer = shop.visitor.client.get(address, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == f"/pagos/{reference}"
    assert shop.visitor.open(address).address == f"/pagos/{reference}"


def test_who_did_not_pay_may_go_on_until_it_expires(shop: Shop) -> None:
    reference = shop.begin()
    shop.back(reference)
    assert shop.visitor.heading == "Pago en proceso"
    shop.visitor.open(f"/pagos/{reference}/ir")
    assert shop.visitor.heading == "Lo llevamos a la página de pago"
    shop.clock.forward(minutes=31)
    shop.visitor.sign_in(shop.person)
    shop.back(reference)
    assert shop.visitor.heading == "Pago vencido"
    assert "Intentar de nuevo" in shop.words
    assert shop.visitor.open(f"/pagos/{reference}/ir").heading == "Pago vencido"


@pytest.mark.parametrize("plan", ["wrong-amount", "wrong-currency", "other-reference"])
def test_money_that_does_not_fit_is_under_review(shop: Shop, plan: str) -> None:
    reference = shop.begin()
    shop.decide(reference, plan)
    words = shop.back(reference)
    assert shop.visitor.heading == "Pago en revisión"
    assert "no está perdido" in words
    assert shop.paid == []


def test_a_quote_that_expired_while_paying_says_so(shop: Shop) -> None:
    shop.clock.forward(hours=13, minutes=30)
    shop.visitor.sign_in(shop.person)
    reference = shop.begin("payoff")
    shop.clock.forward(minutes=29)
    shop.bank.control(reference=reference, decide="pending", method="pse")
    shop.clock.forward(hours=24)
    shop.bank.control(tick=True)
    shop.visitor.sign_in(shop.person)
    words = shop.back(reference)
    assert "era del 9 feb 2026" in words
    assert "Puede quedar un saldo pequeño" in words


def test_the_list_holds_the_past_and_is_empty_at_first(shop: Shop) -> None:
    assert "Ninguno todavía" in shop.visitor.open("/pagos").words
    reference = shop.begin()
    shop.decide(reference, "declined")
    shop.back(reference)
    shop.visitor.open("/pagos")
    assert "Rechazado" in shop.words
    assert shop.visitor.page.find("a", href=f"/pagos/{reference}")


def test_another_customers_reference_does_not_exist(shop: Shop) -> None:
    reference = shop.begin()
    stranger = shop.people.active()
    other = Visitor(shop.app, shop.people)
    other.sign_in(stranger)
    for name in (reference, reference.lower(), "X", "a%00b", "1-" + "A" * 60):
        for rest in ("", "/estado", "/ir"):
            assert other.open(f"/pagos/{name}{rest}").status == 404
    assert reference not in other.open("/pagos").words


def test_a_stranger_is_sent_to_sign_in(shop: Shop) -> None:
    reference = shop.begin()
    other = Visitor(shop.app, shop.people)
    assert other.open(f"/pagos/{reference}").address.startswith("/ingresar")


def test_a_slow_gateway_holds_a_page_for_seconds_only(shop: Shop) -> None:
    reference = shop.begin()
    shop.bank.control(fault={"kind": "slow", "on": "ask", "times": 1, "seconds": 8})
    began = monotonic()
    shop.back(reference)
    assert shop.visitor.status == 200
    assert monotonic() - began < 4.5, "the worker's own limit is 5 seconds here"
