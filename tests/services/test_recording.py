"""Recording an event: once, checked against the history, with a row in the trail, or not at all."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from finportal.lending import Centavos, LendingError
from finportal.lending.conventions import Part
from finportal.lending.events import (
    Acceleration,
    Effect,
    Event,
    Fee,
    InsuranceChange,
    Payment,
    Prepayment,
    Reclassification,
    Refund,
    Restructuring,
    Reversal,
    Waiver,
    WriteOff,
)
from finportal.lending.recording import RefundExceedsCredit, WaiverExceedsDue
from finportal.lending.terms import Terms
from finportal.models import AuditEvent, LoanEvent
from finportal.services.ledger import event_id
from finportal.services.recording import (
    AlreadyRecorded,
    Fact,
    MisnamedEvent,
    UnknownLoan,
    record,
)
from finportal.web.context import Portal
from tests.factories import People
from tests.services.test_ledger import EXAMPLE, stored

ON = date(2026, 2, 9)
FEE = Fee(id="staff:f", value_date=ON, amount=Centavos(5_000_000), evidence="call 17")


@pytest.fixture
def number(people: People) -> str:
    """A credit with two late instalments, and a wide limit."""
    people.caps()
    return people.loan(people.customer(), **EXAMPLE)


def fact(number: str, event: Event, **changed: str) -> Fact:
    external_id = event.id.partition(":")[2]
    return Fact(
        **{"loan_number": number, "event": event, "source": "staff", "external_id": external_id}
        | changed
    )  # type: ignore[arg-type]


def rows(portal: Portal) -> int:
    with portal.db.read() as session:
        return session.scalar(select(func.count(LoanEvent.id))) or 0


@pytest.mark.parametrize(
    "event",
    [
        Payment(id="staff:a", value_date=ON, amount=Centavos(100)),
        Prepayment(
            id="staff:b", value_date=ON, amount=Centavos(900_000_000), effect=Effect.REDUCE_TERM
        ),
        FEE,
        Waiver(
            id="staff:w", value_date=ON, amount=Centavos(100), part=Part.INTEREST, reason="goodwill"
        ),
        InsuranceChange(id="staff:i", value_date=ON, insurance_rate=Decimal(0)),
        WriteOff(id="staff:o", value_date=ON),
        Restructuring(
            id="staff:r",
            value_date=ON,
            terms=Terms(
                principal=Centavos(100), rate_ea=Decimal("0.18"), instalments=24, disbursed_on=ON
            ),
        ),
    ],
    ids=lambda event: type(event).__name__,
)
def test_every_kind_of_event_is_stored_as_it_is(
    portal: Portal, people: People, number: str, event: Event
) -> None:
    state = record(portal.db, fact(number, event), people.around())
    credit = stored(portal, number)
    assert credit.events == [event]
    assert credit.state(state.as_of) == state


def test_what_refers_to_an_earlier_event_finds_it(
    portal: Portal, people: People, number: str
) -> None:
    paid = people.paid(number, date(2026, 2, 1), 20_000_000)
    target = event_id("payments", paid)
    reversal = Reversal(id="staff:x", value_date=ON, reverses=target)
    recast = Reclassification(
        id="staff:y", value_date=ON, payment=target, effect=Effect.REDUCE_TERM, requested_on=ON
    )
    record(portal.db, fact(number, recast), people.around())
    assert stored(portal, number).events[-1] == recast
    record(portal.db, fact(number, reversal), people.around())
    assert stored(portal, number).events[-1] == reversal


def test_the_same_fact_again_changes_nothing(portal: Portal, people: People, number: str) -> None:
    first = record(portal.db, fact(number, FEE), people.around())
    assert record(portal.db, fact(number, FEE), people.around()) == first
    assert rows(portal) == 1
    with portal.db.read() as session:
        kinds = session.scalars(
            select(AuditEvent.detail).where(AuditEvent.kind == "event_recorded")
        )
        assert kinds.all() == [f"{number}: staff:f"]


@pytest.mark.parametrize(
    ("event", "refused"),
    [
        (Refund(id="staff:z", value_date=ON, amount=Centavos(1)), RefundExceedsCredit),
        (
            Waiver(id="staff:z", value_date=ON, amount=Centavos(10**12), part=Part.INTEREST),
            WaiverExceedsDue,
        ),
        (Reversal(id="staff:z", value_date=ON, reverses="payments:none"), LendingError),
        (Fee(id="staff:z", value_date=ON, amount=Centavos(100)), LendingError),
        (Acceleration(id="staff:z", value_date=ON), LendingError),
        (Payment(id="staff:z", value_date=date(2099, 1, 1), amount=Centavos(1)), LendingError),
        (Payment(id="staff:z", value_date=date(2020, 1, 1), amount=Centavos(1)), LendingError),
        (Payment(id="other:z", value_date=ON, amount=Centavos(1)), MisnamedEvent),
    ],
)
def test_what_may_not_be_recorded_is_refused_and_leaves_nothing(
    portal: Portal, people: People, number: str, event: Event, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        record(portal.db, fact(number, event), people.around())
    assert rows(portal) == 0


def test_one_receipt_is_one_event_of_one_credit(
    portal: Portal, people: People, number: str
) -> None:
    other = people.loan(people.customer(), **EXAMPLE)
    record(portal.db, fact(number, FEE), people.around())
    with pytest.raises(AlreadyRecorded):
        record(portal.db, fact(other, FEE), people.around())
    with pytest.raises(UnknownLoan):
        record(portal.db, fact("nowhere", FEE), people.around())
    assert rows(portal) == 1
