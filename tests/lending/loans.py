"""A long list of random credits, the same on every machine, and the digest of all their figures."""

import hashlib
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from finportal.lending.caps import CertifiedRates, certified_rates
from finportal.lending.conventions import (
    WATERFALL,
    AllocationBy,
    CapSaving,
    CapTest,
    Conventions,
    FeePlacement,
    FirstPeriod,
    Part,
    PayoffInsurance,
)
from finportal.lending.day_counts import DayCount
from finportal.lending.events import (
    Acceleration,
    Effect,
    Event,
    Fee,
    InsuranceChange,
    Opening,
    OpeningDue,
    Payment,
    Prepayment,
    Reclassification,
    Refund,
    Restructuring,
    Reversal,
    Waiver,
    WriteOff,
)
from finportal.lending.money import Centavos
from finportal.lending.terms import Terms

from .builders import month

FIRST_DAY = date(2021, 1, 5)
CERTIFIED = certified_rates(
    month(f"{2021 + months // 12}-{months % 12 + 1:02}", f"0.{2100 + 37 * months * months % 1500}")
    for months in range(72)
)


def schedules(seed: int, count: int, *, plain: bool = False) -> Iterator[Terms]:
    """Terms of every kind; `plain` ones keep to the month convention."""
    rng = random.Random(seed)
    for _ in range(count):
        yield _terms(rng, plain=plain)


def histories(seed: int, count: int) -> Iterator[tuple[Terms, list[Event], CertifiedRates, date]]:
    """Credits with events of every kind, in any order, and the day on which to look."""
    rng = random.Random(seed)
    for _ in range(count):
        terms = _terms(rng, plain=rng.random() < 0.5)
        yield terms, _events(rng, terms), CERTIFIED, _day(rng, terms, 1400)


def digest(figures: Iterable[object]) -> str:
    """One fingerprint of everything, in order."""
    sums = hashlib.sha256()
    for figure in figures:
        sums.update(repr(figure).encode())
    return sums.hexdigest()


