"""Tables for spreadsheets and calendars: text stays text, whatever stands in it."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from openpyxl import load_workbook

from finportal.adapters.calendars import Entry, ics_bytes
from finportal.adapters.sheets import csv_bytes, xlsx_bytes

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("x")']
PLAIN = st.text(st.characters(exclude_categories=["C"]), max_size=30)


def test_amounts_are_whole_where_they_are_whole() -> None:
    rows = [[Decimal(845000), Decimal("0.5"), None, 3]]
    text = csv_bytes(["a", "b", "c", "d"], rows).decode("utf-8-sig")
    assert text.split("\r\n") == ["a;b;c;d", "845000;0.50;;3", ""]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(text: str) -> None:
    rows = list(
        csv.reader(
            StringIO(csv_bytes(["x"], [[text]]).decode("utf-8-sig"), newline=""), delimiter=";"
        )
    )
    assert rows[1][0][0] == "'"
    book = load_workbook(BytesIO(xlsx_bytes("x", ["x"], [[text]])))
    assert book.worksheets[0]["A2"].data_type in {"s", "inlineStr"}


@given(st.lists(st.tuples(PLAIN, PLAIN), max_size=5))
def test_what_is_written_is_read_again(rows: list[tuple[str, str]]) -> None:
    text = csv_bytes(["a", "b"], rows).decode("utf-8-sig")
    read = list(csv.reader(StringIO(text, newline=""), delimiter=";"))[1:]
    assert [tuple(cell.removeprefix("'") for cell in row) for row in read] == [
        tuple(cell.removeprefix("'") for cell in row) for row in rows
    ]


def test_a_workbook_keeps_dates_and_numbers() -> None:
    content = xlsx_bytes("hoja", ["día", "valor"], [[date(2026, 1, 5), Decimal("10.25")]])
    rows = list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert rows == [("día", "valor"), (datetime(2026, 1, 5), 10.25)]  # noqa: DTZ001


def test_a_calendar_entry_cannot_add_lines() -> None:
    entry = Entry("1@x", date(2026, 1, 5), "Cuota\r\nATTENDEE:mailto:x@y.z", "a;b,c\nd")
    content = ics_bytes("n", [entry], datetime(2026, 1, 1, tzinfo=UTC))
    assert b"\nATTENDEE" not in content
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event["DTSTART"].dt == date(2026, 1, 5)
    assert event["DESCRIPTION"] == "a;b,c\nd"
    assert "VALARM" in content.decode()
