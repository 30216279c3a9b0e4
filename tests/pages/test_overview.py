"""The customer's credits."""

from datetime import date

from tests.doubles import Clock, Statements
from tests.factories import People
from tests.visitor import Visitor


def test_credits_are_shown_as_loaded(visitor: Visitor, people: People) -> None:
    person = people.active()
    open_one = people.loan(person, principal=4_500_000_000, term=60, rate_ea="0.2250")
    closed = people.loan(person, status="closed", disbursed_on=date(2020, 1, 5), plate=None)
    visitor.sign_in(person)
    first, second = visitor.page.select(".credits > li")
    text = " ".join(first.get_text(" ").split())
    for words in (open_one, "$ 45.000.000", "60 mensuales", "22,50 % E.A.", "KLM456"):
        assert words in text.replace("\u00a0", " ")
    assert "Renault Duster 2024" in text
    assert "Vigente" in text
    assert closed in second.get_text()
    assert "Cerrado" in second.get_text()


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
    assert menu == ["Mis créditos", "Cambiar contraseña", "Cerrar sesión"]


def test_the_page_costs_two_statements(
    visitor: Visitor, people: People, statements: Statements
) -> None:
    person = people.active()
    for _ in range(5):
        people.loan(person)
    visitor.sign_in(person)
    statements.clear()
    visitor.client.get("/cuenta")
    assert len(statements) == 2


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
