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


def test_what_comes_after_the_day_does_not_explain_it(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    people.paid(number, date(2026, 3, 2), 9_000_000, effect="reduce_instalment")
    visitor.sign_in(person).open(page(number, "/plan", fecha="2026-02-20"))
    row = plain(visitor.page.select("tbody tr")[9].get_text(" "))
    interest = row.split("$ ")[1].split()[0]
    words = plain(visitor.open(page(number, "/porque/cuota/10", fecha="2026-02-20")).words)
    assert f"Resultado, al peso más cercano $ {interest}" in words


def test_the_principal_adds_up_under_a_limit_too(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person, rate_ea="0.30")
    visitor.sign_in(person).open(page(number, "/porque/cuota/3", fecha=SEEN_ON))
    steps = visitor.page.select("section.step")
    principal = next(step for step in steps if "Capital de la cuota" in step.get_text())
    _, instalment, interest, result = (
        int(plain(amount.get_text()).removeprefix("$ ").replace(".", ""))
        for amount in principal.select("dd")
    )
    assert instalment - interest == result


def test_late_interest_after_a_partial_payment_ends_in_the_figure_shown(
    visitor: Visitor, people: People
) -> None:
    person = people.active()
    number = example(people, person)
    for on, pesos in ((date(2026, 1, 25), 18_500), (date(2026, 2, 9), 600_000)):
        people.paid(number, on, pesos)
    people.paid(number, date(2026, 2, 20), 500_000)
    visitor.sign_in(person).open(page(number, "/porque/late", fecha="2026-02-28"))
    assert "En total, mora por pagar: $ 1.526" in plain(visitor.words)


def test_what_is_overdue_is_listed_row_by_row(visitor: Visitor, number: str) -> None:
    words = plain(visitor.open(page(number, "/porque/due", fecha="2026-02-20")).words)
    assert "15 feb 2026" in words
    state = plain(visitor.open(page(number, fecha="2026-02-20")).words)
    total = words.partition("En total, vencido: ")[2]
    assert f"Tiene {total} por pagar de cuotas vencidas" in state


def test_the_capital_adds_up(visitor: Visitor, people: People, number: str) -> None:
    people.paid(number, date(2026, 3, 2), 9_000_000, effect="reduce_term")
    for day in ("2026-02-20", "2026-03-20"):
        visitor.open(page(number, "/porque/principal", fecha=day))
        amounts = [
            int(plain(one.get_text()).replace("$ ", "").replace(".", ""))
            for one in visitor.page.select("section.step dd")
        ]
        assert sum(amounts[:-1]) == amounts[-1] > 0
