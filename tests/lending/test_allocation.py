"""The waterfall: oldest row first, in the contract's order of parts; what is left is credit."""

from datetime import date

from hypothesis import given

from finportal.lending.conventions import WATERFALL, AllocationBy, FeePlacement, Part
from finportal.lending.events import Event, Fee, Payment, Prepayment, Refund, Waiver
from finportal.lending.money import Centavos
from finportal.lending.postings import FeeWithoutEvidence
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule
from finportal.lending.state import MovementKind, RowStatus, State

from .builders import example, on_time, parts, pay, pesos, published, refused
from .strategies import Case, cases

TERMS = example()
ROWS = schedule(TERMS).rows
TWO_DUE = date(2026, 2, 15)


def seen(*events: Event, on: date = TWO_DUE, **choices: object) -> State:
    return replay(example(**choices), [*on_time(ROWS, 2), *events], published(), on)


def fee(amount: int = 40_000, on: date = date(2026, 2, 1), evidence: str = "call 17") -> Fee:
    return Fee(id="fee", value_date=on, amount=pesos(amount), evidence=evidence)


def test_the_oldest_row_is_paid_before_the_next_one() -> None:
    state = seen(pay("x", TWO_DUE, 830_000))
    assert [line.row for line in state.movements[-1].allocations] == [3, 4]
    assert state.rows[2].status is RowStatus.PAID
    assert state.movements[-1].allocations[1].parts.insurance > 0
    assert state.days_past_due == 0


def test_part_by_part_every_row_is_cured_a_little() -> None:
    state = seen(pay("x", TWO_DUE, 50_000), allocation_by=AllocationBy.PART)
    rows = state.rows[2:4]
    assert [row.owed.insurance for row in rows] == [0, 0]
    assert state.movements[-1].parts.insurance == pesos(17_644 + 17_461)
    assert [row.status for row in rows] == [RowStatus.PARTLY, RowStatus.PARTLY]
    assert state.days_past_due == 31


def test_the_order_of_parts_is_the_contract_s() -> None:
    principal_first = (Part.PRINCIPAL, *WATERFALL[:4])
    state = seen(pay("x", TWO_DUE, 304_315), allocation_order=principal_first)
    assert state.movements[-1].parts == parts(principal=304_315)
    assert state.rows[2].owed.late_interest == pesos(5_724)


def test_what_is_left_is_credit_and_pays_the_next_row_when_it_is_due() -> None:
    early = pay("x", date(2025, 11, 1), 900_000)
    before = replay(TERMS, [early], published(), date(2025, 11, 14))
    assert (before.credit, before.due.total) == (pesos(900_000), 0)
    after = replay(TERMS, [early], published(), date(2025, 11, 15))
    assert after.credit == pesos(900_000 - 813_664)
    assert after.movements[-1].kind is MovementKind.CREDIT
    assert after.movements[-1].parts.total == pesos(813_664)
    assert after.rows[0].status is RowStatus.PAID


def test_a_fee_is_due_with_the_oldest_unpaid_row() -> None:
    state = seen(fee(), pay("x", date(2026, 2, 9), 50_000), on=date(2026, 2, 9))
    assert state.movements[-1].parts == parts(fees=40_000, insurance=10_000)
    assert state.rows[2].fees == pesos(40_000)


def test_a_fee_may_be_a_row_of_its_own() -> None:
    state = seen(
        fee(),
        pay("x", date(2026, 2, 9), 50_000),
        on=date(2026, 2, 9),
        fee_placement=FeePlacement.OWN_ROW,
    )
    assert state.movements[-1].parts.fees == 0
    assert state.due.fees == pesos(40_000)
    assert state.rows[3].number == 0


def test_a_fee_without_arrears_takes_the_credit() -> None:
    early = pay("early", date(2026, 1, 20), 900_000)
    state = seen(early, fee(), on=date(2026, 2, 9))
    assert state.due.fees == 0
    assert state.paid.fees == pesos(40_000)
    assert state.movements[-1].kind is MovementKind.CREDIT


def test_a_fee_needs_evidence_unless_the_contract_says_otherwise() -> None:
    with refused(FeeWithoutEvidence, match="fee"):
        seen(fee(evidence=""))
    assert seen(fee(evidence=""), fee_needs_evidence=False).due.fees == pesos(40_000)


