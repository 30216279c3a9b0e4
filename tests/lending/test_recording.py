"""Recording: a new event is refused before it is stored, with a sentence that says why."""

from datetime import date

import pytest

from finportal.lending.conventions import Part
from finportal.lending.events import Event, Fee, Refund, Reversal, Waiver
from finportal.lending.postings import FeeWithoutEvidence
from finportal.lending.recording import (
    DatedInTheFuture,
    RefundExceedsCredit,
    WaiverExceedsDue,
    state_with,
)
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule
from finportal.lending.state import State
from finportal.lending.timeline import AlreadyChanged, BeforeDisbursement, UnknownEvent

from .builders import example, on_time, pay, pesos, published, refused

TERMS = example()
PAID = on_time(schedule(TERMS).rows, 2)
TODAY = date(2026, 2, 9)


def record(new: Event, *before: Event) -> State:
    return state_with(TERMS, [*PAID, *before], published(), new, TODAY)


def test_a_payment_in_time_is_recorded() -> None:
    new = pay("x", TODAY, 600_000)
    assert record(new) == replay(TERMS, [*PAID, new], published(), TODAY)


@pytest.mark.parametrize(
    ("new", "error", "sentence"),
    [
        (pay("x", date(2026, 2, 10), 1), DatedInTheFuture, "after today, 2026-02-09"),
        (pay("x", date(2025, 10, 14), 1), BeforeDisbursement, "begins on 2025-10-15"),
        (Reversal(id="u", value_date=TODAY, reverses="ghost"), UnknownEvent, "ghost"),
        (Fee(id="f", value_date=TODAY, amount=pesos(1)), FeeWithoutEvidence, "fee f"),
        (
            Refund(id="r", value_date=TODAY, amount=pesos(1)),
            RefundExceedsCredit,
            "is 0 centavos, less than the refund of 100",
        ),
        (
            Waiver(id="w", value_date=TODAY, amount=pesos(4_599), part=Part.LATE_INTEREST),
            WaiverExceedsDue,
            "459800 centavos of late_interest",
        ),
    ],
)
def test_what_may_not_be_recorded(new: Event, error: type[ValueError], sentence: str) -> None:
    with refused(error, match=sentence):
        record(new)


def test_a_second_reversal_is_refused() -> None:
    first = Reversal(id="u", value_date=TODAY, reverses="row001")
    with refused(AlreadyChanged, match="u has already"):
        record(Reversal(id="v", value_date=TODAY, reverses="row001"), first)


def test_what_is_covered_may_be_recorded() -> None:
    waived = Waiver(id="w", value_date=TODAY, amount=pesos(4_598), part=Part.LATE_INTEREST)
    assert record(waived).due.late_interest == 0
    credit = pay("c", TODAY, 900_000)
    refund = Refund(id="r", value_date=TODAY, amount=record(credit).credit)
    assert record(refund, credit).credit == 0
