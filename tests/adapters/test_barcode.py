"""The slip's barcode: exact vectors, and what a reader sees on a picture is what was meant."""

import re
from datetime import date
from io import BytesIO

import pytest
import zxingcpp
from barcode.charsets.code128 import CODES
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from finportal.adapters.barcode import (
    GS1_CHARACTERS,
    AmountUnfit,
    BarcodeRefused,
    CentavosLeft,
    Form,
    NotAGln,
    ReferenceUnfit,
    Symbol,
    TooManyCharacters,
    checked_gln,
    symbol,
    whole_pesos,
)
from finportal.adapters.barcode_pictures import Bars, png_bars, svg_bars
from finportal.lending.money import Centavos

FORM = Form("7709998123458")
PRINTED = "(415)7709998123458(8020)000000001234567890(3900)0000685400(96)20261105"
CODEWORDS = [
    *(105, 102, 41, 57, 70, 99, 98, 12, 34, 58, 80, 20, 0, 0, 0, 0, 12, 34, 56, 78, 90),
    *(102, 39, 0, 0, 0, 68, 54, 0, 102, 96, 20, 26, 11, 5),
    67,
]
FORMS = st.builds(
    Form,
    gln=st.sampled_from(["7709998123458", "7709998726789", "9521234567899"]),
    reference_length=st.integers(10, 25),
    amount_digits=st.integers(8, 15),
    longest=st.just(80),
)
DAYS = st.dates()


@st.composite
def slips(draw: st.DrawFn) -> tuple[Form, str, int | None, date | None]:
    form = draw(FORMS)
    reference = draw(st.text("0123456789", min_size=1, max_size=form.reference_length))
    pesos = draw(st.none() | st.integers(0, 10**form.amount_digits - 1))
    return form, reference, pesos, draw(st.none() | DAYS)


def drawn(bars: Bars, scale: int = 3) -> Image.Image:
    """The path painted as a browser would, black on white."""
    picture = Image.new("L", (bars.width * scale, bars.height * scale), 255)
    pen = ImageDraw.Draw(picture)
    for left, width, height, back in re.findall(r"M(\d+) 0h(\d+)v(\d+)h-(\d+)z", bars.path):
        assert width == back
        right = (int(left) + int(width)) * scale - 1
        pen.rectangle((int(left) * scale, 0, right, int(height) * scale - 1), fill=0)
    return picture


def read(picture: Image.Image) -> zxingcpp.Barcode:
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)
    return found


def codewords(modules: str) -> list[int]:
    """The symbol characters of eleven modules each, the two modules that end the stop left out."""
    values = {pattern: value for value, pattern in enumerate(CODES)}
    return [values[modules[at : at + 11]] for at in range(0, len(modules) - 13, 11)]


def test_the_known_slip_is_exact() -> None:
    made = symbol(FORM, "1234567890", 685_400, date(2026, 11, 5))
    assert made.text == PRINTED
    assert made.data == "41577099981234588020000000001234567890\x1d39000000685400\x1d9620261105"
    assert made.characters == 62 > GS1_CHARACTERS
    assert codewords(made.modules) == CODEWORDS


def test_a_slip_seen_in_the_wild_is_made_again() -> None:
    form = Form("7709998726789", reference_length=10)
    made = symbol(form, "81324", 131_225, date(2020, 4, 1))
    assert made.text == "(415)7709998726789(8020)0000081324(3900)0000131225(96)20200401"


@given(slips())
@example((FORM, "1234567890", 685_400, date(2026, 11, 5)))
@example((FORM, "0", 0, None))
@example((FORM, "0", None, None))
def test_a_reader_gives_back_exactly_what_was_meant(
    slip: tuple[Form, str, int | None, date | None],
) -> None:
    form, reference, pesos, pay_by = slip
    made = symbol(form, reference, pesos, pay_by)
    for picture in (drawn(svg_bars(made.modules)), Image.open(BytesIO(png_bars(made.modules)))):
        found = read(picture.convert("L"))
        assert found.symbology_identifier == "]C1"
        assert found.bytes == made.data.encode()
        assert found.text == made.text
    parts = dict(re.findall(r"\((\d+)\)(\d+)", made.text))
    assert parts["415"] == form.gln
    assert int(parts["8020"]) == int(reference)
    assert parts.get("3900") == (None if pesos is None else f"{pesos:0{form.amount_digits}}")
    assert parts.get("96") == (pay_by and pay_by.isoformat().replace("-", ""))


