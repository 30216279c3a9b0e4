"""Random credits: the same draw as terms for the package and as a contract for the oracle."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from finportal.lending.caps import CertifiedRate, CertifiedRates, certified_rates
from finportal.lending.conventions import (
    WATERFALL,
    AllocationBy,
    CapSaving,
    Conventions,
    FeePlacement,
    Part,
)
from finportal.lending.events import Effect, Event, Fee, Payment, Prepayment, Waiver
from finportal.lending.money import Centavos
from finportal.lending.schedule import NegativeAmortisation, schedule
from finportal.lending.terms import Terms

from .oracle import PARTS, Contract

FIRST_DAY = date(2023, 1, 1)


@dataclass
class Case:
    terms: Terms
    rates: CertifiedRates
    contract: Contract
    events: list[Event]
    until: date

    def raw(self) -> list:
        """The events as the oracle reads them."""
        return [raw_event(event) for event in self.events]


def raw_event(event: Event) -> tuple:
    head = (event.value_date, event.rank, event.id)
    match event:
        case Payment():
            return (*head, "pay", event.amount)
        case Prepayment():
            return (
                *head,
                "prepay",
                event.amount,
                "instalment" if event.effect is Effect.REDUCE_TERM else "dates",
            )
        case Fee():
            return (*head, "fee", event.amount)
        case Waiver():
            return (*head, "waive", event.part.value, event.amount)
    raise AssertionError(event)


rates_ea = st.integers(0, 4500).map(lambda basis: Decimal(basis) / 10_000)


@st.composite
def caps(draw: DrawFn, months: int = 40) -> list:
    """One limit a month from FIRST_DAY on, often below the contract's rate."""
    low = draw(st.integers(800, 3000))
    found, day = [], FIRST_DAY
    for step in draw(st.lists(st.integers(0, 900), min_size=6, max_size=months)):
        found.append((day, Decimal(low + step) / 10_000))
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def table(limits: list) -> CertifiedRates:
    ends = [first - timedelta(days=1) for first, _ in limits[1:]]
    ends.append((limits[-1][0] + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    return certified_rates(
        CertifiedRate(valid_from=first, valid_to=last, cap_ea=cap)
        for (first, cap), last in zip(limits, ends, strict=True)
    )


@st.composite
def terms(draw: DrawFn, **fixed: object) -> Terms:
    disbursed = FIRST_DAY + timedelta(days=draw(st.integers(0, 400)))
    rows = draw(st.integers(1, 36))
    principal = draw(st.integers(1_000, 100_000_000)) * 100
    grace = draw(st.integers(0, min(3, rows - 1)))
    agreed = {
        "principal": Centavos(principal),
        "rate_ea": draw(rates_ea),
        "instalments": rows,
        "disbursed_on": disbursed,
        "first_due_on": disbursed + timedelta(days=draw(st.integers(10, 45))),
        "late_rate_ea": draw(st.none() | rates_ea),
        "insurance_rate": Decimal(draw(st.integers(0, 20))) / 10_000,
        "insurance_fixed": Centavos(draw(st.sampled_from([0, 0, 4_500_000]))),
        "balloon": Centavos(draw(st.sampled_from([0, 0, principal // 1000 * 300]))),
        "grace_principal": grace,
        "conventions": Conventions(
            allocation_order=tuple(draw(st.permutations(WATERFALL) | st.just(WATERFALL))),
            allocation_by=draw(st.sampled_from(AllocationBy)),
            fee_placement=draw(st.sampled_from(FeePlacement)),
            cap_saving=draw(st.sampled_from(CapSaving)),
            grace_days=draw(st.sampled_from([0, 0, 5])),
        ),
    } | fixed
    made = Terms(**agreed)
    if workable(made):
        return made
    return replace(made, first_due_on=disbursed + timedelta(days=20))


def workable(agreed: Terms) -> bool:
    try:
        schedule(agreed)
    except NegativeAmortisation:
        return False
    return True


def contract_of(agreed: Terms, limits: list) -> Contract:
    choices = agreed.conventions
    return Contract(
        principal=agreed.principal,
        rate=agreed.rate_ea,
        rows=agreed.instalments,
        disbursed=agreed.disbursed_on,
        first_due=agreed.first_due,
        late=agreed.late_rate_ea,
        insurance=agreed.insurance_rate,
        premium=agreed.insurance_fixed,
        balloon=agreed.balloon,
        grace=agreed.grace_principal,
        order=tuple(part.value for part in choices.allocation_order),
        by_part=choices.allocation_by is AllocationBy.PART,
        grace_days=choices.grace_days,
        keep_instalment=choices.cap_saving is CapSaving.PRINCIPAL,
        fee_own_row=choices.fee_placement is FeePlacement.OWN_ROW,
        unit=choices.unit,
        caps=limits,
    )


@st.composite
def events(draw: DrawFn, agreed: Terms, most: int = 12) -> list[Event]:
    """Payments near what is asked, prepayments, fees and waivers, some of them out of all order."""
    usual = schedule(agreed).rows[min(agreed.grace_principal, agreed.instalments - 1)].total
    last = (schedule(agreed).rows[-1].due_date - agreed.disbursed_on).days + 60
    found: list[Event] = []
    for number in range(draw(st.integers(0, most))):
        on = agreed.disbursed_on + timedelta(days=draw(st.integers(0, min(last, 700))))
        exact = draw(st.sampled_from([usual // 3, usual, usual, 3 * usual, agreed.principal // 2]))
        amount = Centavos(max(100, exact // 100 * 100 + draw(st.integers(-50, 50)) * 100))
        head = {"id": f"e{number:02}", "value_date": on}
        kind = draw(st.sampled_from("pppprrftw"))
        effect = Effect.REDUCE_TERM if draw(st.booleans()) else Effect.REDUCE_INSTALMENT
        if kind == "p":
            found.append(Payment(**head, amount=amount))
        elif kind in "rt":
            found.append(Prepayment(**head, amount=amount, effect=effect))
        elif kind == "f":
            found.append(Fee(**head, amount=Centavos(2_000_000), evidence="call 1"))
        else:
            found.append(Waiver(**head, amount=amount, part=draw(st.sampled_from(Part))))
    return found


@st.composite
def cases(draw: DrawFn, **fixed: object) -> Case:
    agreed = draw(terms(**fixed).filter(workable))
    limits = draw(caps())
    happened = draw(events(agreed))
    until = agreed.disbursed_on + timedelta(days=draw(st.integers(0, 800)))
    return Case(agreed, table(limits), contract_of(agreed, limits), happened, until)


assert tuple(Part) == PARTS
