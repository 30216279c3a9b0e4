"""The customer's credits."""

from datetime import date

import pytest

from finportal.services import projections
from finportal.services.days import bogota_day
from finportal.web.context import Portal
from tests.doubles import Clock, Statements
from tests.factories import People
from tests.pages.credit_scenes import example, plain
from tests.visitor import Visitor

NEW = {
    "disbursed_on": date(2026, 11, 5),
    "first_due_on": date(2026, 12, 5),
    "term": 24,
    "rate_ea": "0.2450",
}


def card_of(visitor: Visitor, number: str) -> str:
    cards = [plain(card.get_text(" ")) for card in visitor.page.select(".credits > li")]
    return next(words for words in cards if number in words)


def test_a_credit_in_order_tells_what_is_next(visitor: Visitor, people: People) -> None:
    person = people.active()
    people.caps()
    number = people.loan(person, **NEW)
    words = card_of(visitor.sign_in(person), number)
    for told in (
        "Renault Duster 2024", "KLM456", "Al día", "$ 2.337.070",
        "Próxima cuota: vence el 5 dic 2026, en 12 días", "0 de 24 cuotas pagadas",
        "Capital por pagar $ 45.000.000", "Termina 5 nov 2028",
    ):  # fmt: skip
        assert told in words


def test_a_late_credit_tells_it_in_plain_words(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    people.paid(number, date(2026, 1, 15), 8_930_000)
    words = card_of(visitor.sign_in(person), number)
    assert "8 días de mora" in words
    assert "por pagar de cuotas vencidas; la más antigua venció el 15 nov 2026" in words
    assert "12 de 60 cuotas pagadas" in words


def test_closed_and_paid_credits_ask_for_nothing(visitor: Visitor, people: People) -> None:
    person = people.active()
    closed = example(people, person, status="closed")
    paid = example(people, person)
    people.paid(paid, date(2026, 2, 9), 40_000_000, effect="reduce_term")
    visitor.sign_in(person)
    for number in (closed, paid):
        words = card_of(visitor, number)
        assert "Cerrado" in words
        assert "mora" not in words
    assert "Saldo a su favor: $ 9.687.970. Llámenos" in card_of(visitor, paid)
    words = plain(visitor.open(f"/credito/{paid}").words)
    assert "Queda a su favor $ 9.687.970" in words


@pytest.mark.parametrize("copied", [False, True])
def test_a_list_from_copies_reads_like_one_from_replays(
    visitor: Visitor, people: People, portal: Portal, clock: Clock, *, copied: bool
) -> None:
    person = people.active()
    late = example(people, person)
    people.loan(person, **NEW)
    if copied:
        projections.refresh(portal.db, bogota_day(clock()))
    words = visitor.sign_in(person).words
    assert plain(words).count("Ver mi crédito") == 2
    assert "$ 9.282.539" in card_of(visitor, late)


def test_nobody_sees_the_credits_of_others(visitor: Visitor, people: People) -> None:
    mine, other = people.active(), people.active()
    people.loan(mine)
    hidden = people.loan(other)
    assert hidden not in visitor.sign_in(mine).words


def test_a_customer_without_credits_reads_why(visitor: Visitor, people: People) -> None:
    assert "Todavía no hay créditos" in visitor.sign_in(people.active()).words


def test_the_last_access_is_told(visitor: Visitor, people: People, clock: Clock) -> None:
    person = people.active()
    visitor.sign_in(person).press("/salir")
    assert "Su ingreso anterior" not in visitor.words
    clock.forward(days=1)
    visitor.sign_in(person)
    assert "Su ingreso anterior: 23 nov 2026" in visitor.words.replace("\u00a0", " ")


def test_the_menu_shows_only_what_exists(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active())
    menu = [" ".join(item.get_text().split()) for item in visitor.page.select("nav.account li")]
    assert menu == [
        "Mi crédito",
        "Documentos",
        "Cambiar contraseña",
        "Actualizar datos",
        "Cerrar sesión",
    ]


PLACES = {
    "/cuenta": ["Mi crédito: page"],
    "/credito/{}": ["Mi crédito: true"],
    "/documentos": ["Documentos: page"],
    "/documentos/nuevo/deuda": ["Documentos: true"],
    "/seguridad": ["Actualizar datos: true"],
    "/personalizar": ["Cambiar contraseña: page"],
    "/": [],
}
"""What the menu marks on some pages, and how."""


def test_the_menu_marks_where_one_is(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = people.loan(person)
    visitor.sign_in(person)
    for address, told in PLACES.items():
        page = visitor.open(address.format(number)).page
        marked = page.select("nav.account [aria-current]")
        assert [f"{one.get_text(strip=True)}: {one['aria-current']}" for one in marked] == told
        assert page.main.get("data-menu") == (marked[0]["href"] if marked else None)


@pytest.mark.parametrize(("copied", "most"), [(False, 4), (True, 3)])
def test_the_page_costs_four_statements_one_of_them_for_payments_in_process(
    visitor: Visitor, people: People, statements: Statements, portal: Portal, clock: Clock,
    *, copied: bool, most: int,
) -> None:  # fmt: skip
    person = people.active()
    for _ in range(5):
        example(people, person)
    visitor.sign_in(person)
    if copied:
        projections.refresh(portal.db, bogota_day(clock()))
    visitor.client.get("/cuenta")
    statements.clear()
    visitor.client.get("/cuenta")
    assert len(statements) == most


def test_idle_and_absolute_limits_end_the_session(
    visitor: Visitor, people: People, clock: Clock
) -> None:
    person = people.active()
    visitor.sign_in(person)
    clock.forward(minutes=14)
    assert visitor.open("/cuenta").heading == "Mis créditos"
    clock.forward(minutes=15)
    assert visitor.open("/cuenta").address == "/ingresar?aviso=expired"
    visitor.sign_in(person)
    for _ in range(48):
        clock.forward(minutes=10)
        visitor.open("/cuenta")
    assert visitor.address == "/ingresar?aviso=expired"
