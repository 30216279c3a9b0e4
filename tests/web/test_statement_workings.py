"""Statements are recomputed from what they print, under every day count of the demo book."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, render_template

from finportal.adapters.database import Database
from finportal.lender import Lender
from finportal.lending.caps import CertifiedRate, CertifiedRates, certified_rates
from finportal.lending.day_counts import DayCount
from finportal.models import Loan
from finportal.services.documents import statements, subject
from finportal.services.documents.figures import Working
from finportal.services.documents.papers import Statement
from finportal.services.documents.periods import Period, periods
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


def compared(app: Flask, about: Subject, of: Period) -> list[Working]:
    """The workings of a statement, each recomputed from the page."""
    paper = statements.statement(about, Lender(), of, None)
    headings = printed(app, paper).find_all(
        "h3", string=lambda text: "Interés corriente" in (text or "")
    )
    workings = [one for one in paper.workings if one.figure == "interest"]
    for heading, working in zip(headings, workings, strict=True):
        assert abs(recomputed(table_below(heading)) - working.exact) < CENTAVO
        count = working.day_count
        assert count.value in heading.find_next("p").text or count is DayCount.MONTH
    return workings


def of_count(subjects: list[Subject], count: DayCount) -> list[Subject]:
    return [one for one in subjects if one.credit.terms.conventions.day_count is count]


@pytest.mark.parametrize("count", list(DayCount))
def test_the_interest_comes_out_of_what_is_printed(
    app: Flask, subjects: list[Subject], count: DayCount
) -> None:
    seen: list[Working] = []
    for about in of_count(subjects, count)[:6]:
        every = list(periods(about.credit, TODAY))
        for of in every[:MONTHS_BACK] + every[-2:]:
            seen += compared(app, about, of)
    assert len(seen) >= 8
    assert {one.row for one in seen} >= {1}


@pytest.mark.parametrize("count", list(DayCount))
def test_it_comes_out_where_the_law_lowers_the_rate_within_a_month(
    app: Flask, subjects: list[Subject], count: DayCount
) -> None:
    about = of_count(subjects, count)[0]
    low = replace(about, credit=replace(about.credit, rates=every_ten_days()))
    for of in list(periods(low.credit, TODAY))[-5:]:
        for working in compared(app, low, of):
            assert len(working.spans) > 1
            assert all(span.limited for span in working.spans)


def every_ten_days() -> CertifiedRates:
    """Limits that change every ten days, all below what the demo lender agrees."""
    starts = [date(2020, 1, 1) + timedelta(days=10 * n) for n in range(300)]
    return certified_rates(
        CertifiedRate(
            valid_from=start,
            valid_to=start + timedelta(days=9),
            cap_ea=Decimal(1000 + n % 7) / 10_000,
        )
        for n, start in enumerate(starts)
    )


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
