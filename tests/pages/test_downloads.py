"""Files of a credit: for spreadsheets the schedule and the movements, for calendars the dates."""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from tests.factories import People
from tests.pages.credit_scenes import SEEN_ON, example, page
from tests.visitor import Visitor


@pytest.fixture
def number(visitor: Visitor, people: People) -> str:
    """The worked example with a payment whose receipt looks like a formula; its owner signed in."""
    person = people.active()
    number = example(people, person)
    people.paid(number, date(2026, 2, 9), 600_000, external_id="=1+1")
    visitor.sign_in(person)
    return number


def fetch(visitor: Visitor, address: str) -> bytes:
    response = visitor.client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert response.headers["Cache-Control"] == "no-store"
    return response.get_data()


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_schedule_as_csv(visitor: Visitor, number: str) -> None:
    rows = read_csv(fetch(visitor, page(number, "/plan.csv", fecha=SEEN_ON)))
    assert rows[0][:3] == ["Cuota", "Vence", "Saldo inicial"]
    assert rows[1] == [
        "1", "2025-11-15", "30000000", "501269", "294395", "795664", "18000", "813664", "29705605",
        "Pagada",
    ]  # fmt: skip
    assert len(rows) == 61


def test_the_schedule_as_a_workbook(visitor: Visitor, number: str) -> None:
    content = fetch(visitor, page(number, "/plan.xlsx"))
    rows = list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))
    assert rows[1][:5] == (1, datetime(2025, 11, 15), 30_000_000, 501_269, 294_395)  # noqa: DTZ001
    assert sum(row[4] for row in rows[1:]) == 30_000_000


def test_a_receipt_is_never_a_formula(visitor: Visitor, number: str) -> None:
    rows = read_csv(fetch(visitor, page(number, "/movimientos.csv")))
    assert rows[1][2] == "'=1+1"
    assert rows[1][4:11] == ["600000", "0", "17644", "4598", "491349", "86409", "0"]
    content = fetch(visitor, page(number, "/movimientos.xlsx"))
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=1+1", "s")


def test_due_dates_as_a_calendar(visitor: Visitor, number: str) -> None:
    calendar = Calendar.from_ical(fetch(visitor, page(number, "/vencimientos.ics")))
    events = calendar.walk("VEVENT")
    assert len(events) == 47
    assert events[0]["DTSTART"].dt == date(2026, 12, 15)
    assert events[0]["SUMMARY"] == f"Cuota 14 del crédito {number}"
    assert len({str(event["UID"]) for event in events}) == 47
    assert "813." in events[0]["DESCRIPTION"] or "$" in events[0]["DESCRIPTION"]
