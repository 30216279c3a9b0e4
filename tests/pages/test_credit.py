"""Mi crédito: to the peso, on any day, and for its owner only."""

from datetime import date

import pytest

from tests.doubles import Clock, Statements
from tests.factories import People
from tests.pages.credit_scenes import SEEN_ON, example, page, plain
from tests.visitor import Visitor

PAGES = ("", "/plan", "/movimientos", "/simulador", "/porque/payoff", "/porque/cuota/3")
FILES = ("/plan.csv", "/plan.xlsx", "/movimientos.csv", "/movimientos.xlsx", "/vencimientos.ics")


def test_the_worked_example_on_a_past_day(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person).open(page(number, fecha=SEEN_ON))
    words = plain(visitor.words)
    for figure in (
        "$ 30.312.030", "Vencido: seguro $ 17.644", "Vencido: interés de mora $ 4.598",
        "Vencido: interés corriente $ 491.349", "Vencido: capital $ 304.315",
        "Interés corriente hasta este día $ 392.148", "Capital que aún no vence $ 29.101.976",
    ):  # fmt: skip
        assert figure in words
    assert "La más antigua venció el 15 ene 2026, hace 25 días" in words
    assert "Así estaba el crédito el 9 feb 2026" in words


def test_the_terms_are_told_in_full(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person, vin="9ZZAD7ME9BZX01CWM")
    visitor.sign_in(person).open(page(number))
    words = plain(visitor.words)
    for told in (
        "22,00 % E.A.", "20,05 % N.M.V.", "60 cuotas mensuales", "0,0600 %",
        "Cuota actual (capital e interés) $ 795.664",
        "Costo total (VTU)", "99,00 % E.A.", "Renault Duster 2024", "KLM456", "9ZZAD7ME9BZX01CWM",
        "15 oct 2030",
    ):  # fmt: skip
        assert told in words


def test_interest_paid_is_told_by_year(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person).open(page(number))
    assert "En 2026 $ 0 En 2025 $ 997.619" in plain(visitor.words)


@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_a_credit_of_someone_else_does_not_exist(
    visitor: Visitor, people: People, address: str
) -> None:
    owner, other = people.active(), people.active()
    number = example(people, owner)
    visitor.sign_in(other)
    theirs = visitor.client.get(page(number, address))
    nobodys = visitor.client.get(page("NADA-1", address))
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert len(theirs.data) == len(nobodys.data)


@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_a_stranger_is_sent_to_sign_in(visitor: Visitor, people: People, address: str) -> None:
    number = example(people, people.active())
    assert visitor.open(page(number, address)).address.startswith("/ingresar")


@pytest.mark.parametrize("typed", ["2026-02-30", "mañana", "2025-10-14", "2026-11-24", "9999999"])
def test_a_day_that_cannot_be_is_told_at_the_field(
    visitor: Visitor, people: People, typed: str
) -> None:
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person).open(page(number, fecha=typed))
    assert visitor.status == 422
    assert visitor.page.select_one("#fecha-error")
    assert visitor.page.select_one(".problems a[href='#fecha']")


def test_a_closed_credit_and_one_that_is_paid_say_so(visitor: Visitor, people: People) -> None:
    person = people.active()
    closed = example(people, person, status="closed")
    paid = example(people, person)
    people.paid(paid, date(2026, 2, 9), 40_000_000, effect="reduce_term")
    visitor.sign_in(person)
    assert "Este crédito está cerrado." in visitor.open(page(closed)).words
    assert "Este crédito está pagado" in visitor.open(page(paid)).words