def _terms(rng: random.Random, *, plain: bool) -> Terms:
    disbursed = FIRST_DAY + timedelta(days=rng.randrange(700))
    rows = rng.choice([1, 2, 6, 12, 24, 36, 48, 60, 72, rng.randint(1, 84)])
    principal = rng.choice([rng.randint(1, 9_999), rng.randint(1_000_000, 20_000_000_000)])
    grace = rng.choice([0, 0, 0, rng.randrange(min(rows, 4))])
    first = rng.choice([None, disbursed + timedelta(days=rng.randint(5, 45))])
    return Terms(
        principal=Centavos(principal),
        rate_ea=Decimal(rng.choice([0, rng.randint(1, 4500)])) / 10_000,
        instalments=rows,
        disbursed_on=disbursed,
        first_due_on=first,
        late_rate_ea=rng.choice([None, Decimal(rng.randint(0, 4500)) / 10_000]),
        insurance_rate=Decimal(rng.choice([0, rng.randint(1, 200)])) / 100_000,
        insurance_fixed=Centavos(rng.choice([0, 0, 4_500_000])),
        balloon=Centavos(rng.choice([0, 0, principal * rng.randrange(100) // 100])),
        grace_principal=grace,
        grace_interest=rng.randint(0, grace),
        conventions=_conventions(rng, plain=plain),
    )


def _conventions(rng: random.Random, *, plain: bool) -> Conventions:
    order = list(WATERFALL)
    if rng.random() < 0.3:
        rng.shuffle(order)
    counted = (
        {}
        if plain
        else {
            "day_count": rng.choice(list(DayCount)),
            "first_period": rng.choice(list(FirstPeriod)),
        }
    )
    return Conventions(
        **counted,
        allocation_order=tuple(order),
        allocation_by=rng.choice(list(AllocationBy)),
        fee_placement=rng.choice(list(FeePlacement)),
        fee_needs_evidence=False,
        cap_test=rng.choice([CapTest.DAILY, CapTest.DAILY, CapTest.DUE_DATE]),
        cap_saving=rng.choice(list(CapSaving)),
        payoff_insurance=rng.choice(list(PayoffInsurance)),
        grace_days=rng.choice([0, 0, 5]),
        business_days=rng.random() < 0.2,
        acceleration_agreed=True,
        unit=Centavos(rng.choice([100, 100, 100, 1, 5_000])),
        instalment_unit=rng.choice([None, None, Centavos(10_000)]),
    )


def _day(rng: random.Random, terms: Terms, most: int) -> date:
    return terms.disbursed_on + timedelta(days=rng.randrange(most))


def _events(rng: random.Random, terms: Terms) -> list[Event]:
    usual = terms.principal // terms.instalments + terms.principal // 60 + 100
    found: list[Event] = []
    if rng.random() < 0.15:
        found.append(_opening(rng, terms))
    begins = found[0].value_date if found else terms.disbursed_on
    for number in range(rng.randrange(40)):
        on = begins + timedelta(days=rng.randrange(1200))
        head = {"id": f"e{number:02}", "value_date": on}
        amount = Centavos(max(1, usual * rng.choice([1, 1, 1, 2, 5]) // rng.choice([1, 1, 3])))
        found.append(_event(rng, terms, head, amount, found))
    return found


def _event(
    rng: random.Random, terms: Terms, head: dict, amount: Centavos, before: list[Event]
) -> Event:
    rare = "abz" if rng.random() < 0.2 else ""
    kind = rng.choice("p" * 20 + "rrttfwic" + ("uux" if before else "") + rare)
    effect = rng.choice(list(Effect))
    changed = {getattr(event, "reverses", getattr(event, "payment", "")) for event in before}
    paid = [e for e in before if isinstance(e, Payment) and e.id not in changed]
    if kind in "ux" and paid:
        target = rng.choice(paid)
        if kind == "u":
            return Reversal(**(head | {"value_date": target.value_date}), reverses=target.id)
        return Reclassification(
            **(head | {"value_date": target.value_date}),
            payment=target.id,
            effect=effect,
            requested_on=target.value_date,
        )
    makers = {
        "r": lambda: Prepayment(**head, amount=amount, effect=effect),
        "t": lambda: Prepayment(**head, amount=amount, effect=effect),
        "f": lambda: Fee(**head, amount=amount),
        "w": lambda: Waiver(**head, amount=amount, part=rng.choice(list(Part))),
        "i": lambda: InsuranceChange(**head, insurance_rate=Decimal(rng.randrange(90)) / 100_000),
        "c": lambda: Refund(**head, amount=Centavos(amount // 3 + 1)),
        "a": lambda: Acceleration(**head),
        "b": lambda: WriteOff(**head),
        "z": lambda: Restructuring(
            **head, terms=_renewed(rng, terms, head), absorb_overdue=rng.random() < 0.5
        ),
    }
    return makers.get(kind, lambda: Payment(**head, amount=amount))()


def _renewed(rng: random.Random, terms: Terms, head: dict) -> Terms:
    return Terms(
        principal=terms.principal,
        rate_ea=Decimal(rng.randint(1, 4000)) / 10_000,
        instalments=rng.randint(6, 48),
        disbursed_on=head["value_date"],
        conventions=terms.conventions,
    )


def _opening(rng: random.Random, terms: Terms) -> Opening:
    on = terms.first_due + timedelta(days=rng.randrange(20))
    due = OpeningDue(
        due_date=terms.first_due,
        interest=Centavos(terms.principal // 70),
        late_interest=Centavos(rng.randrange(9_999)),
        principal=Centavos(terms.principal // 90),
    )
    return Opening(
        id="opening",
        value_date=on,
        principal_not_due=Centavos(terms.principal - terms.principal // 90),
        dues=rng.choice([(), (due,)]),
        carry=Centavos(rng.choice([0, rng.randrange(99_999)])),
        credit=Centavos(rng.choice([0, rng.randrange(9_999_999)])),
    )
