"""Statements are recomputed from what they print, under every day count of the demo book."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, render_template

from finportal.adapters.database import Database
from finportal.lender import Lender
from finportal.lending.day_counts import DayCount
from finportal.models import Loan
from finportal.services.documents import statements, subject
from finportal.services.documents.papers import Statement
from finportal.services.documents.periods import periods
from finportal.services.documents.subject import Subject
from tests.demo_book import loaded
from tests.papers import Issued
from tests.web.test_papers import app

__all__ = ["app"]

TODAY = date(2026, 11, 23)
MONTHS_BACK = 14
CENTAVO = Decimal("0.01")


@pytest.fixture(scope="module")
def subjects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Subject]]:
    """The credits of the demo lender."""
    db: Database = loaded(tmp_path_factory.mktemp("book"), TODAY)
    with db.read() as session:
        ids = [row.id for row in session.query(Loan.id)]
        yield subject.many(session, ids, datetime(2026, 11, 23, 17, tzinfo=UTC))
    db.dispose()


def printed(app: Flask, paper: Statement) -> BeautifulSoup:
    with app.test_request_context("/"):
        html = render_template(
            "documents/statement.html", layout="layouts/page.html", paper=paper,
            issued=Issued("statement"),
        )  # fmt: skip
    return BeautifulSoup(html, "html.parser")


def table_below(heading: Tag) -> list[dict[str, str]]:
    """The rows of the table below a heading, each cell by the name of its column."""
    table = heading.find_next("table")
    assert isinstance(table, Tag)
    names = [head.get_text(" ", strip=True) for head in table.select("thead th")]
    cells = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")]
             for row in table.select("tbody tr")]  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in cells]


def number(text: str) -> Decimal:
    plain = text.replace("$", "").replace("%", "").replace("\u00a0", "").strip()
    return Decimal(plain.replace(".", "").replace(",", "."))


def recomputed(rows: list[dict[str, str]]) -> Decimal:
    """The interest by the rule that the rate's heading names."""
    with localcontext(prec=40):
        if "Tasa de esos días" in rows[0]:
            grown = Decimal(1)
            for row in rows:
                grown *= 1 + number(row["Tasa de esos días"]) / 100
            return number(rows[0]["Capital"]) * (grown - 1)
        head = "Tasa N.M.V." if "Tasa N.M.V." in rows[0] else "Tasa del mes"
        return sum(
            number(row["Capital"]) * number(row[head]) / 100
            * number(row["Días"]) / number(row["Base"])
            for row in rows
        )  # fmt: skip


@pytest.mark.parametrize("count", list(DayCount))
def test_the_interest_comes_out_of_what_is_printed(
    app: Flask, subjects: list[Subject], count: DayCount
) -> None:
    seen = first = 0
    mine = [one for one in subjects if one.credit.terms.conventions.day_count is count]
    for about in mine[:6]:
        every = list(periods(about.credit, TODAY))
        for of in every[:MONTHS_BACK] + every[-2:]:
            paper = statements.statement(about, Lender(), of, None)
            page = printed(app, paper)
            headings = page.find_all("h3", string=lambda text: "Interés corriente" in (text or ""))
            workings = [one for one in paper.workings if one.figure == "interest"]
            assert len(headings) == len(workings)
            for heading, working in zip(headings, workings, strict=True):
                assert abs(recomputed(table_below(heading)) - working.exact) < CENTAVO
                assert count.value in heading.find_next("p").text or count is DayCount.MONTH
                seen += 1
                first += working.row == 1
    assert seen >= 8
    assert first


def test_late_interest_comes_out_too(app: Flask, subjects: list[Subject]) -> None:
    seen = 0
    for about in subjects:
        for of in list(periods(about.credit, TODAY))[:3]:
            paper = statements.statement(about, Lender(), of, None)
            if not any(one.figure == "late_interest" for one in paper.workings):
                continue
            heading = printed(app, paper).find("h3", string="Interés de mora")
            assert isinstance(heading, Tag)
            total = Decimal(0)
            for row in table_below(heading):
                total += number(row["Capital"]) * number(row["Tasa del día"]) * number(row["Días"])
                if row["Suma exacta"]:
                    assert abs(total / 100 - number(row["Suma exacta"])) < CENTAVO
                    total, seen = Decimal(0), seen + 1
    assert seen > 20
