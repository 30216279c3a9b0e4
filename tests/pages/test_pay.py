"""Pagar: what and how, the check page, and leaving for the gateway, over real HTTP."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from finportal.adapters.database import Database
from finportal.models import Account, PaymentAttempt
from finportal.services import audit, ledger
from finportal.services.payments import second_tries
from finportal.services.payments.offers import Purpose, offers
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.pages.conftest import Shop
from tests.pages.credit_scenes import example, plain
from tests.paying import WITH_BOTH
from tests.visitor import Visitor


def test_the_page_offers_what_can_be_paid_with_its_amounts(shop: Shop) -> None:
    shop.visitor.open("/cuenta")
    links = [link["href"] for link in shop.visitor.page.select("main a.button")]
    assert f"/pagar?credito={shop.number}" in links
    shop.visitor.open(f"/pagar?credito={shop.number}")
    for words in ("Cuota del mes", "Valor vencido", "Pago total", "Otro valor", "Abono a capital"):
        assert words in shop.words
    assert shop.visitor.page.select_one("input[value=overdue]").has_attr("checked")
    assert [one["value"] for one in shop.visitor.page.select("[name=como]")] == [
        "pse",
        "tarjeta",
        "cupon",
    ]


def test_the_check_page_says_all_of_it_and_begins_nothing(shop: Shop) -> None:
    shop.review()
    for words in ("Valor vencido", shop.number, "PSE", "Ninguno", "9 feb 2026", "Placetopay"):
        assert words in shop.words
    assert shop.attempts == 0


@pytest.mark.parametrize(
    "chosen",
    [
        {
            "que": "extra_principal", "valor": "5000000",
            "efecto": "reduce_instalment", "como": "tarjeta",
        },
        {"que": "other", "valor": "150000", "como": "cupon"},
        {"que": "instalment", "como": "tarjeta"},
    ],
)  # fmt: skip
def test_what_was_chosen_comes_back_to_be_changed(shop: Shop, chosen: dict[str, str]) -> None:
    shop.people.loan(shop.person)
    shop.review(**chosen)
    shop.visitor.open(shop.visitor.page.find("a", string="← Cambiar")["href"])
    assert shop.visitor.status == 200
    page = shop.visitor.page
    assert page.select_one("#credito [selected]")["value"] == shop.number
    assert page.select_one("#valor").get("value", "") == chosen.get("valor", "")
    told = {one["name"]: one["value"] for one in page.select("[type=radio][checked]")}
    assert told == {"efecto": "reduce_term"} | {
        name: value for name, value in chosen.items() if name != "valor"
    }


@WITH_BOTH
def test_the_button_leaves_for_the_gateway_by_a_page_of_our_own(shop: Shop) -> None:
    reference = shop.begin()
    header = shop.visitor.response.headers["Refresh"]
    link = shop.visitor.page.find("a", string="Ir a pagar")["href"]
    assert header == f"0; url={link}"
    assert f"{urlsplit(link).scheme}://{urlsplit(link).netloc}" == shop.bank.address
    assert reference in shop.arrive()
    assert "form-action 'self'" in shop.visitor.response.headers["Content-Security-Policy"]


def test_the_page_of_a_credit_leads_here_while_it_can_be_paid(shop: Shop) -> None:
    address = f"/credito/{shop.number}"
    button = shop.visitor.open(address).page.select_one("main a.button")
    assert shop.visitor.open(button["href"]).heading == "Pagar"
    assert shop.number in shop.words
    past = shop.visitor.open(f"{address}?fecha=2026-01-20")
    assert not past.page.select("main a.button")
    shop.people.paid(shop.number, date(2026, 2, 9), 40_000_000, effect="reduce_term")
    assert not shop.visitor.open(address).page.select("main a.button")


def test_a_payment_in_process_is_told_before_anything_is_chosen(shop: Shop) -> None:
    assert "en proceso" not in shop.visitor.open("/pagar").words
    other = shop.people.loan(shop.person)
    reference = shop.begin()
    shop.visitor.open(f"/pagar?credito={shop.number}")
    told = plain(shop.visitor.page.select_one("main .callout").get_text(" "))
    assert "no pague otra vez" in told
    assert "Valor vencido, $ " in told
    assert "empezó el 9 feb 2026, 10:00 a. m." in told
    assert shop.visitor.page.find("a", string=reference)["href"] == f"/pagos/{reference}"
    assert reference not in shop.visitor.open(f"/pagar?credito={other}").words
    cards = {
        number: next(
            card for card in shop.visitor.open("/cuenta").page.select(".credits > li")
            if number in card.get_text()
        )
        for number in (shop.number, other)
    }  # fmt: skip
    assert "no pague otra vez lo mismo" in plain(cards[shop.number].get_text(" "))
    assert cards[shop.number].select_one(f"a[href='/pagos/{reference}']")
    assert "en proceso" not in cards[other].get_text()
    shop.decide(reference, "declined")
    shop.back(reference)
    assert reference not in shop.visitor.open(f"/pagar?credito={shop.number}").words
    assert "en proceso" not in shop.visitor.open("/cuenta").words


def test_an_extra_payment_shows_its_effect_and_carries_the_choice(shop: Shop) -> None:
    chosen = {"valor": "5.000.000", "efecto": "reduce_instalment"}
    shop.visitor.open(
        f"/pagar?credito={shop.number}&que=extra_principal&valor=5000000&efecto=reduce_instalment"
    )
    assert "Baja el capital" in shop.words
    assert shop.visitor.page.select_one("input[value=reduce_instalment]").has_attr("checked")
    shop.review("extra_principal", **chosen)
    assert "Abono a capital: reducir cuota" in shop.words
    assert "$ 5.000.000" in shop.words
    reference = shop.begin("extra_principal", **chosen)
    shop.decide(reference, "approved")
    assert "Capital que aún no vencía" in shop.back(reference)
    assert shop.paid == [500_000_000]


def test_an_extra_payment_that_lowers_nothing_says_so_and_goes_on(shop: Shop) -> None:
    for more, told in ((1, True), (2_000_000, False)):
        shop.review("extra_principal", valor="1", efecto="reduce_term")
        amount = re.search(r"entre \$ ([\d.]+)", shop.words)
        assert amount
        least = int(amount[1].replace(".", ""))
        shop.review("extra_principal", valor=str(least + more), efecto="reduce_term")
        assert shop.visitor.heading == "Revise su pago"
        assert ("el capital no baja" in shop.words) is told
        assert shop.visitor.page.select_one("form[action='/pagar'] button")


def test_the_simulator_leads_here_with_amount_and_choice(shop: Shop) -> None:
    shop.visitor.open(f"/credito/{shop.number}/simulador?valor=5000000")
    link = shop.visitor.page.find("a", string=lambda words: words and "Pagar esto" in words)
    shop.visitor.open(link["href"])
    assert shop.visitor.page.select_one("#valor")["value"] == "5000000"
    assert shop.visitor.page.select_one("input[value=extra_principal]").has_attr("checked")
    assert "Baja el capital" in shop.words


def test_the_coupon_is_a_way_to_pay_what_a_counter_can_take(shop: Shop) -> None:
    shop.review("instalment", como="cupon")
    assert shop.visitor.address == f"/documentos/nuevo/cupon?credito={shop.number}"
    shop.review("other", como="cupon", valor="250.000")
    assert "$ 250.000" in shop.words
    assert "(3900)0000250000" in shop.words
    assert "(96)" not in shop.words
    groups = [one.get_text() for one in shop.visitor.page.select(".bars span")]
    assert [one[:6] for one in groups] == ["(415)9", "(8020)", "(3900)"], "no group is broken"
    assert "Puede imprimir esta página desde su navegador" in shop.words
    link = shop.visitor.page.find("a", string="Cupón de pago en PDF")["href"]
    assert link == f"/documentos/nuevo/cupon?credito={shop.number}"
    shop.review("overdue", como="cupon")
    assert "suma interés de mora" in shop.words
    for que in ("payoff", "extra_principal"):
        shop.review(que, como="cupon", valor="5000000")
        assert shop.visitor.status == 422
        assert "En caja se paga la cuota" in shop.words
    assert shop.attempts == 0


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"que": ""}, "que"),
        ({"que": "todo"}, "que"),
        ({"que": "other", "valor": ""}, "valor"),
        ({"que": "other", "valor": "mucho"}, "valor"),
        ({"que": "other", "valor": "0"}, "valor"),
        ({"que": "other", "valor": "10,50"}, "valor"),
        ({"que": "other", "valor": "900000000"}, "valor"),
        ({"que": "extra_principal", "valor": "1"}, "valor"),
        ({"que": "extra_principal", "valor": "5000000", "efecto": "x"}, "efecto"),
        ({"que": "overdue", "como": "bitcoin"}, "como"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    shop: Shop, chosen: dict[str, str], field: str
) -> None:
    shop.review(**chosen)
    assert shop.visitor.status == 422
    assert shop.visitor.page.select_one(f"#{field}-error")


@pytest.mark.parametrize(
    "changed",
    [
        {"centavos": "-1"},
        {"centavos": "1.5"},
        {"centavos": ""},
        {"que": "gift"},
        {"efecto": "x"},
        {"como": "cupon"},
        {"clave": "x"},
    ],
)
def test_what_our_page_never_sends_is_refused(shop: Shop, changed: dict[str, str]) -> None:
    shop.review().fill("/pagar", **changed)
    assert shop.visitor.status == 400
    assert shop.attempts == 0


def test_an_amount_of_ones_own_making_is_told_and_not_charged(shop: Shop) -> None:
    shop.review().fill("/pagar", centavos="100")
    assert shop.visitor.status == 422
    assert "El valor cambió" in shop.words
    assert shop.attempts == 0
    shop.visitor.fill("/pagar")
    assert shop.visitor.address.endswith("/ir")


def test_a_stale_token_shows_the_check_page_again(shop: Shop) -> None:
    shop.review().fill("/pagar", csrf_token="old")
    assert shop.visitor.status == 422
    assert "estuvo abierta mucho tiempo" in shop.words
    assert shop.attempts == 0


def test_a_double_press_is_one_attempt(shop: Shop) -> None:
    form = shop.review().page.find("form", action="/pagar")
    sent = {field["name"]: field["value"] for field in form.find_all("input")}
    answers = [shop.visitor.client.post("/pagar", data=sent) for _ in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert shop.attempts == 1


def test_back_and_again_is_held_back_with_reference_and_time(shop: Shop) -> None:
    reference = shop.begin()
    shop.review().fill("/pagar")
    assert shop.visitor.status == 422
    assert shop.visitor.page.title.string.startswith("Error: Revise su pago")
    assert "no pague otra vez" in shop.visitor.page.select_one(".problems").get_text()
    assert reference in shop.words
    assert "9 feb 2026, 10:00 a. m." in shop.words
    assert shop.attempts == 1


def test_two_tabs_and_a_way_to_go_on_anyway(shop: Shop) -> None:
    shop.review()
    other = Visitor(shop.app, shop.people)
    other.sign_in(shop.person)
    other.open(f"/pagar/revisar?credito={shop.number}&que=overdue&como=tarjeta")
    shop.visitor.fill("/pagar")
    first = shop.visitor.address.split("/")[2]
    shop.decide(first, "pending")
    shop.back(first)
    other.fill("/pagar")
    assert first in other.words
    assert "CUS" in other.words
    other.fill("/pagar")
    assert other.address.endswith("/ir")
    assert shop.attempts == 2


def test_going_on_anyway_has_an_end_that_is_told_kindly(shop: Shop) -> None:
    form = shop.review().page.find("form", action="/pagar")
    sent = {field["name"]: field["value"] for field in form.find_all("input")} | {"anyway": "1"}
    for n in range(second_tries.ANYWAY[0].most + 1):
        answer = shop.visitor.client.post("/pagar", data=sent | {"clave": f"{n:043d}"})
        assert answer.status_code == 303
    shop.visitor.fill("/pagar", anyway="1")
    assert shop.visitor.status == 422
    assert "podrá pagar otra vez después" in shop.words
    assert "11:00 a. m." in shop.words


def fill_up(shop: Shop) -> None:
    """Write to the trail until nothing more goes in."""
    for _ in range(10**4):
        with shop.db.write() as session:
            audit.record(session, "filler", shop.people.around(), detail="x" * 3000)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # only it can be bounded
def test_a_full_disk_acknowledges_nothing_it_did_not_keep_and_heals(shop: Shop) -> None:
    loans = [shop.number, *(shop.people.loan(shop.person) for _ in range(4))]
    form = shop.review().page.find("form", action="/pagar")
    sent = {field["name"]: field["value"] for field in form.find_all("input")} | {"anyway": "1"}
    numbers = count(1)

    def press(number: str, purpose: Purpose) -> Any:
        with shop.db.read() as session:
            credit = ledger.of_number(session, number)
        assert credit
        offered = {one.purpose: one.least for one in offers(credit, date(2026, 2, 9))}
        chosen = {"credito": number, "que": purpose, "centavos": str(offered[purpose])}
        return shop.visitor.client.post(
            "/pagar", data=sent | chosen | {"clave": f"{next(numbers):043d}"}
        )

    room = 10**6

    def bound(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {room}")

    for engine in shop.db.engines:
        event.listen(engine, "checkout", bound)
    with shop.db.read() as session:
        room = session.scalar(text("PRAGMA page_count")) or 0
    with pytest.raises(OperationalError):
        fill_up(shop)
    purposes = (Purpose.OVERDUE, Purpose.INSTALMENT, Purpose.PAYOFF)
    answers = [press(number, one) for number in loans for one in purposes for _ in range(2)]
    kept = [one for one in answers if one.status_code == 303]
    refused = [one for one in answers if one.status_code == 503]
    assert len(kept) + len(refused) == len(answers)
    assert refused
    assert all(one.headers["Retry-After"] for one in refused)
    with shop.db.read() as session:
        stored = set(session.scalars(select(PaymentAttempt.reference)))
    assert {one.headers["Location"].split("/")[2] for one in kept} <= stored
    room = 10**6
    assert press(loans[-1], Purpose.PAYOFF).status_code == 303


def test_the_gateway_is_down(shop: Shop) -> None:
    portal: Portal = shop.app.extensions["finportal"]
    nowhere = portal.settings.model_copy(update={"fake_gateway": "http://127.0.0.1:9"})
    shop.app.extensions["finportal"] = replace(portal, settings=nowhere)
    shop.review().fill("/pagar")
    assert shop.visitor.status == 422
    assert "No se le cobró nada" in shop.words
    shop.app.extensions["finportal"] = portal
    shop.visitor.fill("/pagar")
    assert shop.visitor.address.endswith("/ir")
    assert "No se inició" in plain(shop.visitor.open("/pagos").words)


@pytest.mark.parametrize("kind", ["html", "drop", "error"])
def test_an_answer_that_says_nothing(shop: Shop, kind: str) -> None:
    shop.bank.control(fault={"kind": kind, "on": "start"})
    shop.review().fill("/pagar")
    assert shop.visitor.status == 422
    assert "No se le cobró nada" in shop.words
    shop.visitor.open("/pagos")
    assert "En proceso" not in shop.words
    shop.visitor.open(shop.visitor.page.select_one("tbody a")["href"])
    assert shop.visitor.heading == "No pudimos abrir la página de pago"
    assert shop.paid == []


def test_somebody_elses_credit_does_not_exist(shop: Shop) -> None:
    stranger = shop.people.active()
    theirs = shop.people.loan(stranger)
    for address in (f"/pagar?credito={theirs}", f"/pagar/revisar?credito={theirs}&que=payoff"):
        assert shop.visitor.open(address).status == 404
    shop.review().fill("/pagar", credito=theirs)
    assert shop.visitor.status == 404
    assert shop.attempts == 0


def test_without_a_gateway_there_is_the_coupon_alone(visitor: Visitor, people: People) -> None:
    person: Person = people.active()
    number = example(people, person)
    visitor.sign_in(person)
    visitor.open("/pagar")
    assert [one["value"] for one in visitor.page.select("[name=como]")] == ["cupon"]
    assert visitor.open(f"/pagar/revisar?credito={number}&que=payoff&como=pse").status == 422


def test_nothing_left_to_pay(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active())
    assert "no hay nada por pagar" in visitor.open("/pagar").words
    assert "no hay nada por pagar" in visitor.open("/pagar/revisar").words


def test_a_held_account_gets_a_slip_without_the_documents(
    shop: Shop, db: Database, clock: Clock
) -> None:
    with db.write() as session:
        for account in session.query(Account):
            account.held_until = clock() + timedelta(hours=1)
    shop.review("instalment", como="cupon")
    assert shop.visitor.status == 200
    assert not shop.visitor.page.select("main a[href^='/documentos']")
    assert "(3900)" in shop.words
