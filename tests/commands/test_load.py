"""`load` and `demo`: what the operator reads, the rejects file and the exit status."""

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from finportal.adapters.database import Database
from finportal.commands.check import check
from finportal.commands.demo import demo
from finportal.commands.load import load
from finportal.demo import lender
from finportal.lending import Centavos
from finportal.models import Customer, Loan, RateCap
from finportal.services.payments import posting
from finportal.services.payments.posting import Money
from finportal.services.visits import Surroundings
from finportal.settings import Settings
from finportal.web.filters import BOGOTA
from tests.doubles import Clock

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Give the operator's command line some words."""

    def run_it(*words: str | Path) -> Result:
        return app.test_cli_runner().invoke(load, [str(word) for word in words])

    return run_it


@pytest.fixture
def files(tmp_path: Path, clock: Clock) -> tuple[Path, Path]:
    """A lender's two files."""
    return lender.write(tmp_path, clock().astimezone(BOGOTA).date())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit()


def _changed(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")


def test_a_good_file_is_loaded_in_silence_but_for_the_last_line(
    run: Run, files: tuple[Path, Path]
) -> None:
    customers, loans = files
    first = run("customers", customers)
    assert first.output == "customers: 40 read, 40 added, 0 unchanged, 0 changed, 0 rejected\n"
    assert first.exit_code == 0
    second = run("loans", loans)
    assert second.output == "loans: 53 read, 53 added, 0 unchanged, 0 changed, 0 rejected\n"
    assert run("loans", loans).stdout.endswith("0 added, 53 unchanged, 0 changed, 0 rejected\n")
    assert not list(customers.parent.glob("*.rejects.csv"))


def test_a_workbook_of_the_same_rows_changes_nothing(run: Run, files: tuple[Path, Path]) -> None:
    run("customers", files[0])
    run("loans", files[1])
    book = Workbook()
    for line in csv.reader(files[1].read_text("utf-8").splitlines()):
        book.worksheets[0].append([Decimal(cell) if _number(cell) else cell for cell in line])
    book.save(files[1].with_suffix(".xlsx"))
    result = run("loans", files[1].with_suffix(".xlsx"))
    assert result.output == "loans: 53 read, 0 added, 53 unchanged, 0 changed, 0 rejected\n"


HEADER = "loan_number;receipt;paid_on;amount;channel;reverses;effect"


def test_payments_are_loaded_told_and_never_overwritten(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    run("customers", files[0])
    run("loans", files[1])
    number = _rows(files[1])[0]["loan_number"]
    path, rejects = tmp_path / "p.csv", tmp_path / "p.csv.rejects.csv"
    lines = [f"{number};R-2;2026-11-21;100.00;pse;R-1;", f"{number};R-1;2026-11-20;100.00;pse;;"]
    path.write_text("\n".join([HEADER, *lines, ""]), "utf-8-sig")
    assert run("payments", path).output == (
        "payments: 2 read, 2 added, 0 unchanged, 0 changed, 0 rejected\n"
    )
    path.write_text("\n".join([HEADER, *lines, ""]).replace("100.00;pse;;", "5;pse;;"), "utf-8")
    changed = run("payments", path)
    assert changed.exit_code == 1
    assert changed.stdout == "payments: 2 read, 0 added, 1 unchanged, 1 changed, 0 rejected\n"
    assert "--accept-changes" not in changed.stderr
    reason = "changed: amount 100.00 -> 5.00; a payment is never overwritten: "
    assert _rows(rejects)[0]["reason"].startswith(reason)
    assert run("payments", path, "--accept-changes").exit_code == 2


def test_what_the_portal_posted_itself_is_a_reject_until_it_is_meant(
    run: Run, app: Flask, files: tuple[Path, Path], tmp_path: Path, clock: Clock
) -> None:
    run("customers", files[0])
    run("loans", files[1])
    number = _rows(files[1])[0]["loan_number"]
    around = Surroundings(now=clock(), network="", browser="", locale="")
    money = Money(
        source="bank:007", key="1", amount=Centavos(100_00), value_date=date(2026, 11, 20),
        channel="cash",
    )  # fmt: skip
    with app.extensions["finportal"].db.write() as session:
        session.add(wide_caps(clock()))
        loan_id = session.scalars(select(Loan.id).where(Loan.loan_number == number)).one()
        assert posting.post(session, loan_id, money, around)
    path = tmp_path / "p.csv"
    path.write_text(f"{HEADER}\n{number};R-1;2026-11-20;100.00;cash;;\n", "utf-8")
    told = run("payments", path)
    assert (told.exit_code, "0 added" in told.stdout, "1 rejected" in told.stdout) == (
        1,
        True,
        True,
    )
    [reject] = _rows(tmp_path / "p.csv.rejects.csv")
    assert (reject["line"], "bank:007" in reject["reason"]) == ("2", True)
    assert run("payments", path, "--accept-posted").exit_code == 0
    assert run("payments", path).exit_code == 0
    assert run("loans", files[1], "--accept-posted").exit_code == 2


def wide_caps(now: datetime) -> RateCap:
    """A certificate for many years."""
    first, last = date(2010, 1, 1), date(2030, 12, 31)
    return RateCap(valid_from=first, valid_to=last, ibc_ea="0.20", cap_ea="0.30", recorded_at=now)


def test_a_workbook_of_payments_is_read_too(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    run("customers", files[0])
    run("loans", files[1])
    number = _rows(files[1])[0]["loan_number"]
    book = Workbook()
    book.worksheets[0].append(HEADER.split(";"))
    book.worksheets[0].append([number, 17, date(2026, 11, 20), 100.5, "cash", None, None])
    book.worksheets[0].append([number, 18, date(2026, 11, 20), True, "cash", None, None])
    book.save(tmp_path / "p.xlsx")
    result = run("payments", tmp_path / "p.xlsx")
    assert result.stdout == "payments: 2 read, 1 added, 0 unchanged, 0 changed, 1 rejected\n"
    assert _rows(tmp_path / "p.xlsx.rejects.csv")[0]["column"] == "amount"


def test_a_gap_between_certificates_is_named_and_not_stored(
    run: Run, app: Flask, tmp_path: Path
) -> None:
    def rates() -> str:
        lines = app.test_cli_runner().invoke(check).output.splitlines()
        return next(line for line in lines if line.startswith("rates"))

    assert rates().startswith("rates     FAIL  none loaded: figures ignore the legal limit")
    header = "valid_from,valid_to,ibc_ea,cap_ea"
    january, march = "2026-01-01,2026-01-31,0.1624,0.2436", "2026-03-01,2026-03-31,0.1682,0.2523"
    path = tmp_path / "caps.csv"
    path.write_text(f"{header}\n{january}\n{march}\n", "utf-8")
    result = run("rate-caps", path)
    assert result.exit_code == 1
    assert result.stdout == "rate-caps: 2 read, 1 added, 0 unchanged, 0 changed, 1 rejected\n"
    assert _rows(tmp_path / "caps.csv.rejects.csv")[0]["reason"].startswith("RateGap: no rate")
    assert rates() == "rates     ok    certified 2026-01-01 to 2026-01-31"
    path.write_text(f"{header}\n{march}\n2026-02-01,2026-02-28,0.17,0.255\n", "utf-8")
    assert run("rate-caps", path).exit_code == 0
    assert rates() == "rates     ok    certified 2026-01-01 to 2026-03-31"


LATE_RATES = (
    "a credit needs rates from 2025-12-11 on, but the first certified day is 2026-01-01: "
    "its figures cannot be shown"
)


@pytest.mark.parametrize("order", [("loans", "rate-caps"), ("rate-caps", "loans")])
def test_rates_that_begin_after_a_credit_are_a_warning_and_check_fails(
    run: Run, app: Flask, tmp_path: Path, order: tuple[str, str]
) -> None:
    texts = {
        "customers": "id_type,id_number,kind,name,email,mobile\n"
        "CC,1999000111,natural,Ana Ruiz,ana@correo.example,3000001234\n",
        "loans": "loan_number,id_type,id_number,product,principal,disbursed_on,first_due_on,term,"
        "rate_ea,status\n"
        "V-1,CC,1999000111,V,45000000,2025-12-10,2026-01-10,60,0.245,active\n",
        "rate-caps": "valid_from,valid_to,ibc_ea,cap_ea\n2026-01-01,2026-12-31,0.1624,0.2436\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    results = [run(name, tmp_path / name) for name in ("customers", *order)]
    assert [result.stderr for result in results] == ["", "", f"warning: {LATE_RATES}\n"]
    assert [result.exit_code for result in results] == [0, 0, 0]
    assert f"rates     FAIL  {LATE_RATES}\n" in app.test_cli_runner().invoke(check).output


def test_a_database_without_tables_is_said_plainly(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    files: tuple[Path, Path],
    tmp_path: Path,
) -> None:
    bare = make_app(settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'b.db'}"}))
    result = bare.test_cli_runner().invoke(load, ["customers", str(files[0])])
    assert result.exit_code == 2
    assert "the database refused" in result.stderr


def test_what_is_wrong_is_listed_beside_the_file_until_it_is_mended(
    run: Run, files: tuple[Path, Path]
) -> None:
    customers = files[0]
    good = customers.read_text("utf-8")
    _changed(customers, "@correo.example", "@")
    result = run("customers", customers)
    rejects = customers.with_name("customers.csv.rejects.csv")
    assert result.exit_code == 1
    assert str(rejects) in result.stderr
    assert result.stdout == "customers: 40 read, 39 added, 0 unchanged, 0 changed, 1 rejected\n"
    assert _rows(rejects) == [
        {"line": "2", "column": "email", "reason": "an e-mail looks like nombre@correo.com"}
    ]
    customers.write_text(good, "utf-8")
    assert run("customers", customers).exit_code == 0
    assert not rejects.exists()


def test_a_changed_row_waits_for_the_operator_s_word(run: Run, files: tuple[Path, Path]) -> None:
    customers, loans = files
    run("customers", customers)
    run("loans", loans)
    _changed(loans, ",active,", ",closed,")
    rejects = loans.with_name("elsewhere.csv")
    waiting = run("loans", loans, "--rejects", rejects)
    assert waiting.exit_code == 1
    assert "--accept-changes" in waiting.stderr
    assert [row["reason"] for row in _rows(rejects)] == ["changed: status active -> closed"]
    accepted = run("loans", loans, "--accept-changes", "--rejects", rejects)
    assert accepted.stdout.endswith("52 unchanged, 1 changed, 0 rejected\n")
    assert (accepted.exit_code, rejects.exists()) == (0, False)


def test_all_or_nothing_says_that_nothing_was_stored(
    run: Run, files: tuple[Path, Path], db: Database
) -> None:
    _changed(files[0], ",natural,", ",other,")
    result = run("customers", files[0], "--all-or-nothing")
    assert result.exit_code == 1
    assert "nothing was stored" in result.stderr
    with db.read() as session:
        assert session.scalar(select(func.count(Customer.id))) == 0


def test_a_file_that_cannot_be_read_has_its_own_exit_status(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    wrong = run("loans", files[0])
    assert wrong.exit_code == 2
    assert "column loan_number is missing\n" in wrong.stderr
    assert "column kind is unknown\n" in wrong.stderr
    assert run("loans", tmp_path / "absent.csv").exit_code == 2


def test_the_file_itself_is_never_taken_for_the_rows(run: Run, files: tuple[Path, Path]) -> None:
    before = files[0].read_bytes()
    assert run("customers", files[0], "--rejects", files[0]).exit_code == 2
    assert files[0].read_bytes() == before


def test_a_rejects_file_that_cannot_be_written_is_said_plainly(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    result = run("loans", files[1], "--rejects", tmp_path / "no" / "such" / "folder.csv")
    assert result.exit_code == 2
    assert "No such file" in result.stderr


def test_the_rejects_file_holds_no_formula(run: Run, tmp_path: Path) -> None:
    header = "id_type,id_number,kind,name,email,mobile"
    (tmp_path / "x.csv").write_text(f"{header}\n=1+1,1,natural,@x,-,+\n", "utf-8")
    run("customers", tmp_path / "x.csv")
    cells = [cell for row in _rows(tmp_path / "x.csv.rejects.csv") for cell in row.values()]
    assert cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_the_demo_lender_loads_whole_and_again_on_a_later_day(
    app: Flask, settings: Settings, clock: Clock, db: Database
) -> None:
    first = app.test_cli_runner().invoke(demo)
    assert first.exit_code == 0
    assert first.output.count("0 changed, 0 rejected") == 4
    before = (settings.instance / "demo" / "payments.csv").read_bytes()
    clock.now += timedelta(days=40)
    second = app.test_cli_runner().invoke(demo)
    assert second.exit_code == 0
    assert second.output.count(" 0 added, ") == 4
    assert (settings.instance / "demo" / "payments.csv").read_bytes() == before
    with db.read() as session:
        assert session.scalar(select(func.count(Loan.id))) == 53


def test_a_real_lender_s_portal_refuses_the_demo(
    make_app: Callable[[Settings], Flask], settings: Settings, db: Database
) -> None:
    real = make_app(settings.model_copy(update={"mode": "production"}))
    assert real.test_cli_runner().invoke(demo).exit_code == 1
    with db.read() as session:
        assert session.scalar(select(func.count(Customer.id))) == 0
