"""A hundred thousand credits, figure by figure: against plain Decimal, and against this engine.

With LENDING_PROFILE=nightly all of them, otherwise the first of them.
"""

import os
from collections.abc import Iterator
from decimal import Decimal, localcontext
from itertools import pairwise

import pytest

from finportal.lending import ENGINE_VERSION
from finportal.lending.codec import dump
from finportal.lending.errors import LendingError
from finportal.lending.replay import replay
from finportal.lending.schedule import NegativeAmortisation, schedule
from finportal.lending.terms import Terms

from .loans import digest, histories, schedules
from .oracle import root, rounded, shifted

PROFILE = os.environ.get("LENDING_PROFILE", "quick")
LOANS = {"mutation": 150, "quick": 1_000, "nightly": 100_000}[PROFILE]
LIVES = {"mutation": 60, "quick": 300, "nightly": 20_000}[PROFILE]
FIGURES = {
    ("1", "mutation"): (
        "e69a921fbb6c11f3d4d0d40864d3a5727e0263dccf283eef30e79b5fcfa65133",
        "ee21a9a4c26e72f00f7daad6f56b279b6d1e45bd7dfbbb71123d23cd2bba6bc1",
    ),
    ("1", "quick"): (
        "47bfd82fe5ce1ee7e4c6c8bf7680cd690d53d43b133bebbf159190bde272f8da",
        "4282df6ae9814834127cccf140f612303e4d61f6641d32a45f01266bfa09fc7c",
    ),
    ("1", "nightly"): (
        "7d4591be06c4cdbd43eac984f5897309c7eeedf69a5b63d9a00d58ca1b4ecb88",
        "bc311e68255f49becb68d8f45fb168e43119510bdbd0f2d3a3651cbd12acf44b",
    ),
}
"""The digests of all figures by engine version. One that changes asks for a new version."""


def factors(terms: Terms) -> list[Decimal]:
    """Interest per peso of each row."""
    monthly, first = root(terms.rate_ea, 12), terms.first_due
    days = (first - terms.disbursed_on).days
    regular = (first - shifted(first, -1, terms.anchor)).days
    return [monthly * days / regular, *[monthly] * (terms.instalments - 1)]


def plain(terms: Terms) -> list[tuple]:
    """Due date, interest, principal, insurance and balance of each row, in Decimal throughout."""
    unit, grace, left = terms.conventions.unit, terms.grace_principal, terms.principal
    growth, waiting, rows = factors(terms), 0, []
    discount, total = Decimal(1), Decimal(0)
    for factor in growth[grace:]:
        discount /= 1 + factor
        total += discount
    level = rounded(
        (left - terms.balloon * discount) / total, terms.conventions.instalment_unit or unit
    )
    for number, factor in enumerate(growth):
        interest = rounded(left * factor, unit)
        last = number == terms.instalments - 1
        principal = min(max(level - interest, 0), left) if number >= grace else 0
        if last:
            principal = left
        insurance = rounded(left * terms.insurance_rate, unit) + terms.insurance_fixed
        waiting += interest
        asked = 0 if number < terms.grace_interest else waiting
        waiting -= asked
        left -= principal
        due = shifted(terms.first_due, number, terms.anchor)
        rows.append((due, asked, principal, insurance, left))
        if not left:
            break
    return rows


def test_every_figure_of_every_loan_is_that_of_decimal_arithmetic() -> None:
    compared = 0
    for terms in schedules(2026, LOANS, plain=True):
        with localcontext() as context:
            context.prec = 60
            expected = plain(terms)
        try:
            rows = schedule(terms).rows
        except NegativeAmortisation:
            assert expected[terms.grace_principal][2] <= 0
            continue
        found = [(r.due_date, r.interest, r.principal, r.insurance, r.balance) for r in rows]
        assert found == expected, terms
        assert all(one.balance == other.opening for one, other in pairwise(rows))
        compared += 1
    assert compared > LOANS // 2


def scheduled() -> Iterator[object]:
    for terms in schedules(7, LOANS):
        try:
            yield [tuple(map(str, row)) for row in schedule(terms).rows]
        except LendingError as error:
            yield type(error).__name__


def lived() -> Iterator[object]:
    for terms, events, rates, until in histories(11, LIVES):
        try:
            yield dump(replay(terms, events, rates, until))
        except LendingError as error:
            yield type(error).__name__


@pytest.mark.parametrize(("figures", "which"), [(scheduled, 0), (lived, 1)])
def test_this_engine_version_gives_the_figures_it_always_gave(figures, which: int) -> None:
    assert digest(figures()) == FIGURES[ENGINE_VERSION, PROFILE][which]
