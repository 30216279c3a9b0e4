"""Money, dates and rates as customers read them."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from finportal.lender import unbroken
from finportal.lending.money import Centavos
from finportal.web import filters

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("centavos", "text"),
    [
        (123456700, f"${NBSP}1.234.567"),
        (-123400, f"-${NBSP}1.234"),
        (0, f"${NBSP}0"),
        (49, f"${NBSP}0"),
        (50, f"${NBSP}1"),
        (-49, f"${NBSP}0"),
    ],
)
def test_money(centavos: int, text: str) -> None:
    assert filters.money(Centavos(centavos)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("601 000 0000", "601~000~0000"),
        (
            "01 8000 123 456, de 8:00 a. m. a 5:00 p. m.",
            "01~8000~123~456, de 8:00~a.~m. a 5:00~p.~m.",
        ),
        ("Monday, 8:00 a.m. to 5:00 p.m.", "Monday, 8:00~a.m. to 5:00~p.m."),
        ("Carrera 7 a mano", "Carrera 7 a mano"),
    ],
)
def test_no_line_ends_inside_a_number_or_before_the_half_of_the_day(text: str, shown: str) -> None:
    assert unbroken(text) == shown.replace("~", NBSP)
    assert filters.tel(unbroken("601 000 0000")) == "tel:+576010000000"


@given(st.integers(-(10**15), 10**15))
def test_money_loses_less_than_a_peso(centavos: int) -> None:
    text = filters.money(Centavos(centavos))
    pesos = int(text.replace(".", "").replace("$", "").replace(NBSP, ""))
    assert abs(pesos * 100 - centavos) <= 50


@pytest.mark.parametrize(
    ("value", "text"),
    [("0.2450", "24,50"), ("0.245051", "24,51"), ("0.21345", "21,35"), ("0", "0,00")],
)
def test_rate(value: str, text: str) -> None:
    assert filters.rate(value) == f"{text}{NBSP}% E.A."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 11, 5, 20, 7, tzinfo=UTC), "5 nov 2026, 3:07 p. m."),
        (datetime(2026, 1, 1, 4, 59, tzinfo=UTC), "31 dic 2025, 11:59 p. m."),
        (datetime(2026, 9, 1, 5, 0, tzinfo=UTC), "1 sep 2026, 12:00 a. m."),
        (datetime(2026, 9, 1, 17, 0, tzinfo=UTC), "1 sep 2026, 12:00 p. m."),
    ],
)
def test_moment_is_bogota_time(value: datetime, text: str) -> None:
    assert filters.moment(value).replace(NBSP, " ") == text


def test_english_readers_get_english_forms(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert filters.money(Centavos(123456700)) == f"${NBSP}1,234,567"
        assert filters.rate("0.2450") == f"24.50{NBSP}% E.A."
        assert filters.day(date(2026, 8, 5)).replace(NBSP, " ") == "5 Aug 2026"
