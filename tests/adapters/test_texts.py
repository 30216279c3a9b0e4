"""Text messages as they are drawn: short, plain, and bound to the portal's address."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis.strategies import text

from finportal.adapters.letter import Letter
from finportal.adapters.texts import EXTENDED, GSM_7, draw, in_alphabet
from finportal.models.contacts import EMAIL, MOBILE
from finportal.services import texts
from finportal.settings import Settings

TOKEN = "aB3_-" * 8 + "xyz"
ALL = {
    "code": texts.code("3201112233", "es_CO", "482913"),
    "email": texts.contact_changed("3201112233", "es_CO", EMAIL, TOKEN),
    "mobile": texts.contact_changed("3201112233", "es_CO", MOBILE, TOKEN),
    "by staff": texts.contact_changed("3201112233", "es_CO", MOBILE, ""),
}


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """None is needed to draw."""
    return f"sqlite:///{tmp_path}/none.db"


def drawn(app: Flask, letter: Letter, base_url: str) -> str:
    """The words of a message from a portal at this address."""
    portal: Settings = app.extensions["finportal"].settings
    with app.test_request_context():
        return draw(letter, portal.model_copy(update={"base_url": base_url}))


def test_each_is_one_part_and_holds_nothing_personal(app: Flask) -> None:
    for letter, locale in product(ALL.values(), ("es_CO", "en")):
        body = drawn(app, replace(letter, locale=locale), "https://portal.lender.example/")
        assert segments(body) == 1, (len(body), set(body) - GSM_7)
        assert set(body) <= GSM_7 | EXTENDED, "one letter outside costs more than half the length"
        assert letter.to == "+573201112233"
        assert "2233" not in body
        assert body == body.strip()


def test_a_code_ends_with_the_address_it_is_for(app: Flask) -> None:
    """The last line that browsers read (WICG, origin-bound one-time codes); over HTTPS only."""
    told = drawn(app, ALL["code"], "https://portal.lender.example")
    assert told.splitlines()[-1] == "@portal.lender.example #482913"
    assert drawn(app, ALL["code"], "http://127.0.0.1:8000").startswith("482913 confirma su celular")
    assert "@" not in drawn(app, ALL["code"], "http://127.0.0.1:8000")


def test_a_notice_leads_to_undoing_or_to_the_telephone(app: Flask) -> None:
    link = f"https://portal.lender.example/deshacer/{TOKEN}"
    assert drawn(app, ALL["email"], "https://portal.lender.example/").endswith(link)
    assert drawn(app, ALL["by staff"], "https://portal.lender.example").endswith("601 000 0000")


def segments(body: str) -> int:
    """In how many parts a message travels, each paid for (3GPP TS 23.038 and 23.040)."""
    if set(body) <= GSM_7 | EXTENDED:
        length, alone, joined = len(body) + sum(sign in EXTENDED for sign in body), 160, 153
    else:
        length, alone, joined = len(body.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= alone else -(-length // joined)


def test_a_lenders_accents_do_not_make_a_message_dearer(app: Flask) -> None:
    portal: Settings = app.extensions["finportal"].settings
    lender = portal.lender.model_copy(
        update={"name": "Crédito Fácil – Ñuñoa", "phone": "601\xa0000"}
    )
    with app.test_request_context():
        for letter in ALL.values():
            body = draw(letter, portal.model_copy(update={"lender": lender}))
            assert "Crédito Facil - Ñuñoa" in body
            assert segments(body) == 1


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("Crédito", "Crédito"), ("ÁáÍíÓóÚú", "AaIiOoUu"), ("ma\u0301s e\u0301l", "mas él"),
        ("“Vía” ’s…", "\"Via\" 's..."), ("😀 ¡Ya!", "? ¡Ya!"), ("{€}", "{€}"), ("\u0301", "?"),
    ],
)  # fmt: skip
def test_words_are_written_in_the_alphabet(words: str, written: str) -> None:
    assert in_alphabet(words) == written


@given(words=text())
def test_any_words_come_out_in_the_alphabet_and_stay(words: str) -> None:
    written = in_alphabet(words)
    assert set(written) <= GSM_7 | EXTENDED
    assert in_alphabet(written) == written


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1),
        ("€" * 81, 2), ("á" * 70, 1), ("á" * 71, 2), ("á" * 134, 2), ("😀" * 35, 1),
    ],
)  # fmt: skip
def test_parts_are_counted_as_networks_do(body: str, parts: int) -> None:
    assert segments(body) == parts
