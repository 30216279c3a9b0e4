"""Documents as files: drawn from the page's own template, signed, known by their bytes."""

from datetime import timedelta
from io import BytesIO

import pypdf
import pypdfium2
import pytest
import zxingcpp
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko_certvalidator import ValidationContext

from finportal.adapters import demo_key
from finportal.adapters.key_files import opened
from finportal.adapters.signing_key import SigningKey
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People
from tests.pages.credit_scenes import example, plain
from tests.pages.document_scenes import asked
from tests.signing import validated
from tests.visitor import Visitor

EVERY_TRY = 40


@pytest.fixture
def key(portal: Portal, clock: Clock) -> SigningKey:
    """The lender's key."""
    key = SigningKey.of(portal.settings)
    demo_key.create(key, portal.settings.lender, now=clock() - timedelta(days=1), days=365)
    return key


@pytest.fixture
def number(visitor: Visitor, people: People) -> str:
    """The worked example; its owner signed in."""
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person)
    return number


def pdf_of(visitor: Visitor, code: str) -> bytes:
    """The PDF, asked for until it is ready."""
    for _ in range(EVERY_TRY):
        answer = visitor.client.get(f"/documentos/{code}.pdf")
        if answer.status_code != 202:
            assert answer.status_code == 200
            assert answer.content_type == "application/pdf"
            return answer.data
    pytest.fail("it was never ready")


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return plain(" ".join(texts))


def test_the_file_says_what_the_page_says_and_is_signed(
    visitor: Visitor, number: str, key: SigningKey
) -> None:
    code = asked(visitor, number, "deuda", fecha="2026-11-25", dirigido="Banco del Valle")
    shown = {word for word in plain(visitor.words).split() if any(map(str.isdigit, word))}
    content = pdf_of(visitor, code)
    written = text_of(content)
    missing = {word for word in shown if word not in written}
    assert not missing
    assert len(content) < 200 * 1024
    (signature,) = PdfFileReader(BytesIO(content)).embedded_signatures
    root = opened(key).certificate.public_bytes(Encoding.DER)
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root)],
        moment=signature.self_reported_timestamp,
        allow_fetching=False,
    )
    status = validated(signature, context, context)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"


def test_the_code_on_the_paper_leads_to_its_check(
    visitor: Visitor, number: str, key: SigningKey
) -> None:
    code = asked(visitor, number, "cupon")
    document = pypdfium2.PdfDocument(pdf_of(visitor, code))
    pictures = [page.render(scale=3).to_pil() for page in document]
    document.close()
    (found,) = (
        code
        for picture in pictures
        for code in zxingcpp.read_barcodes(picture)
        if code.format == zxingcpp.BarcodeFormat.QRCode
    )
    assert found.text == f"http://127.0.0.1:8000/verificar/{code}"
    assert visitor.open(f"/verificar/{code}").heading == "Documento auténtico"


def test_the_same_bytes_again_and_known_when_sent_back(
    visitor: Visitor, number: str, key: SigningKey
) -> None:
    code = asked(visitor, number, "historico", desde="2025-10-15", hasta="2026-11-23")
    content = pdf_of(visitor, code)
    assert pdf_of(visitor, code) == content
    reader = pypdf.PdfReader(BytesIO(content))
    assert reader.metadata is not None
    assert "HIS-000001" in (reader.metadata.title or "")
    visitor.open("/verificar")
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    for sent, said in (
        (content, "Archivo auténtico"),
        (content + b"\n", "no es el que entregamos"),
    ):
        answer = visitor.client.post(
            "/verificar/archivo",
            data={"csrf_token": token, "archivo": (BytesIO(sent), "x.pdf")},
        )
        assert said in answer.get_data(as_text=True)


def test_without_a_key_nothing_is_handed_out_and_a_kind_page_says_so(
    visitor: Visitor, number: str
) -> None:
    code = asked(visitor, number, "cupon")
    for _ in range(EVERY_TRY):
        answer = visitor.client.get(f"/documentos/{code}.pdf")
        if answer.status_code != 202:
            break
    assert answer.status_code == 503
    assert "No pudimos preparar el PDF" in answer.get_data(as_text=True)
    assert visitor.open(f"/documentos/{code}").status == 200


def test_an_account_may_not_draw_without_end(visitor: Visitor, number: str) -> None:
    code = asked(visitor, number, "cupon")  # without a key each drawing fails and is begun anew
    statuses = [visitor.client.get(f"/documentos/{code}.pdf").status_code for _ in range(60)]
    assert 429 in statuses
    assert 429 not in statuses[:25]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_history_is_also_a_sheet(visitor: Visitor, number: str, kind: str) -> None:
    code = asked(visitor, number, "historico", desde="2025-10-15", hasta="2026-11-23")
    answer = visitor.client.get(f"/documentos/{code}.{kind}")
    assert answer.status_code == 200
    assert f"{number}-HIS-000001.{kind}" in answer.headers["Content-Disposition"]
    if kind == "csv":
        lines = answer.get_data(as_text=True).splitlines()
        assert len(lines) == 3
        assert "813664.00" in lines[1] or "813664" in lines[1]


def test_only_a_history_is_a_sheet(visitor: Visitor, number: str) -> None:
    code = asked(visitor, number, "cupon")
    assert visitor.client.get(f"/documentos/{code}.csv").status_code == 404


def test_a_void_paper_s_file_says_so(
    visitor: Visitor, people: People, number: str, key: SigningKey, clock: Clock
) -> None:
    code = asked(visitor, number, "deuda", fecha="2026-11-25", dirigido="x")
    before = pdf_of(visitor, code)
    people.paid(number, clock().date(), 5_000_000)
    visitor.open(f"/documentos/{code}").press(f"/documentos/{code}/corregir")
    after = pdf_of(visitor, code)
    assert before != after
    assert "ANULADO" in text_of(after)
