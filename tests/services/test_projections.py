"""The lists' copies: true while they exist, and gone when a fact makes them untrue."""

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select, text

from finportal.lending import Centavos
from finportal.lending.codec import dump
from finportal.lending.events import Fee
from finportal.models import Projection
from finportal.services import credits, projections  # noqa: A004
from finportal.services.verification import Verified, verify
from finportal.web.context import Portal
from tests.factories import People
from tests.services.test_ledger import CAPS, EXAMPLE, stored

TODAY = date(2026, 2, 9)


@pytest.fixture
def example(people: People) -> str:
    """The credit of the worked example, nothing paid."""
    people.caps(*CAPS)
    return people.loan(people.customer(), **EXAMPLE)


def copies(portal: Portal) -> list[Projection]:
    with portal.db.read() as session:
        return list(session.scalars(select(Projection)))


def verified(portal: Portal) -> list[Verified]:
    return list(verify(portal.db, TODAY))


def test_a_copy_says_what_the_replay_says(portal: Portal, people: People, example: str) -> None:
    people.paid(example, date(2025, 11, 15), 813_664)
    assert projections.refresh(portal.db, TODAY) == 1
    (copy,) = copies(portal)
    state = stored(portal, example).state(TODAY)
    assert copy.overdue == state.due.total > 0
    assert copy.oldest_due_date == date(2025, 12, 15)
    assert (copy.rows_paid, copy.rows_total) == (1, 60)
    assert (copy.next_due_date, copy.next_due_amount) == (date(2026, 2, 15), 81_312_500)
    assert [one.good for one in verified(portal)] == [True]


def test_a_late_credit_holds_for_its_day_and_one_in_order_until_its_next_row(
    portal: Portal, people: People, example: str
) -> None:
    projections.refresh(portal.db, TODAY)
    assert copies(portal)[0].holds_until == TODAY
    people.paid(example, date(2026, 1, 20), 3_000_000)
    projections.refresh(portal.db, TODAY)
    assert copies(portal)[0].holds_until == date(2026, 2, 14)
    assert projections.refresh(portal.db, TODAY + timedelta(days=5)) == 0
    assert projections.refresh(portal.db, TODAY + timedelta(days=6)) == 1


@pytest.mark.parametrize("fact", ["payment", "reversal", "certificate", "terms"])
def test_a_new_fact_takes_the_copy_away(
    portal: Portal, people: People, example: str, fact: str
) -> None:
    receipt = people.paid(example, date(2026, 1, 20), 3_000_000)
    projections.refresh(portal.db, TODAY)
    before = copies(portal)[0].overdue
    if fact == "payment":
        people.paid(example, date(2026, 2, 1), 100_000)
    elif fact == "reversal":
        people.reversed(receipt, date(2026, 2, 1))
    elif fact == "certificate":
        people.caps((date(2026, 1, 1), date(2026, 1, 31), "0.1000"))
    else:
        people.contract(example, **EXAMPLE | {"rate_ea": "0.18"})
    if fact == "certificate":
        assert copies(portal)[0].certificates < len(CAPS) + 1
    else:
        assert copies(portal) == []
    projections.refresh(portal.db, TODAY)
    assert verified(portal)[0].good
    assert len(copies(portal)) == 1
    if fact == "reversal":
        assert copies(portal)[0].overdue > before


def test_verifying_finds_a_copy_that_is_not_true(
    portal: Portal, people: People, example: str
) -> None:
    other = people.loan(people.customer(), **EXAMPLE)
    projections.refresh(portal.db, TODAY)
    with portal.db.write() as session:
        session.execute(
            text(
                "UPDATE loan_projections SET overdue = overdue + 1 WHERE loan_id = "
                "(SELECT id FROM loans WHERE loan_number = :number)"
            ),
            {"number": example},
        )
    bad = [one for one in verified(portal) if not one.good]
    assert [one.loan_number for one in bad] == [example]
    copied, replayed = bad[0].differs["overdue"]
    assert copied == replayed + 1  # type: ignore[operator]
    assert other not in [one.loan_number for one in bad]


