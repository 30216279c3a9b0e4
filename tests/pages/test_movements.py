"""The movements: what was paid, how it was split, what was undone."""

from datetime import date

from tests.factories import People
from tests.pages.credit_scenes import example, page, plain
from tests.visitor import Visitor


def rows_of(visitor: Visitor) -> list[str]:
    return [plain(row.get_text(" ")) for row in visitor.page.select("tbody tr")]


def test_payments_stand_with_their_split_the_newest_first(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    receipt = people.paid(number, date(2026, 2, 9), 600_000, channel="pse")
    visitor.sign_in(person).open(page(number, "/movimientos"))
    rows = rows_of(visitor)
    assert len(rows) == 3
    assert (
        f"9 feb 2026 Pago · PSE {receipt} $ 600.000 $ 4.598 $ 17.644 $ 491.349 $ 86.409" in rows[0]
    )
    assert "15 nov 2025" in rows[2]


def test_a_reversed_payment_stays_and_says_so(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    receipt = people.paid(number, date(2026, 2, 1), 600_000)
    people.reversed(receipt, date(2026, 2, 5))
    visitor.sign_in(person).open(page(number, "/movimientos"))
    reversal, payment, *_ = rows_of(visitor)
    assert "Reversión" in reversal
    assert "-$ 600.000" in reversal
    assert f"Anula el comprobante {receipt}" in reversal
    assert "Reversado el 5 feb 2026: no cuenta" in payment
    visitor.open(page(number, "/movimientos", fecha="2026-02-03"))
    assert "Reversado" not in visitor.words


def test_credit_spent_on_what_fell_due_is_a_movement(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    people.paid(number, date(2025, 12, 20), 2_000_000)
    visitor.sign_in(person).open(page(number, "/movimientos", fecha="2026-01-16"))
    assert "15 ene 2026 Saldo a favor aplicado $ 813.308" in rows_of(visitor)[0]


def test_a_credit_without_movements_says_when_they_come(visitor: Visitor, people: People) -> None:
    person = people.active()
    people.caps()
    number = people.loan(person)
    visitor.sign_in(person).open(page(number, "/movimientos"))
    assert "Todavía no hay movimientos" in visitor.words