def test_fnc1_stands_only_where_an_element_of_any_length_ends() -> None:
    day = date(2026, 11, 5)
    assert symbol(FORM, "1", 1, day).data.count("\x1d") == 2
    assert symbol(FORM, "1", 1, None).data.count("\x1d") == 1
    assert symbol(FORM, "1", None, day).data.count("\x1d") == 1
    assert symbol(FORM, "1", None, None).data.count("\x1d") == 0


def test_without_the_inner_fnc1_a_reader_cannot_tell_the_parts() -> None:
    """What the separators are for: the same digits as one element are another slip."""
    joined = Symbol((("415", "7709998123458"), ("8020", "0000000012345678903900")))
    found = read(drawn(svg_bars(joined.modules)))
    assert found.text.count("(") == 2


@pytest.mark.parametrize(
    "gln",
    [
        "7709998123457",
        "770999812345",
        "77099981234580",
        "",
        "770999812345X",
        "７７０９９９８１２３４５８",
    ],
)
def test_a_wrong_biller_is_refused(gln: str) -> None:
    with pytest.raises(NotAGln):
        symbol(Form(gln), "1", None, None)


@given(st.text("0123456789", min_size=12, max_size=12))
def test_the_biller_s_check_digit_is_that_of_gs1(first: str) -> None:
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(first))
    right = (10 - total % 10) % 10
    for digit in range(10):
        if digit == right:
            assert checked_gln(f"{first}{digit}") == f"{first}{digit}"
        else:
            with pytest.raises(NotAGln):
                checked_gln(f"{first}{digit}")


@pytest.mark.parametrize("reference", ["", "12A", "1" * 19, "-1", "1 2", "\xf11", "²"])
def test_a_reference_that_does_not_fit_is_refused(reference: str) -> None:
    with pytest.raises(ReferenceUnfit):
        symbol(FORM, reference, None, None)


@pytest.mark.parametrize("pesos", [-1, 10**10])
def test_an_amount_that_does_not_fit_is_refused(pesos: int) -> None:
    with pytest.raises(AmountUnfit):
        symbol(FORM, "1", pesos, None)


def test_lengths_beyond_gs1_are_refused_whatever_was_agreed() -> None:
    with pytest.raises(ReferenceUnfit):
        symbol(Form(FORM.gln, reference_length=26), "1", None, None)
    with pytest.raises(AmountUnfit):
        symbol(Form(FORM.gln, amount_digits=16), "1", 1, None)


def test_more_characters_than_agreed_are_refused() -> None:
    strict = Form(FORM.gln, longest=GS1_CHARACTERS)
    assert symbol(strict, "1", None, date(2026, 1, 1)).characters == 48
    with pytest.raises(TooManyCharacters):
        symbol(strict, "1", 1, date(2026, 1, 1))


@given(st.integers(0, 10**13))
def test_centavos_are_never_dropped(amount: int) -> None:
    if amount % 100:
        with pytest.raises(CentavosLeft):
            whole_pesos(Centavos(amount))
    else:
        assert whole_pesos(Centavos(amount)) * 100 == amount
    assert 0 <= whole_pesos(Centavos(amount), round_up=True) * 100 - amount < 100


def test_an_amount_below_zero_is_no_amount() -> None:
    with pytest.raises(AmountUnfit):
        whole_pesos(Centavos(-100), round_up=True)


@pytest.mark.parametrize(("scale", "height"), [(0, 10), (41, 10), (1, 0), (1, 4001)])
def test_a_picture_has_a_sensible_size(scale: int, height: int) -> None:
    with pytest.raises(ValueError, match="scale 1 to 40"):
        png_bars("101", scale=scale, height=height)


def test_a_printed_picture_has_one_bit_a_pixel() -> None:
    made = symbol(FORM, "1234567890", 685_400, date(2026, 11, 5))
    content = png_bars(made.modules, scale=2, height=50)
    picture = Image.open(BytesIO(content))
    assert (picture.mode, picture.size) == ("1", ((len(made.modules) + 20) * 2, 50))
    assert len(content) < 1000


@given(st.text(max_size=30), st.text(max_size=30), st.integers(), st.integers(0, 90))
def test_anything_is_a_barcode_or_a_named_error(
    gln: str, reference: str, pesos: int, longest: int
) -> None:
    try:
        made = symbol(Form(gln or FORM.gln, longest=longest), reference, pesos, None)
    except BarcodeRefused:
        return
    assert made.characters <= longest
