"""Which passwords are taken: long ones nobody knows, in any script, and not about the customer."""

import string
from unicodedata import normalize

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from finportal.services import passwords
from finportal.services.passwords import Flaw, flaw, personal_words

MARTA = personal_words(
    "Marta Lucía Peñalosa", "52345678", "marta.p@correo.example", "3104445566", "Crédito Demo",
    "KLM456", "VH-1001", "Renault", "Duster", None, "",
)  # fmt: skip
GOOD = [
    "tres gatos y una luna",
    "correct horse battery",
    "zapato verde ventana 9",
    "ñandú á la brasa",
    "gatos y más gatos",
    "猫が三匹と月が一つある夜",
    "🐈🌙🎷🛶🐈🌙🎷🛶🪁🍐🐈🌙",
    "x9$kQ2!vLp7#",
]


@pytest.mark.parametrize("password", GOOD)
def test_a_good_password_needs_no_capitals_digits_or_latin_letters(password: str) -> None:
    assert flaw(password, 12, MARTA) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("once signos", Flaw.SHORT),
        ("", Flaw.SHORT),
        ("n\u0303" * 11, Flaw.SHORT),
        ("palabras " * 29, Flaw.LONG),
        ("aaaaaaaaaaaa", Flaw.REPEATED),
        ("aAaAaAaAbBbB", Flaw.REPEATED),
        ("121212121212", Flaw.REPEATED),
        ("qwertyuiop123", Flaw.BREACHED),
        ("QWERTYUIOP123", Flaw.BREACHED),
        ("password12345!", Flaw.COMMON),
        ("¡¡Contraseña2026!!", Flaw.COMMON),
        ("medellin2026!", Flaw.COMMON),
        ("colombia12345.", Flaw.COMMON),
    ],
)
def test_a_password_others_would_guess_is_refused(password: str, why: Flaw) -> None:
    assert flaw(password, 12, MARTA) is why


@pytest.mark.parametrize(
    "password",
    [
        "martaluciapenalosa",
        "Marta Lucía 2026",
        "PEÑALOSA-52345678",
        "52.345.678 marta",
        "marta.p@correo.example",
        "3104445566 ok",
        "klm456klm456",
        "K-L-M-4-5-6 duster",
        "Renault Duster 19",
        "Crédito-Demo-2026",
        "ＭＡＲＴＡ lucia 77",
    ],
)
def test_a_password_about_the_customer_is_refused(password: str) -> None:
    assert flaw(password, 12, MARTA) in {Flaw.PERSONAL, Flaw.COMMON}


@pytest.mark.parametrize(
    "password",
    [
        "marta y tres gatos verdes",
        "mi duster nunca se vara en la loma",
        "ключ от старого дома marta",
        "marta 猫が三匹と月が一つある夜",
    ],
)
def test_a_long_password_may_hold_a_name_when_enough_else_is_left(password: str) -> None:
    assert flaw(password, 12, MARTA) is None


@given(
    length=st.integers(8, 64),
    text=st.text(string.ascii_lowercase + "ñáé ", min_size=1, max_size=70),
)
def test_the_shortest_length_is_exactly_that(length: int, text: str) -> None:
    composed = normalize("NFKC", text)
    assert (flaw(text, length, ()) is Flaw.SHORT) == (len(composed) < length)


@given(text=st.text(min_size=250, max_size=262))
def test_the_longest_length_is_exactly_that(text: str) -> None:
    assert (flaw(text, 12, ()) is Flaw.LONG) == (len(normalize("NFKC", text)) > 256)


@given(password=st.text(max_size=40), personal=st.sets(st.text(max_size=20), max_size=4))
def test_spelling_in_another_unicode_form_changes_nothing(
    password: str, personal: set[str]
) -> None:
    words = personal_words(*personal)
    whys = {flaw(normalize(form, password), 12, words) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len(whys) == 1


@given(texts=st.lists(st.text(max_size=30), max_size=5))
def test_no_word_of_less_than_four_signs_counts_as_personal(texts: list[str]) -> None:
    assert {word for word in personal_words(*texts) if len(word) < 4} == set()


@given(
    word=st.from_regex(r"[a-z]{4,14}", fullmatch=True),
    tail=st.from_regex(r"[0-9!.]{0,7}", fullmatch=True),
    upper=st.booleans(),
)
def test_the_own_name_and_a_few_signs_are_never_enough(
    word: str, tail: str, *, upper: bool
) -> None:
    password = f"{word.upper() if upper else word}{tail}"
    assume(len(password) >= 8)
    assert flaw(password, 8, personal_words(word)) is not None


@given(password=st.from_regex(r"[a-z]{30,60}", fullmatch=True))
def test_nothing_personal_is_found_where_nothing_personal_is(password: str) -> None:
    assume(len(set(password)) >= 5)
    assert flaw(password, 12, personal_words("Zzzyx 99887766")) in {None, Flaw.COMMON}


def test_names_are_split_folded_and_stripped() -> None:
    assert personal_words("Peñalosa Íñiguez", None, "", "KLM-456", "a.b") == {
        "penalosainiguez",
        "penalosa",
        "iniguez",
        "klm456",
    }


def test_the_order_of_checks_tells_the_length_first() -> None:
    assert flaw("password", 12, MARTA) is Flaw.SHORT
    assert passwords.flaw("password", 8, MARTA) in {Flaw.BREACHED, Flaw.COMMON}
