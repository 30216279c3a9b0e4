"""`payments` and `journal`: what an operator sees and does."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from finportal import create_app
from finportal.adapters.gateways import Method
from finportal.commands.journal import journal
from finportal.commands.payments import payments
from finportal.models import JournalLine
from finportal.services import ledger
from finportal.services.payments import starting
from finportal.services.payments.offers import Purpose, offers
from finportal.services.payments.starting import Wish
from finportal.web.payment_desk import desk
from tests.doubles import Clock
from tests.factories import People
from tests.gateways import Bank

Ask = Callable[..., Result]


class Till:
    """The application with a fake gateway behind it, and one credit."""

    def __init__(self, app: Flask, bank: Bank, clock: Clock) -> None:
        self.app, self.bank, self.clock = app, bank, clock
        self.portal = app.extensions["finportal"]
        self.people = People(self.portal, clock)
        self.people.caps()
        self.person = self.people.active()
        self.number = self.people.loan(self.person)

    def begin(self, plan: str) -> str:
        """An attempt to pay what is overdue, and what the bank did with it."""
        with self.portal.db.read() as session:
            credit = ledger.of_number(session, self.number)
        assert credit
        today = self.clock().date()
        overdue = next(one for one in offers(credit, today) if one.purpose is Purpose.OVERDUE)
        wish = Wish(
            loan_number=self.number,
            purpose=Purpose.OVERDUE,
            amount=overdue.least,
            form_key=plan,
            description="Pago",
            return_url=lambda reference: f"http://127.0.0.1/pagos/{reference}",
            ip="190.0.2.7",
            user_agent="Firefox",
            customer_id=self.person.customer_id,
            method=Method.PSE,
            anyway=True,
        )
        around = self.people.around()
        reference = starting.start(desk(self.portal), "placetopay", wish, around).reference
        self.bank.control(reference=reference, decide=plan)
        return reference

    def ask(self, *words: object) -> Result:
        """Give a command some words."""
        group = journal if words[0] == "journal" else payments
        return self.app.test_cli_runner().invoke(group, [str(word) for word in words[1:]])


@pytest.fixture
def till(tmp_path: Path, settings: object, clock: Clock) -> Iterator[Till]:
    """Ten in the morning of 9 February 2026, in Bogotá."""
    clock.now = datetime(2026, 2, 9, 15, tzinfo=UTC)
    with Bank(tmp_path, clock, "http://127.0.0.1:9") as bank:
        app = create_app(
            bank.settings.model_copy(update={"database_url": settings.database_url}),  # type: ignore[attr-defined]
            clock,
        )
        yield Till(app, bank, clock)
        app.extensions["finportal"].db.dispose()
        app.extensions["finportal"].jobs.close()


def test_poll_list_and_show(till: Till) -> None:
    reference = till.begin("silent")
    assert reference in till.ask("payments", "list").stdout
    till.clock.now += timedelta(minutes=1)
    assert "1 asked about, 0 notifications judged" in till.ask("payments", "poll").stdout
    assert reference not in till.ask("payments", "list").stdout
    assert reference in till.ask("payments", "list", "--all").stdout
    shown = till.ask("payments", "show", reference).stdout
    assert "- to created, by start" in shown
    assert "sent to approved, by poll" in shown
    assert "posting 1  payment  gateway:placetopay:1" in shown
    assert till.ask("journal", "check").exit_code == 0


def keys_of(rows: str) -> list[str]:
    """The keys that a row of docs/json.md names."""
    text = (Path(__file__).parents[2] / "docs" / "json.md").read_text("utf-8")
    return re.findall(r"`(\w+)`", text.partition(f"\n| {rows} |")[2].partition("\n")[0])


def test_json_holds_the_documented_keys(till: Till) -> None:
    good, odd = till.begin("silent"), till.begin("wrong-amount")
    for reference in (good, odd):
        till.ask("payments", "show", reference, "--ask")
    [shown, other] = [
        json.loads(till.ask("payments", "show", one, "--json").stdout) for one in (good, odd)
    ]
    attempt = {name: value for name, value in shown.items() if not isinstance(value, list)}
    assert [*attempt] == keys_of("an attempt")
    assert (attempt["reference"], attempt["state"]) == (good, "approved")
    assert [*shown["moves"][0]] == keys_of("a move")
    assert [*shown["postings"][0]] == keys_of("a posting")
    assert [*other["held"][0]] == keys_of("held money")
    listed = json.loads(till.ask("payments", "list", "--json").stdout)
    assert [one["reference"] for one in listed["attempts"]] == [odd]
    assert listed["held"] == other["held"]


def test_asking_about_one_attempt(till: Till) -> None:
    reference = till.begin("approved")
    assert "sent to approved, by staff" in till.ask("payments", "show", reference, "--ask").stdout
    unknown = till.ask("payments", "show", "nope")
    assert (unknown.exit_code, unknown.stderr) == (1, "Error: there is no attempt nope\n")


def test_settling_held_money(till: Till) -> None:
    reference = till.begin("wrong-amount")
    till.ask("payments", "show", reference, "--ask")
    listed = till.ask("payments", "list").stdout
    assert "held 1" in listed
    assert "amount" in listed
    words = ("payments", "settle", 1, "--by", "Ana", "--note", "called the bank")
    assert till.ask(*words).exit_code == 2
    assert till.ask(*words, "--returned", "--dismissed").exit_code == 2
    assert till.ask(*words, "--post", "VH-0").stderr == "Error: UnknownLoan: VH-0\n"
    done = till.ask(*words, "--post", till.number)
    assert done.stdout == "held 1: posted, posting 1\n"
    assert till.ask(*words, "--returned").exit_code == 1
    assert "held 1" not in till.ask("payments", "list").stdout
    assert till.ask("journal", "check").exit_code == 0


def test_taking_a_payment_back(till: Till) -> None:
    till.ask("payments", "show", till.begin("approved"), "--ask")
    words = ("payments", "reverse", 1, "--why", "bounced", "--by", "Ana")
    assert till.ask(*words).stdout == "posting 1: taken back\n"
    assert "AlreadyReversed" in till.ask(*words).stderr
    assert "UnknownPosting" in till.ask("payments", "reverse", 2, *words[3:]).stderr
    assert till.ask("journal", "check").exit_code == 0


def test_the_journal_tells_and_its_status_too(till: Till) -> None:
    assert till.ask("journal", "check").stdout == (
        "journal: 0 entries, 0 postings, 0 credits, 0 behind, 0 faults\n"
    )
    till.ask("payments", "show", till.begin("approved"), "--ask")
    assert till.ask("journal", "close").stdout == "journal: 0 differences booked\n"
    with till.portal.db.write() as session:
        session.add(JournalLine(entry_id=1, account="held", amount=1))
    found = till.ask("journal", "check")
    assert found.exit_code == 1
    assert "entry 1 does not balance: 1 centavos" in found.stdout


def test_what_the_gateway_says_is_compared(till: Till) -> None:
    days = ("--from", "2026-02-09", "--to", "2026-02-09")
    reference = till.begin("silent")
    missing = till.ask("payments", "reconcile", *days)
    assert (missing.exit_code, "1 missing_here" in missing.stdout) == (1, True)
    assert reference in missing.stdout
    till.ask("payments", "show", reference, "--ask")
    same = till.ask("payments", "reconcile", *days, "--json")
    told = json.loads(same.stdout)
    assert (same.exit_code, told["unanswered"]) == (0, [])
    [channel] = told["channels"]
    assert (channel["source"], channel["channel"]) == ("gateway:placetopay", "pse")
    assert (channel["matched"], channel["clean"]) == (1, True)
    till.bank.control(fault={"kind": "html", "on": "ask"})
    silent = till.ask("payments", "reconcile", *days)
    assert (silent.exit_code, f"no usable answer about {reference}" in silent.stdout) == (1, True)
