"""The simulator: both choices side by side, from one peso, and honest about arrears."""

from datetime import date

import pytest

from tests.doubles import Clock
from tests.factories import People
from tests.pages.credit_scenes import example, page, plain
from tests.visitor import Visitor


@pytest.fixture
def number(visitor: Visitor, people: People, clock: Clock) -> str:
    """The worked example on 2 March 2026, rows 1 to 4 paid on time; its owner signed in."""
    person = people.active()
    number = example(people, person)
    people.paid(number, date(2026, 1, 15), 813_308)
    people.paid(number, date(2026, 2, 15), 813_125)
    clock.now = clock.now.replace(year=2026, month=3, day=2)
    visitor.sign_in(person)
    return number


def simulate(visitor: Visitor, number: str, typed: str) -> str:
    return plain(visitor.open(page(number, "/simulador", valor=typed)).words)


@pytest.mark.parametrize("typed", ["5000000", "5.000.000", "$ 5.000.000", "5,000,000.00"])
def test_the_worked_example_both_ways(visitor: Visitor, number: str, typed: str) -> None:
    words = simulate(visitor, number, typed)
    assert "Paga interés hasta hoy $ 257.729" in words
    assert "Baja el capital $ 4.742.271" in words
    assert "Sin abono $ 795.664 56 15 oct 2030 $ 15.764.614 –" in words
    assert "Reducir plazo $ 795.664 42 15 ago 2029 $ 9.290.892" in words
    assert "Reducir cuota $ 658.763 56 15 oct 2030 $ 12.840.439" in words


def test_one_peso_is_enough(visitor: Visitor, number: str) -> None:
    assert "Paga interés hasta hoy $ 1" in simulate(visitor, number, "1")


@pytest.mark.parametrize("typed", ["", "0", "-5", "NaN", "1e309", "mucho", "1.00.0", "0,99", "1,5"])
def test_what_is_no_amount_is_told_at_the_field(visitor: Visitor, number: str, typed: str) -> None:
    simulate(visitor, number, typed)
    assert visitor.status == 422
    assert visitor.page.select_one("#valor-error")


def test_arrears_swallow_a_small_payment(visitor: Visitor, people: People, clock: Clock) -> None:
    person = people.active()
    late = example(people, person)
    clock.now = clock.now.replace(year=2026, month=5, day=20)
    visitor.sign_in(person)
    assert "nada llega al capital" in simulate(visitor, late, "100000")
    words = simulate(visitor, late, "9000000")
    assert "pagan lo vencido y solo el resto baja el capital" in words


def test_enough_for_everything_says_so(visitor: Visitor, number: str) -> None:
    words = simulate(visitor, number, "90.000.000")
    assert "Alcanza para pagar todo el crédito: hoy se paga con $ 29.050.305" in words


def test_nothing_is_stored(visitor: Visitor, number: str) -> None:
    before = visitor.open(page(number, "/movimientos")).words
    simulate(visitor, number, "5000000")
    assert visitor.open(page(number, "/movimientos")).words == before


def test_a_paid_credit_has_nothing_to_prepay(visitor: Visitor, people: People, number: str) -> None:
    people.paid(number, date(2026, 3, 1), 90_000_000, effect="reduce_term")
    visitor.open(page(number, "/simulador"))
    assert "no hay nada que abonar" in visitor.words
