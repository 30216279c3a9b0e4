"""Documentos: each customer's own, the same facts for ever, void once a correction differs."""

from datetime import date, timedelta

import pytest

from finportal.adapters.database import Database
from finportal.models import Customer
from tests.doubles import Clock
from tests.factories import People, Person
from tests.pages.credit_scenes import example, plain
from tests.pages.document_scenes import asked, paid_off
from tests.visitor import Visitor


@pytest.fixture
def person(people: People) -> Person:
    """Whoever is at the browser."""
    return people.active()


@pytest.fixture
def number(visitor: Visitor, people: People, person: Person) -> str:
    """The worked example; its owner signed in."""
    number = example(people, person)
    visitor.sign_in(person)
    return number


def statement(visitor: Visitor, month: str) -> Visitor:
    return visitor.open("/documentos").fill("/documentos/extracto", mes=month)


def balances(visitor: Visitor) -> list[str]:
    """The amounts of a statement's row of totals, from opening to closing."""
    heading = visitor.page.find("h2", string="Cómo se movió su crédito")
    total = heading.find_next("tr", class_="result")
    return [plain(cell.get_text()) for cell in total.find_all("td")]


def test_the_page_offers_what_the_credit_can_give(visitor: Visitor, number: str) -> None:
    words = plain(visitor.open("/documentos").words)
    for offered in ("Certificado de deuda", "Cupón de pago", "Histórico", "Paz y salvo"):
        assert offered in words
    assert "Diciembre de 2026" not in words
    assert "Noviembre de 2026" in words
    assert "Noviembre de 2025" in words
    assert "Octubre de 2025" not in words


def test_a_statement_is_issued_once_and_stays(
    visitor: Visitor, people: People, number: str
) -> None:
    statement(visitor, "2026-02")
    address, words = visitor.address, plain(visitor.words)
    assert "Extracto de febrero de 2026" in visitor.heading
    assert "EXT-000001" in words
    people.paid(number, date(2026, 1, 10), 1_000_000)
    assert plain(visitor.open(address).words) == words
    assert plain(statement(visitor, "2026-02").words) == words


def test_a_statement_names_no_coupon_where_money_paid_ahead_pays_the_instalment(
    visitor: Visitor, people: People, number: str
) -> None:
    words = plain(statement(visitor, "2026-01").words)
    assert "el cupón de pago, en «Documentos» del portal, dice cuánto pagar" in words
    people.paid(number, date(2026, 1, 10), 2_000_000)
    words = plain(statement(visitor, "2026-02").words)
    assert "Total a pagar hasta el 15 de febrero de 2026: $ 0" in words
    assert "No tiene que pagar nada ni pedir un cupón" in words
    assert "paga la cuota completa el 15 de febrero de 2026, cuando vence" in words
    assert "dice cuánto pagar" not in words


def test_the_curve_of_capital_begins_on_the_same_day_everywhere(
    visitor: Visitor, number: str
) -> None:
    on_paper = plain(statement(visitor, "2026-02").words)
    on_the_screen = plain(visitor.open(f"/credito/{number}").words)
    for words in (on_paper, on_the_screen):
        assert "Capital por pagar desde el 15 oct 2025" in words
        assert "entre el 15 oct 2025 y el 15 oct 2030" in words


def test_a_month_that_is_not_over_is_not_issued(visitor: Visitor, number: str) -> None:
    statement(visitor, "2026-12")
    assert "todavía no sale" in visitor.words


@pytest.mark.parametrize("month", ["2025-10", "2019-01", "x", "", "2026-13", "\0"])
def test_a_month_the_credit_never_had_is_no_page(visitor: Visitor, number: str, month: str) -> None:
    assert statement(visitor, month).status == 404


def test_a_certificate_stays_until_its_owner_wants_another(
    visitor: Visitor, people: People, number: str
) -> None:
    code = asked(visitor, number, "deuda", fecha="2026-11-25", dirigido="Banco del Valle")
    first = plain(visitor.words)
    assert "Banco del Valle" in first
    assert "en «Pago rápido» si la próxima cuota ya está cubierta" in first
    assert "cambió desde que se expidió" not in first
    people.paid(number, date(2026, 11, 20), 5_000_000)
    again = plain(visitor.open(f"/documentos/{code}").words)
    assert "cambió desde que se expidió" in again
    assert first.partition("Certificado de deuda")[2] in again
    assert asked(visitor, number, "deuda", fecha="2026-11-25", dirigido="Banco del Valle") == code
    visitor.press(f"/documentos/{code}/corregir")
    assert code not in visitor.address
    assert "DEU-000002" in visitor.words
    assert "ANULADO" in visitor.open(f"/documentos/{code}").words


def test_asking_for_a_correction_of_what_is_right_changes_nothing(
    visitor: Visitor, number: str
) -> None:
    code = asked(visitor, number, "historico", desde="2025-10-15", hasta="2026-11-23")
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    answer = visitor.client.post(f"/documentos/{code}/corregir", data={"csrf_token": token})
    assert answer.headers["Location"].endswith(code)


