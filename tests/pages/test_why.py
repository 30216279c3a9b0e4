"""¿Por qué este valor?: the rule, the days, the limit and the rounding of every figure."""

from datetime import date

import pytest

from tests.factories import People
from tests.pages.credit_scenes import SEEN_ON, example, page, plain
from tests.visitor import Visitor


@pytest.fixture
def number(visitor: Visitor, people: People) -> str:
    """The worked example, its owner signed in."""
    person = people.active()
    number = example(people, person)
    people.paid(number, date(2026, 2, 9), 600_000)
    visitor.sign_in(person)
    return number


def test_late_interest_shows_base_rate_days_and_limit(visitor: Visitor, number: str) -> None:
    words = plain(visitor.open(page(number, "/porque/late", fecha="2026-02-08")).words)
    assert "Mora de la cuota 3" in words
    assert "15 ene 2026 31 ene 2026 16 $ 304.315 24,36 % E.A. tope legal" in words
    assert "31 ene 2026 8 feb 2026 8 $ 304.315 25,23 % E.A. tope legal" in words
    assert "Valor exacto $ 4.4" in words


def test_accrued_interest_shows_its_exact_value(visitor: Visitor, number: str) -> None:
    words = plain(visitor.open(page(number, "/porque/accrued", fecha=SEEN_ON)).words)
    assert "15 ene 2026 9 feb 2026 25 $ 29.101.976 22,00 % E.A." in words
    assert "Resultado, al peso más cercano $ 392.148" in words


def test_the_payoff_adds_up(visitor: Visitor, number: str) -> None:
    words = plain(visitor.open(page(number, "/porque/payoff", fecha="2026-02-08")).words)
    assert "Capital que aún no vence $ 29.101.976" in words
    assert "Resultado $" in words


def test_the_instalment_and_a_row(visitor: Visitor, number: str) -> None:
    assert "$ 795.664" in plain(visitor.open(page(number, "/porque/instalment")).words)
    words = plain(visitor.open(page(number, "/porque/cuota/3", fecha=SEEN_ON)).words)
    for told in ("Interés de la cuota", "$ 491.349", "Por pagar: capital $ 217.906", "0,0600 %"):
        assert told in words


def test_a_payment_shows_where_it_went(visitor: Visitor, number: str) -> None:
    visitor.open(page(number, "/movimientos"))
    link = visitor.page.select("tbody a")[0]
    words = plain(visitor.open(str(link["href"])).words)
    assert visitor.heading == "¿Cómo se aplicó?"
    assert "Cuota 3 $ 0 $ 17.644 $ 4.598 $ 491.349 $ 86.409" in words


@pytest.mark.parametrize("unknown", ["cuota/61", "cuota/0", "movimiento/999999", "todo"])
def test_what_is_no_figure_is_not_found(visitor: Visitor, number: str, unknown: str) -> None:
    assert visitor.open(page(number, f"/porque/{unknown}")).status == 404


def test_a_limit_below_the_agreed_rate_is_told(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person, rate_ea="0.25")
    visitor.sign_in(person).open(page(number, "/porque/cuota/3", fecha=SEEN_ON))
    assert "24,36 % E.A. tope legal: baja la pactada" in plain(visitor.words)
