"""Asking for a document: every kind, from its form to its page."""

import pytest

from tests.factories import People
from tests.pages.credit_scenes import example
from tests.pages.document_scenes import asked, paid_off
from tests.visitor import Visitor

KINDS = {
    "deuda": ({"fecha": "2026-11-24", "dirigido": "A quien interese"}, "DEU-000001"),
    "saldo": ({"ano": "2025"}, "SAL-000001"),
    "historico": ({"desde": "2025-10-15", "hasta": "2026-11-23"}, "HIS-000001"),
    "tributario": ({"ano": "2025"}, "TRI-000001"),
    "paz-y-salvo": ({}, "PYS-000001"),
    "levantamiento": ({"dirigido": "Secretaría de Movilidad de Cali"}, "LEV-000001"),
}


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_issued_with_the_first_number_of_its_series(
    visitor: Visitor, people: People, name: str
) -> None:
    person = people.active()
    number = example(people, person) if name == "deuda" else paid_off(people, person)[0]
    visitor.sign_in(person)
    values, expected = KINDS[name]
    code = asked(visitor, number, name, **values)
    assert visitor.status == 200
    assert expected in visitor.words
    assert code in visitor.words
    visitor.open("/documentos")
    assert expected in visitor.words


def test_a_paid_credit_has_no_coupon(visitor: Visitor, people: People) -> None:
    person = people.active()
    number, _ = paid_off(people, person)
    visitor.sign_in(person)
    assert "Cupón" not in visitor.open("/documentos").words
    asked(visitor, number, "cupon")
    assert visitor.status == 422


def test_a_credit_without_a_vehicle_has_no_lien(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = people.loan(person, plate=None, make=None, model=None, product="Libre inversión")
    people.caps()
    visitor.sign_in(person)
    assert "levantamiento" not in visitor.open("/documentos").words
    assert number in visitor.words