def test_fees_bear_no_late_interest() -> None:
    assert seen(fee(1_000_000)).due.late_interest == seen().due.late_interest


def test_a_waiver_forgives_one_part_oldest_first() -> None:
    waiver = Waiver(id="w", value_date=TWO_DUE, amount=pesos(5_000), part=Part.LATE_INTEREST)
    state = seen(waiver)
    assert state.due.late_interest == seen().due.late_interest - pesos(5_000)
    assert state.waived == parts(late_interest=5_000)
    assert state.paid == seen().paid
    assert state.movements[-1].kind is MovementKind.WAIVER


def test_waived_principal_bears_no_more_late_interest() -> None:
    waiver = Waiver(
        id="w", value_date=date(2026, 1, 20), amount=pesos(304_315), part=Part.PRINCIPAL
    )
    five_days = seen(on=date(2026, 1, 20)).due.late_interest
    assert seen(waiver, on=date(2026, 2, 10)).due.late_interest == five_days


def test_more_waived_than_due_forgives_what_is_due() -> None:
    waiver = Waiver(id="w", value_date=TWO_DUE, amount=pesos(90_000), part=Part.INSURANCE)
    assert seen(waiver).waived == parts(insurance=17_644 + 17_461)


def test_credit_may_be_refunded() -> None:
    early = pay("early", date(2026, 1, 15), 1_000_000)
    refund = Refund(id="r", value_date=date(2026, 1, 16), amount=pesos(100_000))
    state = seen(early, refund, on=date(2026, 1, 16))
    assert state.credit == pesos(1_000_000 - 813_308 - 100_000)
    assert state.refunded == pesos(100_000)


def test_what_was_refunded_beyond_the_credit_is_owed_back() -> None:
    refund = Refund(id="r", value_date=date(2026, 1, 16), amount=pesos(100_000))
    state = seen(pay("x", date(2026, 1, 15), 813_308 + 30_000), refund, on=date(2026, 1, 20))
    assert (state.credit, state.due) == (0, parts(fees=70_000))


@given(cases())
def test_money_in_is_allocated_or_waits(case: Case) -> None:
    state = replay(case.terms, case.events, case.rates, case.until)
    money = sum(
        event.amount
        for event in case.events
        if isinstance(event, Payment | Prepayment) and event.value_date <= case.until
    )
    assert money == state.paid.total + state.credit
    assert state.principal_not_due + state.due.principal + state.paid.principal + (
        state.waived.principal
    ) == (case.terms.principal)
    assert sum((movement.parts.total for movement in state.movements), 0) == (
        state.paid.total + state.waived.total
    )


@given(cases())
def test_credit_waits_only_when_nothing_is_due(case: Case) -> None:
    state = replay(case.terms, case.events, case.rates, case.until)
    assert state.credit == 0 or state.due.total == 0
    for row in state.rows:
        assert min(*row.owed, *row.paid, row.interest, row.late_interest) >= 0
        assert row.paid.total + row.owed.total <= (row.total + row.fees + row.late_interest)


@given(cases())
def test_a_later_part_is_paid_only_when_the_earlier_ones_are_gone(case: Case) -> None:
    state = replay(case.terms, case.events, case.rates, case.until)
    order = [list(Part).index(part) for part in case.terms.conventions.allocation_order]
    by_row = case.terms.conventions.allocation_by is AllocationBy.INSTALMENT
    paid_today = [m for m in state.movements if m.value_date == case.until]
    fees = any(isinstance(event, Fee) for event in case.events)
    if not (paid_today and by_row) or fees:
        return
    for line in paid_today[-1].allocations:
        row = next((row for row in state.rows if row.number == line.row), None)
        last = max(place for place, part in enumerate(order) if line.parts[part])
        if row and line.row:
            assert all(row.owed[part] == 0 for part in order[:last])


@given(cases())
def test_allocations_never_exceed_the_amount(case: Case) -> None:
    for movement in replay(case.terms, case.events, case.rates, case.until).movements:
        if (
            movement.kind is not MovementKind.PREPAYMENT
            and movement.kind is not MovementKind.PAYMENT
        ):
            continue
        settles = any(line.row is None for line in movement.allocations)
        assert movement.parts.total <= movement.amount or settles
        assert movement.credit >= Centavos(0)
