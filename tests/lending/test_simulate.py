"""The simulator: both choices side by side, and arrears said plainly."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.caps import UNLIMITED
from finportal.lending.conventions import CapSaving
from finportal.lending.events import Effect, Prepayment
from finportal.lending.money import AmountNotPositive, Centavos
from finportal.lending.replay import replay
from finportal.lending.schedule import schedule
from finportal.lending.simulate import simulate_extra_payment

from .builders import example, on_time, pesos, prepay, published, refused
from .strategies import Case, cases

TERMS = example()
ROWS = schedule(TERMS).rows
DAY = date(2026, 3, 2)


def test_both_choices_side_by_side() -> None:
    found = simulate_extra_payment(TERMS, on_time(ROWS, 4), published(), DAY, pesos(5_000_000))
    assert (found.to_dues.total, found.to_interest) == (0, pesos(257_729))
    assert (found.on, found.amount) == (DAY, pesos(5_000_000))
    assert found.to_principal == pesos(4_742_271)
    assert found.without.interest_left == pesos(15_764_614)
    assert found.reduce_term.interest_left == pesos(9_290_892)
    assert found.reduce_term.interest_saved == pesos(15_764_614 - 257_729 - 9_290_892)
    assert found.reduce_instalment.interest_saved == pesos(15_764_614 - 257_729 - 12_840_439)
    assert found.without.interest_saved == 0
    assert found.reduce_term.ends_on == date(2029, 8, 15)
    assert found.reduce_instalment.instalment == pesos(658_763)
    assert len(found.reduce_instalment.rows) == 56
    assert not found.swallowed_by_arrears


def test_a_simulation_is_a_replay_with_one_more_event() -> None:
    found = simulate_extra_payment(TERMS, on_time(ROWS, 4), published(), DAY, pesos(5_000_000))
    real = prepay("p", DAY, 5_000_000, Effect.REDUCE_INSTALMENT)
    state = replay(TERMS, [*on_time(ROWS, 4), real], published(), DAY)
    assert found.reduce_instalment.rows == state.upcoming


def test_a_simulation_comes_after_all_else_of_its_day() -> None:
    same_day = prepay("zzz", DAY, 1_000_000, Effect.REDUCE_INSTALMENT)
    known = [*on_time(ROWS, 4), same_day]
    found = simulate_extra_payment(TERMS, known, published(), DAY, pesos(500_000))
    assert found.reduce_term.state.movements[-2].event_id == "zzz"
    assert found.to_principal == pesos(500_000)
    assert found.to_interest == 0


def test_arrears_that_swallow_everything_are_said() -> None:
    found = simulate_extra_payment(TERMS, on_time(ROWS, 2), published(), DAY, pesos(500_000))
    assert found.swallowed_by_arrears
    assert found.to_dues.total == pesos(500_000)
    assert found.reduce_term.rows == found.without.rows[: len(found.reduce_term.rows)]


def test_the_whole_payoff_leaves_nothing() -> None:
    found = simulate_extra_payment(TERMS, on_time(ROWS, 4), published(), DAY, pesos(40_000_000))
    assert found.reduce_term.rows == ()
    assert (found.reduce_term.instalment, found.reduce_term.ends_on) == (0, DAY)
    assert found.reduce_term.interest_saved == pesos(15_764_614 - 257_729)


def test_an_amount_is_needed() -> None:
    with refused(AmountNotPositive):
        simulate_extra_payment(TERMS, [], UNLIMITED, DAY, Centavos(0))


@given(cases(), st.integers(1, 50_000_000))
def test_no_amount_is_lost_and_saving_is_ordered(case: Case, amount: int) -> None:
    found = simulate_extra_payment(
        case.terms, case.events, case.rates, case.until, Centavos(amount * 100)
    )
    saves_principal = case.terms.conventions.cap_saving is CapSaving.PRINCIPAL
    if not saves_principal and not any(isinstance(event, Prepayment) for event in case.events):
        slack = 100 * (len(found.without.rows) + 2)
        saved = found.reduce_term.interest_saved, found.reduce_instalment.interest_saved
        assert saved[0] >= saved[1] - slack
        assert saved[1] >= -slack
    credit = found.reduce_term.state.credit - found.without.state.credit
    went = found.to_dues.total + found.to_interest + found.to_principal + credit
    assert went == amount * 100
