"""Papers as files: what the sheet of a history adds up to, and a file that follows its paper."""

import csv
import io
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from finportal.services.documents import voiding
from tests.factories import People
from tests.pages.credit_scenes import example, plain
from tests.pages.document_scenes import asked
from tests.pages.test_document_files import key, pdf_of
from tests.visitor import Visitor

__all__ = ["key"]

PARTS = ("Gastos", "Seguro", "Interés de mora", "Interés corriente", "Capital")


@pytest.fixture
def number(visitor: Visitor, people: People) -> str:
    """The worked example; its owner signed in."""
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person)
    return number


def test_the_parts_of_each_line_and_what_stays_in_favour_make_its_amount(
    visitor: Visitor, people: People, number: str
) -> None:
    people.paid(number, date(2025, 12, 20), 10_000)
    people.paid(number, date(2025, 12, 22), 25_000)
    people.paid(number, date(2026, 2, 20), 1_600_000)
    code = asked(visitor, number, "historico", desde="2025-10-15", hasta="2026-02-28")
    content = visitor.client.get(f"/documentos/{code}.csv").get_data().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(content), delimiter=";" if ";" in content else ","))
    in_favour = Decimal(0)
    for line in lines:
        left = Decimal(line["Saldo a favor"])
        parts = sum(Decimal(line[part]) for part in PARTS)
        if line["Movimiento"] == "Pago":
            assert parts + left - in_favour == Decimal(line["Valor"])
        in_favour = left
    assert [line["Saldo a favor"] for line in lines[2:4]] == ["10000", "35000"]
    assert [line["Cuotas"] for line in lines[:2]] == ["1", "2"]
    assert "3" in lines[-1]["Cuotas"]


def test_the_file_of_a_void_paper_names_what_replaced_it_later(
    visitor: Visitor, people: People, number: str, key: object
) -> None:
    code = asked(visitor, number, "deuda", fecha="2026-11-25", dirigido="x")
    voiding.mistaken(people._portal.db, code, people.around())
    before = text_of(pdf_of(visitor, code))
    assert "ANULADO" in before
    anew = asked(visitor, number, "deuda", fecha="2026-11-25", dirigido="x")
    assert anew not in before
    assert anew in text_of(pdf_of(visitor, code))


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return plain(" ".join(texts))
