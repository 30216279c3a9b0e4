"""Short ways to write credits, payments and certificates in tests."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest

from finportal.lending.caps import CertifiedRate, CertifiedRates, certified_rates
from finportal.lending.conventions import Conventions
from finportal.lending.events import Effect, Payment, Prepayment
from finportal.lending.money import Centavos
from finportal.lending.parts import Parts
from finportal.lending.schedule import Row
from finportal.lending.terms import Terms

PUBLISHED = {
    "2025-10": "0.2436",
    "2025-11": "0.2499",
    "2025-12": "0.2502",
    "2026-01": "0.2436",
    "2026-02": "0.2523",
}


def pesos(amount: int) -> Centavos:
    return Centavos(amount * 100)


def parts(**amounts: int) -> Parts:
    return Parts(**{part: pesos(amount) for part, amount in amounts.items()})


def month(text: str, cap: str, recorded_on: date = date.min) -> CertifiedRate:
    year, number = map(int, text.split("-"))
    last = date(year, number, monthrange(year, number)[1])
    return CertifiedRate(
        valid_from=date(year, number, 1),
        valid_to=last,
        cap_ea=Decimal(cap),
        recorded_on=recorded_on,
    )


def published() -> CertifiedRates:
    return certified_rates(month(text, cap) for text, cap in PUBLISHED.items())


def example(**changes: object) -> Terms:
    """30,000,000 at 22 % E.A. in 60 months from 15 October 2025, insured at 0.06 % a month."""
    agreed = {
        "principal": pesos(30_000_000),
        "rate_ea": Decimal("0.22"),
        "instalments": 60,
        "disbursed_on": date(2025, 10, 15),
        "first_due_on": date(2025, 11, 15),
        "insurance_rate": Decimal("0.0006"),
    }
    choices = {name: changes.pop(name) for name in list(changes) if name in Conventions.__slots__}
    return Terms(**(agreed | changes), conventions=Conventions(**choices))


def pay(name: str, on: date, amount: int) -> Payment:
    return Payment(id=name, value_date=on, amount=pesos(amount))


def prepay(name: str, on: date, amount: int, effect: Effect = Effect.REDUCE_TERM) -> Prepayment:
    return Prepayment(id=name, value_date=on, amount=pesos(amount), effect=effect)


def on_time(rows: Sequence[Row], count: int) -> list[Payment]:
    """The first rows, each paid whole on its due date."""
    return [
        Payment(id=f"row{row.number:03}", value_date=row.due_date, amount=row.total)
        for row in rows[:count]
    ]


@contextmanager
def refused(error: type[ValueError], match: str | None = None) -> Iterator[pytest.ExceptionInfo]:
    """The engine refuses with this error, and its sentence leaves no fact out."""
    with pytest.raises(error, match=match) as caught:
        yield caught
    assert "None" not in str(caught.value)
