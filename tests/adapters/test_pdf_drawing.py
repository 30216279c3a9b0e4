"""What a drawn document looks like to readers: words, pages, fonts, and what it says of itself."""

import importlib.metadata
from io import BytesIO
from typing import Any

import pypdf
import pypdfium2
import pytest
import xhtml2pdf.default
import xhtml2pdf.parser
import zxingcpp
from lxml import html as lxml_html

from bench.papers import page, statement
from finportal.adapters.pdf.drawing import TAG, PieceTag, drawn
from tests.adapters.papers import pages_of, paper, table, words_of


@pytest.fixture(scope="module")
def html() -> str:
    return page(statement(60))


@pytest.fixture(scope="module")
def pdf(html: str) -> bytes:
    return drawn(html)


def flat(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_every_word_of_the_html_is_on_the_paper(html: str, pdf: bytes) -> None:
    tree: Any = lxml_html.document_fromstring(html)
    text = words_of(pdf)
    cells = tree.xpath(
        "//main//td|//main//th|//main//p|//main//li|//main//dt|//main//dd|//main//h2"
    )
    assert len(cells) > 400
    for cell in cells:
        assert flat(cell.text_content()) in text


def test_the_rows_come_in_reading_order(html: str, pdf: bytes) -> None:
    text, place = words_of(pdf), 0
    for row in lxml_html.document_fromstring(html).xpath("//tbody/tr"):
        line = flat(" ".join(cell.text_content() for cell in row))
        place = text.index(line, place)


def test_pages_are_numbered_and_heads_repeated(pdf: bytes) -> None:
    pages = pages_of(pdf)
    assert len(pages) == 3
    for number, text in enumerate(pages, 1):
        assert f"Página {number} de 3" in text
        assert "7KQ2-9FWX-3MHD" in text
        assert "NIT 900.000.000-5" in text
        assert "Expedido el 16 de octubre de 2026" in text
    assert [text.count("Movimiento Valor") for text in pages] == [1, 1, 1]


def test_a_history_of_400_rows_is_one_table_within_200_kb() -> None:
    pdf = drawn(page(statement(400)))
    pages = pages_of(pdf)
    assert len(pdf) <= 200 * 1024
    assert all(text.count("Movimiento Valor") == 1 for text in pages[:-1])
    text = words_of(pdf)
    assert all(text.count(f"Pago por PSE, {10_400_000 + row} ") == 1 for row in range(400))


def test_the_file_says_what_it_is(pdf: bytes) -> None:
    reader = pypdf.PdfReader(BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Extracto de su crédito EX-2026-000417"
    assert reader.metadata.author == "Crédito Demo S.A.S."
    assert root["/Lang"] == "es-CO"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/OutputIntents"][0]["/DestOutputProfile"]["/N"] == 3
    assert root["/OutputIntents"][0]["/DestOutputProfile"].get_data()[36:40] == b"acsp"
    said = reader.xmp_metadata
    assert said is not None
    assert said.dc_title == {"x-default": "Extracto de su crédito EX-2026-000417"}
    assert said.dc_language == ["es-CO"]


EVERYTHING = (
    "<ul><li>a<ul><li>b</li></ul></li></ul><ol><li><b>c</b></li><li><p>d</p></li></ol><pre>e</pre>"
    "<code>f</code><i>g</i><b><i>h</i></b><hr><p></p><blockquote>j</blockquote><dl><dt>k</dt>"
    "<dd>l</dd></dl>"
)


@pytest.mark.parametrize("body", [EVERYTHING, table(3)])
def test_no_other_font_is_ever_named(body: str) -> None:
    test_letter_size_and_only_embedded_fonts(drawn(paper(body)))


def test_letter_size_and_only_embedded_fonts(pdf: bytes) -> None:
    for sheet in pypdf.PdfReader(BytesIO(pdf)).pages:
        assert (sheet.mediabox.width, sheet.mediabox.height) == (612, 792)
        for holder in (sheet, *forms_of(sheet)):
            for font in holder["/Resources"].get_object().get("/Font", {}).values():
                assert "Roboto" in font["/BaseFont"]
                assert "/FontFile2" in font["/FontDescriptor"]


def forms_of(sheet: Any) -> list[Any]:
    found = (each.get_object() for each in sheet["/Resources"].get("/XObject", {}).values())
    return [each for each in found if each["/Subtype"] == "/Form"]


def test_nothing_is_transparent(pdf: bytes) -> None:
    for sheet in pypdf.PdfReader(BytesIO(pdf)).pages:
        for state in sheet["/Resources"].get("/ExtGState", {}).values():
            assert state.get("/ca", 1) == state.get("/CA", 1) == 1
            assert state.get("/SMask", "/None") == "/None"


def test_the_code_on_the_paper_leads_to_the_check(pdf: bytes) -> None:
    document = pypdfium2.PdfDocument(pdf)
    image = document[len(document) - 1].render(scale=2).to_pil()
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text == "https://creditos.example/verificar/7KQ2-9FWX-3MHD"


def test_signs_that_spanish_and_money_need() -> None:
    signs = "ÁÉÍÓÚÜÑ áéíóúüñ ¿¡ «» “” ‘’ – — … € $ % × ÷ ≤ ≥ − ° º ª ·"
    assert signs in words_of(drawn(paper(f"<p>{signs}</p>")))


def test_long_texts_wrap_in_their_column_and_lose_nothing() -> None:
    words = " ".join(f"palabra{number}" for number in range(120))
    body = table(2).replace("Fila 1", words)
    assert words in words_of(drawn(paper(body)))


def test_a_list_of_names_and_values_loses_none() -> None:
    body = (
        "<dl><dt>Uno</dt><dd>1</dd><dd>uno</dd><dt>Dos</dt><dd>2</dd></dl>"
        '<dl><div><dt>Tres</dt><dd>3<br>tres</dd></div><div class="result"><dt>Suma</dt>'
        "<dd><strong>6</strong></dd></div></dl>"
    )
    text = words_of(drawn(paper(body)))
    assert [
        word
        for word in ["Uno", "1", "uno", "Dos", "2", "Tres", "3", "tres", "Suma", "6"]
        if word not in text
    ] == []


def test_a_table_without_rows_is_nothing() -> None:
    body = "<table></table><dl></dl><table><thead><tr><th>Solo</th></tr></thead></table><p>fin</p>"
    assert "fin" in words_of(drawn(paper(body)))


def test_a_word_wider_than_the_page_is_broken() -> None:
    pdf = drawn(paper(table(2).replace("Fila 1", "X" * 900)))
    assert words_of(pdf).replace(" ", "").count("X") == 900
    assert right_edge(pdf) <= 612 - 56


def right_edge(pdf: bytes) -> float:
    """The right end of whatever is written furthest to the right on the first page."""
    sheet = pypdfium2.PdfDocument(pdf)[0]
    return max(item.get_bounds()[2] for item in sheet.get_objects() if item.type == 1)


def test_a_row_taller_than_a_page_goes_on_over_the_next() -> None:
    text = " ".join(f"dato{number}" for number in range(4000))
    pdf = drawn(paper(table(1).replace("Fila 0", text)))
    assert len(pages_of(pdf)) > 2
    assert "dato3999" in words_of(pdf)


def test_twenty_columns_stay_on_the_paper() -> None:
    assert right_edge(drawn(paper(table(3, columns=20)))) <= 612 - 56


def test_total_never_stands_alone() -> None:
    for rows in range(22, 32):
        total = '<tfoot><tr><th colspan="3">Total</th><td>$ 1</td></tr></tfoot></table>'
        pages = pages_of(drawn(paper(table(rows).replace("</table>", total))))
        last = next(text for text in pages if "Total" in text)
        assert f"Fila {rows - 1}" in last


def test_what_is_for_screens_is_left_out() -> None:
    body = (
        '<nav>Menú</nav><form><button>Enviar</button></form><p class="screen-only">Pantalla</p>'
        '<p>Queda <span class="visually-hidden">oculto</span><a href="/otra">enlace</a></p>'
    )
    pdf = drawn(paper(body))
    text = words_of(pdf)
    assert "Queda enlace" in text
    assert not [word for word in ("Menú", "Enviar", "Pantalla", "oculto") if word in text]
    assert "/Annots" not in pypdf.PdfReader(BytesIO(pdf)).pages[0]


def test_a_chart_is_drawn_in_vectors_and_nothing_else_of_it() -> None:
    svg = (
        '<svg viewBox="0 0 600 200"><title>No</title><path class="line" d="M0 0L600 200"/>'
        '<image href="file:///etc/passwd"/><text>Tampoco</text><use href="#x"/></svg>'
    )
    pdf = drawn(paper(f"<figure>{svg}<figcaption>Capital</figcaption></figure>"))
    sheet = pypdfium2.PdfDocument(pdf)[0]
    assert [item for item in sheet.get_objects() if item.type == 2]
    assert not [item for item in sheet.get_objects() if item.type == 3]
    assert words_of(pdf).endswith("Capital") or "Capital" in words_of(pdf)
    assert "Tampoco" not in words_of(pdf)


def test_the_seam_with_xhtml2pdf_is_as_we_know_it() -> None:
    assert importlib.metadata.version("xhtml2pdf") == "0.2.28"
    assert getattr(xhtml2pdf.parser, TAG) is PieceTag
    assert 'globals().get("pisaTag%s"' in open_source(xhtml2pdf.parser)
    assert set(xhtml2pdf.default.DEFAULT_FONT.values()) == {"Roboto"}


def open_source(module: Any) -> str:
    with open(module.__file__, encoding="utf-8") as file:  # noqa: PTH123
        return file.read()
