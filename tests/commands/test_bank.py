"""`bank`: what an operator loads, sees and settles."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from finportal.commands.bank import bank
from finportal.models import AuditEvent, Loan, RefusedBankFile
from finportal.services import ledger
from finportal.services.payment_references import loan_of, reference_of
from finportal.slip_settings import DEMO
from finportal.web.context import Portal
from tests.adapters.bank_files import made
from tests.adapters.bank_files.made import Made, Paid
from tests.doubles import Clock
from tests.factories import People

OURS = "9000000005"
DAY = {"collected_on": "20260205", "filed_on": "20260206"}
REFUSED = "bank_file_refused"
BY = ("--by", "Ana", "--note", "asked the bank")


@pytest.fixture
def ask(app: Flask) -> Callable[..., Result]:
    """Give `bank` some words."""
    return lambda *words: app.test_cli_runner().invoke(bank, [str(word) for word in words])


@pytest.fixture
def number(people: People, clock: Clock) -> str:
    """A credit on 9 February 2026."""
    clock.now = datetime(2026, 2, 9, 15, tzinfo=UTC)
    people.caps()
    return people.loan(people.customer())


@pytest.fixture
def reference(portal: Portal, number: str) -> str:
    """What its payments carry."""
    with portal.db.read() as session:
        return reference_of(session.query(Loan.id).filter_by(loan_number=number).scalar())


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file for this lender."""

    def write_file(*paid: Paid, **head: str) -> Path:
        raw = Made((paid,), **DAY | head).raw().replace(made.NIT.encode(), OURS.encode())
        path = tmp_path / "recaudo.txt"
        path.write_bytes(raw.replace(made.GLN.encode(), DEMO.gln.encode()))
        return path

    return write_file


Write = Callable[..., Path]
Ask = Callable[..., Result]


def test_a_file_that_is_posted_whole(ask: Ask, write: Write, reference: str) -> None:
    file = write(Paid(reference, 50_000_000), Paid(reference, 20_000_000, means="15"))
    loaded = ask("load", file)
    assert (loaded.exit_code, loaded.stderr) == (0, "")
    assert "2 lines" in loaded.stdout
    assert "2 posted, 0 held, 0 waiting" in loaded.stdout
    again = ask("load", file, "--profile", "standard", "--json")
    told = json.loads(again.stdout)
    assert (again.exit_code, told["already"], told["posted"]) == (0, True, 2)
    assert told["classes"]["matched"] == {"lines": 2, "centavos": 70_000_000}
    assert ask("load", file).stdout.startswith("already loaded: ")


def test_a_line_that_waits_and_is_settled(
    ask: Ask, write: Write, number: str, reference: str
) -> None:
    loaded = ask("load", write(Paid(reference, 50_000_000), Paid("4711", 1_200_000)))
    assert loaded.exit_code == 1
    assert "1 posted, 1 held, 1 waiting" in loaded.stdout
    [line] = json.loads(ask("list", "--json").stdout)
    assert (line["verdict"], line["reason"]) == ("unknown", ["no_such_reference"])
    assert (line["centavos"], line["loan_id"]) == (1_200_000, None)
    key = line["key"]
    assert "no_such_reference" in ask("list").stdout
    assert ask("settle", key, *BY).exit_code == 2
    assert ask("settle", key, *BY, "--returned", "--dismissed").exit_code == 2
    assert ask("settle", "no-key", *BY, "--returned").stderr == "Error: UnknownHeld: no-key\n"
    assert ask("settle", key, *BY, "--post", number).stdout == f"{key}: posted, posting 2\n"
    assert ask("settle", key, *BY, "--returned").exit_code == 1
    assert ask("list").stdout == ""


def test_a_cheque(ask: Ask, write: Write, reference: str) -> None:
    assert ask("load", write(Paid(reference, 50_000_000, means="02"))).exit_code == 0
    [line] = json.loads(ask("list", "--json").stdout)
    assert line["reason"] == ["cheque"]
    key = line["key"]
    assert ask("bounce", key, "--by", "Ana").stdout == f"{key}: bounced\n"
    assert ask("bounce", key, "--by", "Ana").stdout == f"{key}: bounced already\n"
    assert "DecidedOtherwise" in ask("clear", key, "--by", "Ana").stderr
    assert ask("list").stdout == ""


def test_a_refused_file_says_where_and_why(
    ask: Ask, write: Write, reference: str, tmp_path: Path
) -> None:
    file = write(Paid(reference, 50_000_000))
    file.write_bytes(file.read_bytes().replace(b"20260205", b"20260231"))
    refused = ask("load", file, "--json")
    assert refused.exit_code == 2
    told = json.loads(refused.stdout)
    assert (told["refused"], told["line"], told["column"]) == ("BadDate", 1, 13)
    assert "line 1, column 13" in refused.stderr
    absent = ask("load", tmp_path / "absent.txt")
    assert (absent.exit_code, absent.stdout) == (2, "")
    assert ask("load", file, "--profile", "nobody").exit_code == 2
    assert ask("list").stdout == ""


