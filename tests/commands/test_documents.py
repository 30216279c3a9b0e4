"""`documents` and `lien`: papers shown, taken back and looked at again; releases on their way."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from finportal.commands.documents import documents
from finportal.commands.lien import lien
from finportal.models import IssuedDocument, OutboxMail
from finportal.services.documents import delivery, kinds, month_end
from finportal.services.documents.issuing import Desk
from finportal.services.documents.month_end import Office
from finportal.services.documents.shelf import Issued
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People

Ask = Callable[..., Result]


@pytest.fixture
def ask(app: Flask) -> Ask:
    """Give `documents` some words."""
    return lambda *words: app.test_cli_runner().invoke(documents, list(words))


@pytest.fixture
def ask_lien(app: Flask) -> Ask:
    """Give `lien` some words."""
    return lambda *words: app.test_cli_runner().invoke(lien, list(words))


@pytest.fixture
def release(portal: Portal, people: People, clock: Clock) -> Issued:
    """The letter of a paid credit, issued on 10 November 2026."""
    clock.now = datetime(2026, 11, 10, 15, tzinfo=UTC)
    people.caps()
    person = people.customer()
    number = people.loan(person, term=12, first_due_on=date(2025, 4, 3))
    people.paid(number, date(2026, 10, 2), 99_000_000)
    desk = Desk(portal.db, portal.vault, portal.settings.lender)
    return desk.issue(person.customer_id, number, kinds.lien_release("SDM"), people.around())


def test_a_paper_is_shown(ask: Ask, release: Issued) -> None:
    told = json.loads(ask("show", release.code, "--json").stdout)
    assert told["number"] == "LEV-000001"
    assert told["medium"] == "portal"
    assert told["issued_at"] == "2026-11-10T10:00:00-05:00"
    assert told["notice_recipient"] is told["notice_message_id"] is told["notice_taken_at"] is None
    assert told["facts"]["addressed_to"] == "SDM"
    shown = ask("show", release.code.lower()).stdout
    assert "number: LEV-000001\n" in shown
    assert "  addressed_to: SDM\n" in shown
    assert f"    loan_number: {release.loan_number}\n" in shown


def test_the_proof_of_a_notice_is_shown(
    ask: Ask, portal: Portal, people: People, clock: Clock, deliver: Callable[[], object]
) -> None:
    clock.now = datetime(2026, 11, 11, 2, tzinfo=UTC)
    people.caps()
    person = people.active()
    people.loan(person)
    with portal.db.write() as session:
        delivery.choose(session, person.customer_id, delivery.MAIL, people.around())
    office = Office(portal.db, portal.vault, portal.settings.lender, clock)
    month_end.issue(office, date(2026, 11, 1), report=print)
    clock.forward(minutes=3)
    deliver()
    with portal.db.read() as session:
        (row,) = session.scalars(select(OutboxMail))
        code = session.scalars(select(IssuedDocument.code)).one()
    told = json.loads(ask("show", code, "--json").stdout)
    assert told["notice_recipient"] == person.email
    assert told["notice_message_id"] == row.message_id
    assert told["notice_state"] == "sent"
    assert told["notice_posted_at"] == "2026-11-10T21:00:00-05:00"
    assert told["notice_taken_at"] == "2026-11-10T21:03:00-05:00"
    shown = ask("show", code).stdout
    assert f"notice_recipient: {person.email}\n" in shown
    assert f"notice_message_id: {row.message_id}\n" in shown


def test_days_are_those_of_bogota(ask: Ask, release: Issued, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 11, 2, tzinfo=UTC)
    ask("void", release.code, "--reason", "mistaken")
    again = ask("void", release.code, "--reason", "mistaken")
    assert "LEV-000001: void since 2026-11-10 (mistaken)" in again.stderr
    assert "void_since: 2026-11-10T21:00:00-05:00\n" in ask("show", release.code).stdout


def test_a_statement_that_another_follows_stays(ask: Ask, portal: Portal, people: People) -> None:
    people.caps()
    person = people.customer()
    number = people.loan(person)
    desk = Desk(portal.db, portal.vault, portal.settings.lender)
    old, _ = (
        desk.issue(person.customer_id, number, kinds.statement(month), people.around())
        for month in ("2026-09", "2026-10")
    )
    result = ask("void", old.code, "--reason", "mistaken")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "EXT-000001: EXT-000002 opens with what it closes with; void EXT-000002 first" in (
        result.stderr
    )


def test_a_paper_nobody_issued_is_not_shown(ask: Ask) -> None:
    for words in (("show", "AAAA"), ("void", "AAAA", "--reason", "mistaken")):
        result = ask(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "AAAA" in result.stderr


def test_a_paper_is_taken_back_once(ask: Ask, release: Issued) -> None:
    assert ask("void", release.code).exit_code == 2
    assert ask("void", release.code, "--reason", "reversed").exit_code == 2
    result = ask("void", release.code, "--reason", "mistaken")
    assert (result.exit_code, result.stdout) == (0, "LEV-000001: void (mistaken)\n")
    assert "void: mistaken\n" in ask("show", release.code).stdout
    again = ask("void", release.code, "--reason", "mistaken")
    assert again.exit_code == 1
    assert "LEV-000001: void since 2026-11-10 (mistaken)" in again.stderr


def test_papers_are_looked_at_again(ask: Ask, release: Issued) -> None:
    assert release.number == "LEV-000001"
    result = ask("verify")
    assert (result.exit_code, result.stdout) == (0, "verified: 1 papers, 0 differ\n")
    assert ask("verify", "--sample", "0").exit_code == 2


def test_a_release_is_followed(ask_lien: Ask, release: Issued) -> None:
    number = release.loan_number
    assert ask_lien("list").stdout == (
        f"{number}  {release.code}  letter 2026-11-10  delivered -  registry -  transit -\n"
    )
    result = ask_lien("mark", number, "registry")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"credit {number}: delivered comes first" in result.stderr
    result = ask_lien("mark", number, "delivered", "--note", "acta 7")
    assert (result.exit_code, result.stdout) == (0, f"{number}: delivered on 2026-11-10\n")
    assert "delivered 2026-11-10 (acta 7)  registry -" in ask_lien("list").stdout
    assert json.loads(ask_lien("list", "--json").stdout) == {
        "loan_number": number,
        "code": release.code,
        "stages": {
            "letter": "2026-11-10", "delivered": "2026-11-10", "registry": None, "transit": None,
        },
        "notes": {"delivered": "acta 7"},
    }  # fmt: skip
    again = ask_lien("mark", number, "delivered")
    assert (again.exit_code, again.stdout) == (1, "")
    assert f"documents void {release.code}" in again.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("VH-0", "delivered"), "there is no such credit"),
        (("{}", "delivered", "--on", "2026-11-11"), "between 2026-11-10 and 2026-11-10"),
    ],
)
def test_what_cannot_be_marked_is_told_why(
    ask_lien: Ask, release: Issued, words: tuple[str, ...], why: str
) -> None:
    result = ask_lien("mark", *(word.format(release.loan_number) for word in words))
    assert (result.exit_code, result.stdout) == (1, "")
    assert why in result.stderr
