"""Units: the arithmetic knows no pesos, only multiples of the contract's rounding unit."""

from dataclasses import replace

from hypothesis import given

from finportal.lending.money import Centavos
from finportal.lending.replay import replay

from .strategies import Case, cases, workable


def hundredth(amount: int) -> Centavos:
    assert amount % 100 == 0
    return Centavos(amount // 100)


@given(cases())
def test_a_hundredth_of_everything_gives_a_hundredth_of_every_figure(case: Case) -> None:
    small = replace(
        case.terms,
        principal=hundredth(case.terms.principal),
        insurance_fixed=hundredth(case.terms.insurance_fixed),
        balloon=hundredth(case.terms.balloon),
        conventions=replace(case.terms.conventions, unit=Centavos(1)),
    )
    assert workable(small)
    events = [replace(event, amount=hundredth(event.amount)) for event in case.events]
    state = replay(case.terms, case.events, case.rates, case.until)
    scaled = replay(small, events, case.rates, case.until)
    assert state.payoff == 100 * scaled.payoff
    assert state.due == tuple(100 * part for part in scaled.due)
    assert [row.total for row in state.rows] == [100 * row.total for row in scaled.rows]
