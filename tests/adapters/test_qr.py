"""The codes are read back by another library, from the paper's picture and from the screen's."""

import re
from base64 import b64decode
from io import BytesIO

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from finportal.adapters.qr import QrPath, qr_path, qr_png

ADDRESS = "https://creditos.example/verificar/7KQ2-9FWX-3MHD"


def png_of(data: str) -> Image.Image:
    kind, _, content = data.partition(",")
    assert kind == "data:image/png;base64"
    return Image.open(BytesIO(b64decode(content)))


def painted(code: QrPath, scale: int = 4) -> Image.Image:
    """The path painted as a browser would: each part is a bar one unit high."""
    image = Image.new("L", (code.size * scale, code.size * scale), 255)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path):
        left, top = int(x) * scale, int(y) * scale
        image.paste(0, (left, top, left + int(width) * scale, top + scale))
    return image


def read(image: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(image.convert("L"))
    return found.text


def test_the_paper_s_code_has_one_bit_a_pixel_and_reads_back() -> None:
    image = png_of(qr_png(ADDRESS))
    assert image.mode == "1"
    assert read(image) == ADDRESS


def test_the_screen_s_code_reads_back() -> None:
    assert read(painted(qr_path(ADDRESS))) == ADDRESS


@settings(max_examples=25, deadline=None)
@given(st.text("ABCDEFGHJKLMNPQRSTUVWXYZabc0123456789/-:.?=&ñ", min_size=1, max_size=200))
def test_both_are_the_same_code(text: str) -> None:
    code = qr_path(text)
    paper = (
        png_of(qr_png(text)).convert("L").resize((code.size, code.size), Image.Resampling.NEAREST)
    )
    assert list(paper.tobytes()) == list(painted(code, 1).tobytes())


def test_the_path_holds_nothing_but_moves() -> None:
    assert re.fullmatch(r"[Mhvz\d -]+", qr_path('"><script>').path)


def test_never_a_micro_code_and_a_quiet_zone_of_four() -> None:
    code = qr_path("1")
    assert code.size == 21 + 2 * 4
    assert min(int(x) for x in re.findall(r"M(\d+)", code.path)) == 4


def test_too_much_for_a_code() -> None:
    with pytest.raises(segno.DataOverflowError):
        qr_path("x" * 3000)