def test_a_credit_that_the_engine_refuses_has_no_figures_and_is_named(
    portal: Portal, people: People
) -> None:
    people.caps((date(2026, 1, 1), date(2026, 1, 31), "0.2436"))
    number = people.loan(people.customer(), **EXAMPLE)
    assert projections.refresh(portal.db, TODAY) == 1
    assert projections.refresh(portal.db, TODAY) == 0
    assert copies(portal)[0].refusal.startswith("RateGap")
    (one,) = verified(portal)
    assert (one.loan_number, one.good, one.differs) == (number, False, {})
    people.caps(*CAPS)
    assert projections.refresh(portal.db, TODAY) == 1
    assert copies(portal)[0].refusal is None
    assert verified(portal)[0].good


def test_a_random_share_is_verified(portal: Portal, people: People) -> None:
    people.caps(*CAPS)
    for _ in range(40):
        people.loan(people.customer(), **EXAMPLE)
    some = list(verify(portal.db, TODAY, 25, Random(3)))  # noqa: S311
    assert 2 <= len(some) <= 20
    assert len(verified(portal)) == 40


def test_a_credit_not_begun_yet_is_copied_as_of_its_first_day(
    portal: Portal, people: People
) -> None:
    people.caps(*CAPS)
    people.loan(
        people.customer(),
        **EXAMPLE | {"disbursed_on": date(2026, 2, 20), "first_due_on": date(2026, 3, 20)},
    )
    projections.refresh(portal.db, TODAY)
    (copy,) = copies(portal)
    assert (copy.as_of, copy.overdue, copy.rows_paid) == (date(2026, 2, 20), 0, 0)


def test_a_round_makes_about_as_many_as_it_may(portal: Portal, people: People) -> None:
    people.caps(*CAPS)
    for _ in range(3):
        people.loan(people.customer(), **EXAMPLE)
    assert projections.refresh(portal.db, TODAY, at_most=0) == 0
    assert projections.refresh(portal.db, TODAY, at_most=1) == 3


def test_a_fact_that_comes_while_a_copy_is_made_is_not_overlooked(
    portal: Portal, people: People, example: str
) -> None:
    before = [stored(portal, example)]
    made = [projections.copy(credit, TODAY) for credit in before]
    people.paid(example, date(2026, 1, 20), 3_000_000)
    with portal.db.write() as session:
        projections.keep(session, before, made)
    assert copies(portal) == []
    projections.refresh(portal.db, TODAY)
    assert copies(portal)[0].overdue == 0


def test_a_copy_made_before_a_certificate_is_not_read(
    portal: Portal, people: People, example: str
) -> None:
    projections.refresh(portal.db, TODAY)
    people.caps((date(2026, 1, 1), date(2026, 1, 31), "0.0500"))
    with portal.db.reading() as link:
        customer_id = stored(portal, example).customer_id
        [card] = credits.of_customer(link, customer_id, TODAY)
    assert card.figures is not None
    assert card.figures.overdue == stored(portal, example).state(TODAY).due.total
    assert projections.refresh(portal.db, TODAY) == 1


def test_a_credit_refused_only_later_is_found_without_a_copy(
    portal: Portal, people: People, example: str
) -> None:
    fee = Fee(id="staff:f", value_date=date(2026, 1, 20), amount=Centavos(100))
    people.paid(
        example, date(2026, 1, 20), 1, kind="fee", source="staff", external_id="f", body=dump(fee)
    )
    (one,) = verified(portal)
    assert one.refusal.startswith("FeeWithoutEvidence")


def test_a_credit_paid_before_its_first_row_has_no_end(portal: Portal, people: People) -> None:
    people.caps(*CAPS)
    number = people.loan(people.customer(), **EXAMPLE)
    people.paid(number, date(2025, 10, 20), 40_000_000, effect="reduce_term")
    projections.refresh(portal.db, TODAY)
    projections.refresh(portal.db, TODAY)
    assert copies(portal)[0].ends_on is None
    assert verified(portal)[0].good
