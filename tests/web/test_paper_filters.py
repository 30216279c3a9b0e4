"""How papers write amounts, dates and identities: Spanish as a Colombian bank writes it."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.day_counts import DayCount
from finportal.lending.money import Centavos
from finportal.services.documents.facts import Holder
from finportal.web import paper_filters
from tests.papers import EVENTFUL, HOLDER, STATEMENT, split

NBSP = "\u00a0"
UNIT_WORDS = (
    "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve veinte veintiún veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve treinta"
)
TEN_WORDS = "cuarenta cincuenta sesenta setenta ochenta noventa"
HUNDRED_WORDS = (
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos "
    "novecientos"
)
UNITS = {word: number for number, word in enumerate(UNIT_WORDS.split())}
TENS = {word: 10 * number for number, word in enumerate(TEN_WORDS.split(), 4)}
HUNDREDS = {word: 100 * number for number, word in enumerate(HUNDRED_WORDS.split(), 1)}
SMALL = {**UNITS, **TENS, **HUNDREDS, "cien": 100}
SCALES = {"millón": 10**6, "millones": 10**6, "billón": 10**12, "billones": 10**12}


def understood(words: str) -> Fraction:
    """The pesos that a person reads in the words; KeyError where no Colombian would write so."""
    assert words.endswith(" m/cte")
    whole, _, cents = words.removesuffix(" m/cte").partition(" con ")
    amount = Fraction(_counted(whole, ("peso", "pesos")))
    return amount + Fraction(_counted(cents, ("centavo", "centavos")), 100) if cents else amount


def _counted(words: str, nouns: tuple[str, str]) -> int:
    number, noun = words.removesuffix(" de " + nouns[1]), nouns[1]
    of = number != words
    if not of:
        number, _, noun = words.rpartition(" ")
    total = group = 0
    for word in number.split(" "):
        if word == "mil":
            group = max(group, 1) * 1000
        elif word in SCALES:
            total, group = total + group * SCALES[word], 0
        elif word != "y":
            group += SMALL[word]
    total += group
    assert noun == nouns[total != 1]
    assert of == bool(total and total % 10**6 == 0)
    return total


@pytest.mark.parametrize(
    ("centavos", "words"),
    [
        (0, "cero pesos m/cte"),
        (1_00, "un peso m/cte"),
        (21_00, "veintiún pesos m/cte"),
        (31_00, "treinta y un pesos m/cte"),
        (100_00, "cien pesos m/cte"),
        (101_00, "ciento un pesos m/cte"),
        (1_000_00, "mil pesos m/cte"),
        (21_001_00, "veintiún mil un pesos m/cte"),
        (1_000_000_00, "un millón de pesos m/cte"),
        (1_000_001_00, "un millón un pesos m/cte"),
        (21_000_000_00, "veintiún millones de pesos m/cte"),
        (101_001_021_00, "ciento un millones mil veintiún pesos m/cte"),
        (2_000_000_000_00, "dos mil millones de pesos m/cte"),
        (1_000_000_000_000_00, "un billón de pesos m/cte"),
        (845_000_50, "ochocientos cuarenta y cinco mil pesos con cincuenta centavos m/cte"),
        (1_01, "un peso con un centavo m/cte"),
        (21_000_000_21, "veintiún millones de pesos con veintiún centavos m/cte"),
        (50, "cero pesos con cincuenta centavos m/cte"),
    ],
)
def test_amounts_in_words(centavos: int, words: str) -> None:
    assert paper_filters.in_words(Centavos(centavos)) == words


@given(st.integers(0, 10**17) | st.integers(0, 10**9).map(lambda pesos: pesos * 10**8))
def test_words_say_the_amount(centavos: int) -> None:
    assert understood(paper_filters.in_words(Centavos(centavos))) == Fraction(centavos, 100)


def test_english_readers_get_english_words(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        words = paper_filters.in_words(Centavos(21_000_000_50))
        assert words == "twenty-one million Colombian pesos and fifty centavos"
        assert paper_filters.long_day(date(2026, 3, 15)).replace(NBSP, " ") == "March 15, 2026"
        assert paper_filters.month_name("2026-10") == "October 2026"
        assert paper_filters.pesos(Centavos(1_234_50)) == f"${NBSP}1,234.50"
        assert paper_filters.exact_pesos(Decimal("1234.5")) == f"${NBSP}1,234.500000"


@given(st.integers(-(10**15), 10**15))
def test_pesos_lose_nothing(centavos: int) -> None:
    text = paper_filters.pesos(Centavos(centavos))
    plain = text.replace("$" + NBSP, "").replace(".", "").replace(",", ".")
    assert Fraction(plain) * 100 == centavos


@given(st.decimals(-(10**9), 10**9, places=6, allow_nan=False))
def test_exact_pesos_lose_nothing(value: Decimal) -> None:
    text = paper_filters.exact_pesos(value)
    assert Decimal(text.replace("$" + NBSP, "").replace(".", "").replace(",", ".")) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [(date(2026, 3, 15), "15 de marzo de 2026"), (date(2026, 9, 1), "1 de septiembre de 2026")],
)
def test_days_in_full(value: date, text: str) -> None:
    assert paper_filters.long_day(value).replace(NBSP, " ") == text


def test_months_in_full() -> None:
    assert paper_filters.month_name("2026-10") == "octubre de 2026"


@pytest.mark.parametrize(
    ("id_type", "number", "text"),
    [
        ("CC", "1020304050", "Cédula de ciudadanía 1.020.304.050"),
        ("CC", "52345", "Cédula de ciudadanía 52.345"),
        ("CC", "052345", "Cédula de ciudadanía 052345"),
        ("CE", "345678", "Cédula de extranjería 345.678"),
        ("NIT", "9001234567", "NIT 900.123.456-7"),
        ("PAS", "AN123456", "Pasaporte AN123456"),
        ("PAS", "123456", "Pasaporte 123456"),
        ("PPT", "999000123", "Permiso por protección temporal 999.000.123"),
        ("TI", "1001234567", "Tarjeta de identidad 1.001.234.567"),
    ],
)
def test_identities(id_type: str, number: str, text: str) -> None:
    holder: Holder = HOLDER.model_copy(update={"id_type": id_type, "id_number": number})
    assert paper_filters.identity(holder) == text


@given(st.text("0123456789", max_size=40))
def test_groups_lose_nothing(reference: str) -> None:
    groups = paper_filters.in_groups(reference).split(NBSP)
    assert "".join(groups) == reference
    assert all(len(group) == 4 for group in groups[:-1])


@given(st.sets(st.integers(1, 90)))
def test_ranges_name_every_row_once(rows: set[int]) -> None:
    named: list[int] = []
    for piece in filter(None, paper_filters.row_ranges(rows).split(", ")):
        first, _, last = piece.partition("–")
        named += range(int(first), int(last or first) + 1)
    assert named == sorted(rows)


def test_a_charge_is_named_before_the_instalments(app: Flask) -> None:
    with app.test_request_context("/"):
        assert paper_filters.row_ranges((0, 7, 8, 9, 11)) == "cargo, 7–9, 11"


@pytest.mark.parametrize(
    ("day_count", "periods", "times"),
    [("month", 12, 1), ("30/360", 12, 12), ("act/act", 12, 12), ("eff/365", 365 / 31, 1)],
)
def test_rates_of_a_period_lead_back_to_the_effective_one(
    day_count: str, periods: float, times: int
) -> None:
    monthly, *_, daily = STATEMENT.workings
    working = monthly.model_copy(update={"day_count": DayCount(day_count)})
    for one, each, often in ((working, periods, times), (daily, 365, 1)):
        span = one.spans[0]
        text = paper_filters.rate_of(span, one)
        rate = float(text.removesuffix(NBSP + "%").replace(",", ".")) / 100
        assert (1 + rate / often) ** each - 1 == pytest.approx(float(span.rate_ea), abs=1e-9)


def test_balances_add_up_as_they_are_told() -> None:
    lines = EVENTFUL.balances
    moves = paper_filters.moved(lines)
    assert moves == ["disbursed", "charged", "paid", "restored", "adjusted"]
    for line in lines:
        told = sum(paper_filters.signed(line, move) for move in moves)
        assert line.opening + told == line.closing
    assert paper_filters.total_moved(lines, "paid") == -sum(line.paid for line in lines)
    assert [line.part for line in paper_filters.worth_a_row(lines)] == [
        "principal", "interest", "late_interest", "insurance",
    ]  # fmt: skip


def test_splits_add_part_by_part() -> None:
    both = paper_filters.plus(split(1, 2, 3, 4, 5), split(10, 20, 30, 40, 50))
    assert both == split(11, 22, 33, 44, 55)


def test_one_point_is_no_curve() -> None:
    assert paper_filters.through_points(STATEMENT.capital[:1], STATEMENT.cutoff) is None
    assert paper_filters.through_points((), STATEMENT.cutoff) is None
