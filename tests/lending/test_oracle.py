"""The engine against the independent reckoning, figure by figure, on random credits."""

from hypothesis import given

from finportal.lending.replay import replay

from .oracle import reckon
from .strategies import Case, cases


@given(cases())
def test_every_figure_agrees_with_a_day_by_day_reckoning(case: Case) -> None:
    state = replay(case.terms, case.events, case.rates, case.until)
    expected = reckon(case.contract, case.raw(), case.until)
    assert {
        **state.due._asdict(),
        "accrued_interest": state.accrued_interest,
        "principal_not_due": state.principal_not_due,
        "credit": state.credit,
        "payoff": state.payoff,
        "days_past_due": state.days_past_due,
        "paid": tuple(state.paid),
    } == expected
