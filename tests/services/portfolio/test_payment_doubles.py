"""Loading payments that the portal posted itself: told, stored only when meant, never doubled."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from finportal.lending import Centavos
from finportal.models import Loan, Posting
from finportal.services.payments import posting
from finportal.services.payments.posting import Money
from finportal.services.portfolio.orders import Result
from finportal.services.portfolio.payment_files import PAYMENTS
from tests.doubles import Statements
from tests.portfolio import BACK, ORDER, PAID, WHOLE, Lender

ANYWAY = replace(ORDER, accept_posted=True)
GATEWAY, BANK = "gateway:placetopay", "bank:007"


def post(lender: Lender, source: str = GATEWAY, key: str = "17", **changed: object) -> None:
    """The portal posts the very payment of PAID."""
    values: dict[str, object] = {"amount": Centavos(1_200_000_50), "value_date": date(2026, 2, 10)}
    money = Money(source=source, key=key, channel="pse", **(values | changed))  # type: ignore[arg-type]
    with lender.db.write() as session:
        loan_id = session.scalars(select(Loan.id).where(Loan.loan_number == "V-1")).one()
        assert posting.post(session, loan_id, money, ORDER.around)


@pytest.mark.parametrize("source", [GATEWAY, BANK])
def test_what_the_portal_posted_is_told_and_not_stored_again(lender: Lender, source: str) -> None:
    post(lender, source)
    others = [
        PAID | {"receipt": "R-2", "amount": "1200000.49"},
        PAID | {"receipt": "R-3", "paid_on": "2026-02-11"},
        PAID | {"receipt": "R-4", "loan_number": "V-2"},
    ]
    for result in (Result(4, added=3, rejected=1), Result(4, unchanged=3, rejected=1)):
        assert lender.load(PAYMENTS, PAID, *others) == result
        [problem] = lender.problems
        assert (problem.line, problem.column) == (2, "")
        assert f"itself ({source})" in problem.reason
        assert "--accept-posted" in problem.reason
    assert [event[7] for event in lender.events()] == ["17", "R-2", "R-3", "R-4"]


def test_all_or_nothing_stores_nothing_beside_it(lender: Lender) -> None:
    post(lender)
    other = PAID | {"receipt": "R-2", "amount": "5"}
    assert lender.load(PAYMENTS, other, PAID, order=WHOLE) == Result(2, rejected=1)
    assert len(lender.events()) == 1
    accepting = replace(WHOLE, accept_posted=True)
    assert lender.load(PAYMENTS, other, PAID, order=accepting) == Result(2, added=2)


def test_another_payment_of_the_same_is_stored_when_meant_and_known_from_then_on(
    lender: Lender,
) -> None:
    post(lender)
    assert lender.load(PAYMENTS, PAID, order=ANYWAY) == Result(1, added=1)
    assert lender.load(PAYMENTS, PAID) == Result(1, unchanged=1)
    assert lender.load(PAYMENTS, PAID | {"channel": "cash"}) == Result(1, changed=1, accepted=False)
    assert lender.load(PAYMENTS, PAID, BACK) == Result(2, added=1, unchanged=1)
    assert lender.load(PAYMENTS, PAID | {"receipt": "R-5"}).rejected == 1


def test_what_was_stored_before_the_portal_heard_of_it_stays(lender: Lender) -> None:
    lender.load(PAYMENTS, PAID)
    post(lender)
    assert lender.load(PAYMENTS, PAID, order=WHOLE) == Result(1, unchanged=1)


def test_what_was_taken_back_is_no_other_payment(lender: Lender) -> None:
    post(lender)
    with lender.db.write() as session:
        one = session.scalars(select(Posting)).one()
        posting.take_back(session, one, "void", ORDER.around)
    assert lender.load(PAYMENTS, PAID) == Result(1, added=1)


def test_a_batch_is_compared_by_two_statements(lender: Lender) -> None:
    post(lender)
    lines = [PAID | {"receipt": f"R-{n}", "amount": f"{n + 1}"} for n in range(50)]
    with Statements(lender.db.engines) as statements:
        assert lender.load(PAYMENTS, *lines).added == 50
    assert sum("FROM postings" in text for text in statements.texts) == 2
