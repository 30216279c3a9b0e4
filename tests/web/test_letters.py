"""The letters a paper may hold are exactly those of its font."""

import unicodedata
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.ttfonts import TTFontFace
from wtforms import ValidationError

import finportal
from finportal.web.letters import RANGES, in_the_font
from tests.factories import People
from tests.pages.credit_scenes import example
from tests.pages.document_scenes import asked
from tests.visitor import Visitor

FONTS = Path(finportal.__file__).parent / "static" / "fonts"
BOX, NONE = 0xFFFD, 0xFFFF
LETTERS = {code for first, last in RANGES for code in range(first, last + 1)}


@pytest.mark.parametrize("face", ["Regular", "Bold", "Italic"])
def test_the_ranges_are_those_of_every_face(face: str) -> None:
    known = TTFontFace(str(FONTS / f"Roboto-{face}.ttf")).charToGlyph
    assert set(known) - {BOX, NONE} == LETTERS


@given(st.text(st.sampled_from([chr(code) for code in sorted(LETTERS)])))
def test_what_the_font_has_may_be_written(text: str) -> None:
    in_the_font(None, SimpleNamespace(data=text))  # type: ignore[arg-type]


@given(st.characters().filter(lambda letter: ord(letter) not in LETTERS))
def test_nothing_else_may(letter: str) -> None:
    with pytest.raises(ValidationError):
        in_the_font(None, SimpleNamespace(data=f"Banco {letter}"))  # type: ignore[arg-type]


@pytest.mark.parametrize("strange", ["银行", "Банк", "Pagar 😀", "ﷲ"])
def test_a_paper_is_not_issued_to_what_it_cannot_print(
    visitor: Visitor, people: People, strange: str
) -> None:
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person)
    address = f"/documentos/nuevo/deuda?credito={number}"
    visitor.open(address).fill(address, fecha="2026-11-25", dirigido=strange)
    assert visitor.status == 422
    error = visitor.page.select_one("#dirigido-error")
    assert error
    assert "letras latinas" in error.text


def test_accents_may_come_apart_from_their_letters(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person)
    taken_apart = unicodedata.normalize("NFD", "Ñandú & Cía. «S.A.S.» 1")
    asked(visitor, number, "deuda", fecha="2026-11-25", dirigido=taken_apart)
    assert visitor.status == 200
    assert "Ñandú & Cía. «S.A.S.» 1" in visitor.words
