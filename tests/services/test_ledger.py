"""Stored credits: what is read is what was stored, and its state is the engine's."""

from datetime import date

import pytest
from sqlalchemy import select

from finportal.lending.conventions import AllocationBy, Part
from finportal.lending.state import MovementKind
from finportal.models import LoanEvent
from finportal.services import credits, ledger  # noqa: A004
from finportal.services.ledger import Credit
from finportal.web.context import Portal
from tests.doubles import Clock, Statements
from tests.factories import People

EXAMPLE = {
    "principal": 3_000_000_000,
    "rate_ea": "0.22",
    "term": 60,
    "disbursed_on": date(2025, 10, 15),
    "first_due_on": date(2025, 11, 15),
    "insurance_rate": "0.0006",
    "late_rate_ea": "0.99",
}
CAPS = (
    (date(2025, 10, 1), date(2025, 12, 31), "0.2500"),
    (date(2026, 1, 1), date(2026, 1, 31), "0.2436"),
    (date(2026, 2, 1), date(2026, 2, 28), "0.2523"),
)


@pytest.fixture
def example(people: People) -> str:
    """The credit of the worked example, its first two rows paid on time."""
    person = people.customer()
    people.caps(*CAPS)
    number = people.loan(person, **EXAMPLE)
    people.paid(number, date(2025, 11, 15), 813_664)
    people.paid(number, date(2025, 12, 15), 813_487)
    return number


def stored(portal: Portal, number: str) -> Credit:
    with portal.db.read() as session:
        credit = ledger.of_number(session, number)
    assert credit is not None
    return credit


def test_the_worked_example_comes_out_of_the_database(portal: Portal, example: str) -> None:
    state = stored(portal, example).state(date(2026, 2, 9))
    assert state.payoff == 3_031_203_000
    assert state.due == (0, 1_764_400, 459_800, 49_134_900, 30_431_500)
    assert state.accrued_interest == 39_214_800


def test_a_payment_reversed_and_one_prepaid(portal: Portal, people: People, example: str) -> None:
    credit = stored(portal, example)
    mistaken = people.paid(example, date(2026, 1, 10), 4_000_000)
    people.reversed(mistaken, date(2026, 1, 12))
    assert stored(portal, example).state(date(2026, 2, 9)) == credit.state(date(2026, 2, 9))
    people.paid(example, date(2026, 1, 15), 900_000, effect="reduce_term")
    kinds = [
        movement.kind for movement in stored(portal, example).state(date(2026, 2, 9)).movements
    ]
    assert kinds[-1] is MovementKind.PREPAYMENT


def test_the_order_of_recording_does_not_matter(portal: Portal, people: People) -> None:
    people.caps(*CAPS)
    states = []
    payments = [("A", 18_500, date(2026, 1, 25)), ("B", 600_000, date(2026, 2, 9))]
    for order in (payments, payments[::-1]):
        number = people.loan(people.customer(), **EXAMPLE)
        for receipt, pesos, on in order:
            people.paid(number, on, pesos, external_id=f"{receipt}-{number}")
        states.append(stored(portal, number).state(date(2026, 2, 20)))
    assert states[0].rows == states[1].rows
    assert [one.parts for one in states[0].movements] == [one.parts for one in states[1].movements]


def test_a_credit_is_found_for_its_owner_only(portal: Portal, people: People) -> None:
    mine, other = people.customer(), people.customer()
    number = people.loan(mine)
    with portal.db.read() as session:
        assert credits.own(session, mine.customer_id, number)
        assert credits.own(session, other.customer_id, number) is None
        assert ledger.of_number(session, "nowhere") is None


def test_every_column_of_the_contract_reaches_the_engine(portal: Portal, people: People) -> None:
    number = people.loan(
        people.customer(), insurance_monthly=12_850_000, balloon=900_000_000, grace_months=2,
        day_count="act/360", allocation="principal>interest>fees>insurance>late_interest:by_part",
        opening_on=date(2025, 6, 20), opening_principal=4_000_000_000, opening_fees=3_500_000,
        opening_interest=41_200_000, opening_credit=0,
    )  # fmt: skip
    credit = stored(portal, number)
    terms, opening = credit.terms, credit.contract.opening
    assert (terms.insurance_fixed, terms.balloon, terms.grace_principal) == (
        12_850_000, 900_000_000, 2,
    )  # fmt: skip
    assert terms.conventions.day_count == "act/360"
    assert terms.conventions.allocation_by is AllocationBy.PART
    assert terms.conventions.allocation_order[:2] == (Part.PRINCIPAL, Part.INTEREST)
    assert opening is not None
    assert opening.principal_not_due == 4_000_000_000
    (due,) = opening.dues
    assert (due.due_date, due.fees, due.interest) == (date(2025, 6, 15), 3_500_000, 41_200_000)
    assert credit.contract.begins == date(2025, 6, 20)


def test_a_certificate_entered_later_on_the_same_day_holds(
    portal: Portal, people: People, example: str, clock: Clock
) -> None:
    before = stored(portal, example).state(date(2026, 2, 9))
    people.caps((date(2026, 1, 1), date(2026, 1, 31), "0.3000"))
    people.caps((date(2026, 1, 1), date(2026, 1, 31), "0.2000"))
    after = stored(portal, example).state(date(2026, 2, 9))
    assert after.due.late_interest < before.due.late_interest
    clock.forward(days=1)
    people.caps((date(2026, 1, 1), date(2026, 1, 31), "0.2436"))
    assert stored(portal, example).state(date(2026, 2, 9)) == before


def test_without_any_certificate_the_agreed_rates_hold(portal: Portal, people: People) -> None:
    number = people.loan(people.customer(), **EXAMPLE | {"rate_ea": "0.80"})
    assert stored(portal, number).state(date(2026, 2, 9)).due.interest > 0


def test_reading_a_credit_costs_two_statements(
    portal: Portal, example: str, statements: Statements
) -> None:
    stored(portal, example)
    statements.clear()
    stored(portal, example)
    assert len(statements) == 2


def test_events_remember_where_they_came_from(portal: Portal, people: People, example: str) -> None:
    receipt = people.paid(example, date(2026, 1, 3), 100_000, channel="pse")
    record = stored(portal, example).records[-1]
    assert (record.external_id, record.channel) == (receipt, "pse")
    with portal.db.read() as session:
        ids = session.scalars(select(LoanEvent.id)).all()
    assert record.id in ids