def test_a_new_address_is_no_change_of_the_credit(
    visitor: Visitor, db: Database, number: str, person: Person
) -> None:
    code = asked(visitor, number, "saldo", ano="2025")
    assert "quedará anulado" not in visitor.words
    with db.write() as session:
        session.get_one(Customer, person.customer_id).address = "Calle 9 # 1-2"
    words = plain(visitor.open(f"/documentos/{code}").words)
    assert "Sus datos o los del vehículo cambiaron" in words
    assert "El crédito cambió" not in words
    visitor.press(f"/documentos/{code}/corregir")
    assert "Calle 9 # 1-2" in visitor.words
    assert "SAL-000002" in visitor.words


def test_paz_y_salvo_only_at_zero_and_void_when_the_payment_comes_back(
    visitor: Visitor, people: People, person: Person, clock: Clock
) -> None:
    number, receipt = paid_off(people, person)
    visitor.sign_in(person)
    asked(visitor, number, "paz-y-salvo")
    assert visitor.heading == "Paz y salvo"
    assert "PYS-000001" in visitor.words
    assert receipt in visitor.words


def test_a_credit_that_owes_gets_no_paz_y_salvo(visitor: Visitor, number: str) -> None:
    visitor.open(f"/documentos/nuevo/paz-y-salvo?credito={number}")
    assert "Todavía no se puede expedir" in visitor.words
    assert not visitor.page.find(
        "form", attrs={"action": f"/documentos/nuevo/paz-y-salvo?credito={number}"}
    )
    visitor.open(f"/documentos/nuevo/deuda?credito={number}")
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    answer = visitor.client.post(
        f"/documentos/nuevo/paz-y-salvo?credito={number}", data={"csrf_token": token}
    )
    assert answer.status_code == 422
    assert "PYS-" not in visitor.open("/documentos").words


def test_nobody_sees_anybody_elses_papers(visitor: Visitor, people: People, number: str) -> None:
    code = asked(visitor, number, "cupon")
    other = people.active()
    theirs = example(people, other)
    visitor.open("/salir").press("/salir")
    visitor.sign_in(other)
    for address in (
        f"/documentos/{code}",
        f"/documentos/{code}.pdf",
        f"/documentos/{code}.csv",
        f"/documentos?credito={number}",
        f"/documentos/nuevo/deuda?credito={number}",
    ):
        assert visitor.open(address).status == 404, address
    visitor.open(f"/documentos?credito={theirs}")
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    for address, data in (
        ("/documentos/extracto", {"mes": "2026-02", "credito": number}),
        ("/documentos/comprobante", {"movimiento": "1", "credito": theirs}),
        (f"/documentos/{code}/corregir", {}),
        (f"/documentos/nuevo/cupon?credito={number}", {}),
    ):
        answer = visitor.client.post(address, data=data | {"csrf_token": token})
        assert answer.status_code == 404, address


def test_a_receipt_says_how_the_payment_was_applied(visitor: Visitor, number: str) -> None:
    visitor.open(f"/credito/{number}/movimientos")
    link = visitor.page.find("a", href=lambda href: href and "porque/movimiento" in href)
    visitor.open(link["href"]).press("/documentos/comprobante")
    assert visitor.heading.startswith("Comprobante de pago")
    assert "REC-000001" in visitor.words
    assert "813.487" in visitor.words


def test_the_years_of_certificates_are_those_that_are_over(visitor: Visitor, number: str) -> None:
    visitor.open(f"/documentos/nuevo/tributario?credito={number}")
    years = [option["value"] for option in visitor.page.select("#ano option")]
    assert years == ["2025"]
    code = asked(visitor, number, "tributario", ano="2025")
    assert "TRI-000001" in visitor.words
    assert asked(visitor, number, "tributario", ano="2024") != code
    assert visitor.status == 422


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("deuda", {"fecha": "2026-11-22", "dirigido": "x"}, "fecha"),
        ("deuda", {"fecha": "2027-11-22", "dirigido": "x"}, "fecha"),
        ("deuda", {"fecha": "mañana", "dirigido": "x"}, "fecha"),
        ("deuda", {"fecha": "2026-11-24", "dirigido": ""}, "dirigido"),
        ("deuda", {"fecha": "2026-11-24", "dirigido": "x" * 121}, "dirigido"),
        ("historico", {"desde": "2026-02-01", "hasta": "2026-01-01"}, "hasta"),
        ("historico", {"desde": "2020-02-01", "hasta": "2026-01-01"}, "desde"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    visitor: Visitor, number: str, name: str, values: dict[str, str], field: str
) -> None:
    address = f"/documentos/nuevo/{name}?credito={number}"
    visitor.open(address).fill(address, **values)
    assert visitor.status == 422
    assert visitor.page.select_one(f"#{field}-error")


def test_a_statement_opens_with_the_closing_of_the_one_before_whatever_came_first(
    visitor: Visitor, people: People, number: str, clock: Clock
) -> None:
    statement(visitor, "2026-03")
    people.paid(number, date(2026, 1, 2), 400_000, recorded_at=clock() + timedelta(minutes=1))
    clock.forward(minutes=5)
    statement(visitor, "2026-02")
    closing = balances(visitor)[-1]
    assert "Ajuste" not in plain(visitor.words)
    statement(visitor, "2026-03")
    assert balances(visitor)[0] == closing
