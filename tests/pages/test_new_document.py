"""Asking for a document: every kind, from its form to its page."""

from datetime import datetime

import pytest
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import Loan, PaymentAttempt
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


@pytest.mark.parametrize("name", ["paz-y-salvo", "levantamiento"])
def test_a_paid_credit_with_a_payment_under_review_says_so(
    visitor: Visitor, people: People, db: Database, name: str
) -> None:
    person = people.active()
    number, _ = paid_off(people, person)
    visitor.sign_in(person)
    visitor.open(f"/documentos/nuevo/{name}?credito={number}")
    under_review(db, number, people.around().now)
    visitor.fill(f"/documentos/nuevo/{name}?credito={number}", **KINDS[name][0])
    assert visitor.status == 422
    assert "Hay un pago en revisión" in visitor.words


def under_review(db: Database, number: str, now: datetime) -> None:
    """A payment of a credit that a person has to judge."""
    values = dict.fromkeys(("created_at", "expires_at", "moved_at"), now)
    with db.write() as session:
        credit = session.scalars(select(Loan.id).where(Loan.loan_number == number)).one()
        attempt = PaymentAttempt(
            reference="REVIEWED",
            form_key="form",
            loan_id=credit,
            purpose="payoff",
            amount=150,
            quote="{}",
            quoted_on=now.date(),
            gateway="wompi",
            state="review",
            reason="",
            authorisation="",
            paid=0,
            polls=0,
            **values,
        )
        session.add(attempt)