def test_a_refused_file_is_kept_with_the_reason_until_it_is_loaded(
    ask: Ask, write: Write, reference: str, portal: Portal
) -> None:
    raw = write(Paid(reference, 50_000_000)).read_bytes()
    file = write(Paid(reference, 50_000_000), collected_on="20260210", filed_on="20260210")
    for _ in range(2):
        assert ask("load", file).exit_code == 2
    [told] = json.loads(ask("refused", "--json").stdout)
    assert (told["profile"], told["refused_at"]) == ("standard", "2026-02-09T15:00:00+00:00")
    assert told["reason"].startswith("line 1, column 13: ")
    assert (told["name"], told["size"], told["kept"]) == (file.name, len(file.read_bytes()), True)
    assert ask("refused").stdout == (
        f"{told['sha256']}  2026-02-09  standard  recaudo.txt  {told['reason']}\n"
    )
    with portal.db.read() as session:
        [kept] = session.scalars(select(RefusedBankFile))
        trail = session.scalars(select(AuditEvent.detail).where(AuditEvent.kind == REFUSED)).all()
    assert (kept.raw, kept.error) == (file.read_bytes(), "DateAhead")
    assert trail == [f"{told['sha256']}: DateAhead"]
    file.write_bytes(raw)
    assert ask("load", file).exit_code == 0
    assert len(json.loads(ask("refused", "--json").stdout)) == 1


def test_a_refused_file_that_is_loaded_on_a_later_day_waits_no_more(
    ask: Ask, write: Write, reference: str, clock: Clock
) -> None:
    file = write(Paid(reference, 50_000_000), collected_on="20260210", filed_on="20260210")
    assert ask("load", file).exit_code == 2
    clock.forward(days=1)
    assert ask("load", file).exit_code == 0
    assert ask("refused").stdout == ""


@pytest.mark.parametrize(
    "raw", [b'pepper = "hush-hush"\n', b"01 secret hush-hush\n", b"", b"\xff\xfe0\x001\x00", b"01"]
)
def test_of_a_file_that_is_no_bank_s_nothing_but_the_name_is_kept(
    ask: Ask, portal: Portal, tmp_path: Path, raw: bytes
) -> None:
    file = tmp_path / "keys.toml"
    file.write_bytes(raw)
    assert ask("load", file).exit_code == 2
    [told] = json.loads(ask("refused", "--json").stdout)
    assert (told["name"], told["size"], told["kept"]) == ("keys.toml", len(raw), False)
    assert "hush" not in str(told)
    with portal.db.read() as session:
        assert session.scalars(select(RefusedBankFile.raw)).all() == [b""]


def test_a_refused_file_that_was_sent_anew_is_dismissed_and_told(
    ask: Ask, write: Write, reference: str, portal: Portal
) -> None:
    file = write(Paid(reference, 50_000_000), collected_on="20260210", filed_on="20260210")
    for name in ("standard", "exact"):
        assert ask("load", file, "--profile", name).exit_code == 2
    sha256 = json.loads(ask("refused", "--json").stdout)[0]["sha256"]
    for words in (("--dismiss", sha256), ("--by", "Ana"), ("--dismiss", sha256, "--by", "")):
        assert ask("refused", *words).exit_code == 2
    dismiss = ("refused", "--by", "Ana", "--dismiss")
    assert ask(*dismiss, "0" * 64).stderr == f"Error: UnknownRefusal: {'0' * 64}\n"
    assert ask(*dismiss, sha256).stdout == f"{sha256}: dismissed\n"
    assert ask(*dismiss, sha256).stdout == f"{sha256}: dismissed already\n"
    assert ask("load", file).exit_code == 2
    assert ask("refused").stdout == ""
    with portal.db.read() as session:
        kept = session.scalars(select(RefusedBankFile.raw)).all()
        dismissed = AuditEvent.kind == "bank_file_dismissed"
        trail = session.scalars(select(AuditEvent.detail).where(dismissed)).all()
    assert kept == [file.read_bytes()] * 2
    assert trail == [f"{sha256}: Ana"]


DAYS = ("--from", "2026-02-01", "--to", "2026-02-28")


