"""The barcode of a slip, as a cashier's reader finds it on the drawn paper."""

from collections.abc import Callable
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from bs4 import BeautifulSoup
from flask import Flask, render_template
from hypothesis import given
from hypothesis import strategies as st

from finportal.adapters.barcode import GS
from finportal.adapters.pdf.drawing import drawn
from finportal.lending import Centavos
from finportal.services.payment_references import LAST_LOAN, reference_of
from finportal.settings import Settings
from finportal.slip_settings import DEMO, Place, Slip
from finportal.web.slips import SlipShown, slip_of

REFERENCE = reference_of(405)
GLN = "7709998123458"


def included(app: Flask, slip: SlipShown | None) -> str:
    """What the papers and pages include."""
    with app.test_request_context():
        return render_template("documents/coupon_barcode.html", slip=slip)


def read_back(html: str) -> list[zxingcpp.Barcode]:
    """What a reader finds on the drawn page."""
    content = drawn(f"<!doctype html><html lang='es-CO'><body><main>{html}</main></body></html>")
    document = pypdfium2.PdfDocument(content)
    picture = document[0].render(scale=3).to_pil()
    document.close()
    return zxingcpp.read_barcodes(picture)


@pytest.mark.parametrize(
    ("amount", "pay_by", "pesos"),
    [
        (None, None, ""),
        (Centavos(68_540_000), date(2026, 11, 5), "0000685400"),
        (Centavos(68_540_001), date(2026, 11, 5), "0000685401"),
        (Centavos(99_999_999_99), None, "0100000000"),
    ],
)
def test_a_reader_gets_every_element_back(
    app: Flask, amount: Centavos | None, pay_by: date | None, pesos: str
) -> None:
    with app.test_request_context():
        slip = slip_of(REFERENCE, amount, pay_by)
    (found,) = read_back(included(app, slip))
    elements = [f"415{DEMO.gln}8020{REFERENCE.zfill(18)}"]
    elements += [f"3900{pesos}"] if pesos else []
    elements += [f"96{pay_by:%Y%m%d}"] if pay_by else []
    assert found.symbology_identifier == "]C1"
    assert found.bytes.decode() == GS.join(elements)


@given(loan_id=st.integers(1, LAST_LOAN), amount=st.integers(0, 10**12 - 100))
def test_the_line_for_people_says_what_the_bars_say(loan_id: int, amount: int) -> None:
    app = Flask(__name__)
    app.extensions["finportal"] = type("Portal", (), {"settings": Settings(mode="demo")})()
    with app.app_context():
        slip = slip_of(reference_of(loan_id), Centavos(amount), date(2026, 11, 5))
    assert slip
    assert f"(8020){reference_of(loan_id).zfill(18)}(3900){-(-amount // 100):010d}(96)" in slip.text


def test_where_to_pay_is_told(make_app: Callable[[Settings], Flask], settings: Settings) -> None:
    places = (Place(name="Banco del Valle", agreement="12345"), Place(name="Giros & Más"))
    slip = Slip(gln=GLN, places=places)
    app = make_app(settings.model_copy(update={"slip": slip}))
    with app.test_request_context():
        html = included(app, slip_of(REFERENCE))
    rows = BeautifulSoup(html, "html.parser").find_all("tr")
    assert [row.get_text(" ", strip=True) for row in rows] == [
        "Banco del Valle Convenio 12345",
        "Giros & Más Pague con la referencia",
    ]
    assert f"(415){GLN}" in html


def test_without_an_agreement_there_is_no_barcode(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    app = make_app(
        settings.model_copy(
            update={"mode": "production", "base_url": "https://portal.example", "proxy_hops": 0}
        )
    )
    with app.test_request_context():
        assert slip_of(REFERENCE) is None
    assert included(app, None).strip() == ""


def test_what_the_bars_cannot_carry_leaves_them_out(app: Flask) -> None:
    with app.test_request_context():
        assert slip_of(REFERENCE, Centavos(10**13)) is None
