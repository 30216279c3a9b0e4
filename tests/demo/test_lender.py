"""The demo lender: always the same, always loadable, and with every kind of customer and credit."""

import csv
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finportal.adapters.database import Database
from finportal.adapters.table_problems import Problem
from finportal.demo import lender
from finportal.demo.credits import PRODUCTS
from finportal.lending.day_counts import DayCount
from finportal.models import Base
from finportal.services.portfolio.files import CUSTOMERS, LOANS
from finportal.services.portfolio.orders import Order

TODAY = date(2026, 11, 23)
Rows = list[dict[str, str]]


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def customers(tmp_path: Path) -> Rows:
    """The customers of the demo lender."""
    return _rows(lender.write(tmp_path, TODAY)[0])


@pytest.fixture
def loans(tmp_path: Path) -> Rows:
    """The credits of the demo lender."""
    return _rows(lender.write(tmp_path, TODAY)[1])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty portfolio to copy."""
    path = tmp_path_factory.mktemp("empty") / "empty.db"
    db = Database(f"sqlite:///{path}")
    Base.metadata.create_all(db.engine)
    db.dispose()
    return path


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in lender.write(tmp_path, TODAY)]
    assert [path.read_bytes() for path in lender.write(tmp_path, TODAY)] == first
    assert [path.read_bytes() for path in lender.write(tmp_path, TODAY, seed=8)] != first


@settings(deadline=None, max_examples=25)
@given(today=st.dates(date(2024, 1, 1), date(2028, 12, 31)), seed=st.integers(0, 10_000))
@example(today=date(2025, 9, 1), seed=1)
def test_every_line_is_good_whatever_the_day_and_the_seed(
    tmp_path_factory: pytest.TempPathFactory, empty: Path, today: date, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("demo")
    (folder / "demo.db").write_bytes(empty.read_bytes())
    db = Database(f"sqlite:///{folder / 'demo.db'}")
    order = Order(now=datetime.combine(today, time(12), UTC), today=today)
    problems: list[Problem] = []
    for kind, file in zip((CUSTOMERS, LOANS), lender.write(folder, today, seed), strict=True):
        result = kind.load(db, kind.open(file), order, report=problems.append)
        assert result.added == result.read
    assert problems == []
    db.dispose()


def test_there_are_customers_of_every_kind_and_none_can_be_reached(customers: Rows) -> None:
    kinds = Counter(row["kind"] for row in customers)
    assert kinds["natural"] >= 28
    assert kinds["juridical"] >= 6
    assert {row["id_type"] for row in customers} == {"CC", "CE", "PPT", "PAS", "NIT"}
    assert all(row["email"].endswith("@correo.example") for row in customers)
    assert all(row["mobile"].startswith("300000") for row in customers)
    assert len({row["email"] for row in customers}) == len(customers)
    assert len({row["mobile"] for row in customers}) == len(customers)


def test_some_have_several_credits_and_one_has_only_a_closed_one(
    customers: Rows, loans: Rows
) -> None:
    count = Counter(row["id_number"] for row in loans)
    assert len(loans) >= 48
    assert set(count) == {row["id_number"] for row in customers}
    assert set(count.values()) == {1, 2, 3}
    active = {row["id_number"] for row in loans if row["status"] == "active"}
    assert set(count) - active


def test_there_is_a_credit_in_every_state(loans: Rows) -> None:
    def some(column: str) -> bool:
        return any(row[column] for row in loans)

    assert all(some(column) for column in lender.LOAN_COLUMNS)
    assert {row["day_count"] for row in loans} >= set(DayCount) - {DayCount.MONTH}
    assert any(row["allocation"].endswith(":by_part") for row in loans)
    started = [date.fromisoformat(row["disbursed_on"]) for row in loans]
    first_due = [date.fromisoformat(row["first_due_on"]) for row in loans]
    assert any((day.year, day.month) == (TODAY.year, TODAY.month) for day in started)
    assert any(day > TODAY for day in first_due)
    periods = [due - day for day, due in zip(started, first_due, strict=True)]
    assert min(periods) < timedelta(days=25)
    assert max(periods) > timedelta(days=60)
    assert {row["product"] for row in loans} == set(PRODUCTS.values())


def test_amounts_and_rates_are_a_vehicle_lender_s(loans: Rows) -> None:
    assert all(8_000_000 <= int(row["principal"]) <= 120_000_000 for row in loans)
    assert all(0.17 <= float(row["rate_ea"]) <= 0.26 for row in loans)
    assert len({row["vin"] for row in loans}) == len(loans)


def test_the_generator_needs_no_web(tmp_path: Path) -> None:
    code = (
        "import sys, importlib.util as u, types; "
        "package = types.ModuleType('finportal'); package.__path__ = ['finportal']; "
        "sys.modules['finportal'] = package; import finportal.demo.lender; "
        "sys.exit('flask' in sys.modules)"
    )
    root = Path(lender.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
