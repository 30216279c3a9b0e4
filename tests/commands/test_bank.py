"""`bank`: what an operator loads, sees and settles."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from finportal.commands.bank import bank
from finportal.models import Loan
from finportal.services.payment_references import reference_of
from finportal.slip_settings import DEMO
from finportal.web.context import Portal
from tests.adapters.bank_files import made
from tests.adapters.bank_files.made import Made, Paid
from tests.doubles import Clock
from tests.factories import People

OURS = "9000000005"
DAY = {"collected_on": "20260205", "filed_on": "20260206"}
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
