"""The movements of a credit: every peso once, reversed ones told apart, interest by year."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finportal.lending.state import MovementKind
from finportal.services.history import REVERSAL, history, interest_paid
from finportal.services.ledger import Credit
from finportal.web.context import Portal
from tests.factories import People
from tests.pages.credit_scenes import example
from tests.services.test_ledger import stored

ON = date(2026, 9, 1)
DAYS = st.dates(date(2025, 10, 15), ON)


def test_interest_is_counted_in_the_year_it_was_paid(portal: Portal, people: People) -> None:
    number = example(people, people.customer())
    people.paid(number, date(2026, 2, 9), 600_000)
    state = stored(portal, number).state(ON)
    assert interest_paid(state, 2025) == (501_269 + 496_350) * 100
    assert interest_paid(state, 2026) == (4_598 + 491_349) * 100
    assert interest_paid(state, 2024) == 0


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(DAYS, st.integers(1, 3_000_000), st.booleans()), max_size=6))
def test_every_peso_stands_once(
    portal: Portal, people: People, payments: list[tuple[date, int, bool]]
) -> None:
    number = example(people, people.customer())
    for on, pesos, undone in payments:
        receipt = people.paid(number, on, pesos)
        if undone:
            people.reversed(receipt, on)
    credit = stored(portal, number)
    lines = history(credit, credit.state(ON))
    paid = [line for line in lines if line.kind == MovementKind.PAYMENT]
    assert len(paid) == len(payments) + 2
    assert sum(line.amount for line in lines if line.kind != MovementKind.CREDIT) == sum(
        line.amount for line in paid if line.reversed_on is None
    )
    for line in paid:
        assert (line.movement is None) == (line.reversed_on is not None)
    assert [line.value_date for line in lines] == sorted(
        (line.value_date for line in lines), reverse=True
    )


def test_a_day_before_the_reversal_shows_the_payment_as_it_counted(
    portal: Portal, people: People
) -> None:
    number = example(people, people.customer())
    people.reversed(people.paid(number, date(2026, 2, 1), 600_000), date(2026, 2, 5))
    credit: Credit = stored(portal, number)
    before = history(credit, credit.state(date(2026, 2, 4)))
    after = history(credit, credit.state(date(2026, 2, 5)))
    assert before[0].movement is not None
    assert [line.kind for line in after[:2]] == [REVERSAL, "payment"]
    assert after[1].movement is None