def test_what_is_posted_is_what_was_told(ask: Ask, write: Write, reference: str) -> None:
    assert json.loads(ask("reconcile", *DAYS, "--json").stdout) == []
    ask("load", write(Paid(reference, 50_000_000), Paid(reference, 20_000_000, means="15")))
    found = json.loads(ask("reconcile", *DAYS, "--json").stdout)
    assert [(one["source"], one["channel"], one["matched"]) for one in found] == [
        ("bank:001", "bank", 1),
        ("bank:001", "cash", 1),
    ]
    assert all(one["clean"] for one in found)
    assert ask("reconcile", *DAYS).exit_code == 0
    outside = ask("reconcile", "--from", "2026-02-06", "--to", "2026-02-28", "--json")
    assert json.loads(outside.stdout) == []


def test_what_waits_or_went_elsewhere_is_told(
    ask: Ask, write: Write, number: str, reference: str
) -> None:
    ask("load", write(Paid(reference, 50_000_000), Paid("4711", 1_200_000), Paid("4712", 70_000)))
    keys = [line["key"] for line in json.loads(ask("list", "--json").stdout)]
    ask("settle", keys[0], *BY, "--post", number)
    reported = ask("reconcile", *DAYS)
    assert reported.exit_code == 1
    assert "1 matched, 1 different, 1 missing_here" in reported.stdout
    [told] = json.loads(ask("reconcile", *DAYS, "--json").stdout)
    assert told["different"][0]["there"]["reference"].lstrip("0") == "4711"
    assert told["different"][0]["here"]["reference"] == reference
    assert [one["key"] for one in told["missing_here"]] == keys[1:]


def test_what_bounced_or_was_returned_is_on_neither_list(
    ask: Ask, write: Write, reference: str
) -> None:
    ask("load", write(Paid(reference, 50_000_000, means="02"), Paid(reference, 7_000, cause="R01")))
    key = next(
        one["key"]
        for one in json.loads(ask("list", "--json").stdout)
        if one["reason"] == ["cheque"]
    )
    assert json.loads(ask("reconcile", *DAYS, "--json").stdout)[0]["matched"] == 1
    ask("bounce", key, "--by", "Ana")
    assert json.loads(ask("reconcile", *DAYS, "--json").stdout) == []


def test_a_line_sent_twice_is_doubled_there(ask: Ask, write: Write, reference: str) -> None:
    ask("load", write(Paid(reference, 50_000_000)))
    ask("load", write(Paid(reference, 50_000_000), modifier="B"))
    [told] = json.loads(ask("reconcile", *DAYS, "--json").stdout)
    assert (told["matched"], len(told["doubled_there"])) == (1, 1)


@pytest.fixture
def due(portal: Portal) -> Callable[[str], int]:
    """What a credit owes until the end of February 2026, known on the 9th; its reference too."""

    def owed(number: str) -> int:
        with portal.db.read() as session:
            credit = ledger.of_number(session, number)
        assert credit
        state = credit.state(date(2026, 2, 9))
        return state.due.total + state.upcoming[0].total - state.credit

    return owed


def test_what_is_due_goes_to_the_bank(
    ask: Ask, number: str, due: Callable[[str], int], people: People, tmp_path: Path
) -> None:
    passport = people.customer(id_type="PAS", id_number="AB12345678901", name="Ana Peña")
    other = people.loan(passport, disbursed_on=date(2026, 1, 5), first_due_on=date(2026, 2, 15))
    paid = people.loan(people.customer())
    people.paid(paid, date(2026, 2, 5), 80_000_000, effect="reduce_term")
    file = tmp_path / "facturacion.txt"
    written = ask("bill", file, "--month", "2026-02", "--bank", "007")
    assert written.exit_code == 0
    assert "2 bills" in written.stdout
    lines = file.read_bytes().decode("ascii").split("\r\n")
    assert {len(line) for line in lines} == {220, 0}
    bills = [line for line in lines if line.startswith("06")]
    assert [loan_of(bill[2:50].lstrip("0")) for bill in bills] == [1, 2]
    assert [bill[126:134] for bill in bills] == ["20260215"] * 2
    assert [int(bill[85:99]) for bill in bills] == [due(number), due(other)]
    assert int(lines[-2][11:29]) == due(number) + due(other)
    assert bills[1][161:193].split() == ["ANA", "PENA"]


def test_a_billing_file_is_there_whole_or_not_at_all(ask: Ask, number: str, tmp_path: Path) -> None:
    file = tmp_path / "facturacion.txt"
    refused = ask("bill", file, "--month", "2026-02", "--bank", "BOG")
    assert (refused.exit_code, list(tmp_path.glob("facturacion*"))) == (2, [])
    assert "NotDigits" in refused.stderr
    other = file.with_name("facturacion.txt.partial")
    other.write_text("another one is writing")
    assert ask("bill", file, "--month", "2026-02", "--bank", "007").exit_code == 2
    assert other.read_text() == "another one is writing"