def test_credit_in_favour_lowers_what_is_next(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    people.paid(number, date(2025, 12, 20), 1_000_000)
    visitor.sign_in(person).open(page(number, fecha="2025-12-21"))
    assert "vence el 15 ene 2026 y ya está cubierta" in plain(visitor.words)
    assert "los $ 1.000.000 que tiene guardados" in plain(visitor.words)


def test_figures_the_engine_refuses_are_not_shown(visitor: Visitor, people: People) -> None:
    person = people.active()
    people.caps((date(2026, 1, 1), date(2026, 1, 31), "0.2436"))
    number = people.loan(person)
    visitor.sign_in(person)
    assert "Estamos revisando las cifras" in visitor.words
    visitor.open(page(number))
    assert visitor.status == 503
    assert visitor.heading == "Estamos revisando las cifras de su crédito"


def test_a_credit_disbursed_tomorrow_is_shown_as_it_begins(
    visitor: Visitor, people: People
) -> None:
    person = people.active()
    people.caps()
    number = people.loan(
        person, disbursed_on=date(2026, 11, 24), first_due_on=date(2026, 12, 24), term=12
    )
    visitor.sign_in(person).open(page(number))
    assert visitor.status == 200
    assert "24 dic 2026" in plain(visitor.words)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_costs_four_statements(
    visitor: Visitor, people: People, statements: Statements, address: str
) -> None:
    person = people.active()
    number = example(people, person)
    for day in range(1, 28):
        people.paid(number, date(2026, 1, day), 1_000)
    visitor.sign_in(person).open(page(number))
    statements.clear()
    assert visitor.client.get(page(number, address)).status_code == 200
    assert len(statements) == 4, "the session, whose it is, the credit, its events"


def test_pages_stay_light(visitor: Visitor, people: People, clock: Clock) -> None:
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person)
    for address in PAGES:
        response = visitor.client.get(page(number, address), headers={"Accept-Encoding": "gzip"})
        assert len(response.data) < 20_000, address


def test_a_credit_without_rows_is_shown_too(visitor: Visitor, people: People) -> None:
    person = people.active()
    people.caps()
    paid = people.loan(person)
    people.paid(paid, date(2025, 3, 20), 90_000_000, effect="reduce_term")
    taken_over = people.loan(person, opening_on=date(2026, 1, 10), opening_principal=0)
    visitor.sign_in(person)
    for number in (paid, taken_over):
        assert visitor.open(page(number)).status == 200
        assert "Este crédito está pagado" in visitor.words
        assert visitor.open(page(number, "/plan")).status == 200


def test_a_credit_that_begins_later_says_so(visitor: Visitor, people: People) -> None:
    person = people.active()
    people.caps()
    number = people.loan(
        person, disbursed_on=date(2026, 12, 1), first_due_on=date(2027, 1, 1), term=12
    )
    assert "Aún no comienza" in visitor.sign_in(person).words
    assert "comienza el 1 dic 2026" in plain(visitor.open(page(number)).words)


def test_a_closed_credit_asks_for_no_payoff(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person, status="closed")
    assert "Para pagar todo" not in visitor.sign_in(person).open(page(number)).words


def test_a_wrong_day_makes_the_title_say_so(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person).open(page(number, "/plan", fecha="2031-01-01"))
    assert visitor.page.title is not None
    assert visitor.page.title.get_text().startswith("Error: Plan de pagos")
    for address in ("/porque/payoff", "/porque/cuota/3", *FILES):
        reply = visitor.client.get(page(number, address, fecha="2026-02-31"))
        assert reply.status_code == 422, address


def test_a_limit_in_force_is_told_with_the_terms(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person, rate_ea="0.2510")
    visitor.sign_in(person).open(page(number, fecha="2026-01-20"))
    assert "hoy rige el tope legal: 24,36 % E.A." in plain(visitor.words)
    assert "hoy rige" not in plain(visitor.open(page(number, fecha="2026-02-20")).words)


def test_a_migrated_credit_says_since_when_it_is_known(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person, opening_on=date(2025, 11, 1), opening_principal=2_900_000_000)
    visitor.sign_in(person).open(page(number, fecha="2025-10-20"))
    assert "Elija una fecha desde el 1 nov 2025 hasta hoy" in plain(visitor.words)
    assert "aquí se ve lo pagado desde el 1 nov 2025" in plain(visitor.words)
    assert "desde el 1 nov 2025" in plain(visitor.open(page(number, "/plan")).words)
