"""The total unified cost: the rate itself without other costs, more with them."""

from datetime import date
from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.money import Centavos
from finportal.lending.schedule import schedule
from finportal.lending.terms import Terms
from finportal.lending.vtu import CostTooHigh, NothingReceived, total_unified_cost

from .builders import example, pesos, refused
from .strategies import terms, workable

BARE = example(insurance_rate=Decimal(0))


def test_without_other_costs_it_is_the_rate() -> None:
    assert abs(total_unified_cost(BARE) - Decimal("0.22")) < Decimal("1e-6")


def test_insurance_and_charges_raise_it() -> None:
    insured = total_unified_cost(example())
    assert Decimal("0.2285") < insured < Decimal("0.2295")
    assert total_unified_cost(example(), pesos(300_000)) > insured


def test_it_makes_the_payments_worth_the_money_received() -> None:
    cost = total_unified_cost(example(), pesos(500_000))
    monthly = (1 + cost) ** (Decimal(1) / 12)
    worth = sum(row.total / monthly**row.number for row in schedule(example()).rows)
    assert abs(worth - pesos(29_500_000)) < Decimal("1e-6")


def test_a_broken_first_period_counts_its_days() -> None:
    late = example(insurance_rate=Decimal(0), disbursed_on=date(2025, 10, 3))
    assert abs(total_unified_cost(late) - Decimal("0.22")) < Decimal("0.001")


def test_free_money_costs_nothing() -> None:
    free = example(rate_ea=Decimal(0), insurance_rate=Decimal(0))
    assert total_unified_cost(free) < Decimal("1e-15")


def test_charges_above_the_principal_are_refused() -> None:
    with refused(NothingReceived, match="3000000000"):
        total_unified_cost(BARE, pesos(30_000_000))
    with refused(CostTooHigh, match="month"):
        total_unified_cost(BARE, pesos(29_900_000))


@given(terms().filter(workable), st.integers(1, 50))
def test_a_charge_never_lowers_it(agreed: Terms, share: int) -> None:
    try:
        plain = total_unified_cost(agreed)
        charged = total_unified_cost(agreed, agreed.principal * share // 1000 // 100 * 100)
    except CostTooHigh:
        return
    assert charged >= plain


def test_all_but_a_centavo_may_be_charged() -> None:
    tiny = example(principal=pesos(2), instalments=1, insurance_rate=Decimal(0))
    with refused(CostTooHigh):
        total_unified_cost(tiny, Centavos(199))
    with refused(NothingReceived, match="200 centavos"):
        total_unified_cost(tiny, Centavos(200))


def test_a_credit_that_doubles_in_a_month_is_the_most_it_can_tell() -> None:
    double = example(
        principal=pesos(200), rate_ea=Decimal(0), instalments=1, insurance_rate=Decimal(0)
    )
    doubled = total_unified_cost(double, pesos(100))
    assert abs(doubled - (2**12 - 1)) < Decimal("1e-15")
    with refused(CostTooHigh):
        total_unified_cost(double, pesos(101))


def test_the_ambient_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 5
        rough = total_unified_cost(example())
    assert rough == total_unified_cost(example())
    assert len(str(rough)) > 30
