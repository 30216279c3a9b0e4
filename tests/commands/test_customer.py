"""`customer`, `reports`, `audit` and `mail`: one sentence each, a status, and never a password."""

import getpass
import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text, update

from finportal.models import AuditEvent, OutboxMail
from finportal.models.mail import FAILED
from finportal.services import registration, signin
from finportal.web.context import Portal
from tests.factories import People, Person

Ask = Callable[..., Result]
WHY = ("--reason", "she called")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def ask(app: Flask) -> Ask:
    """Give the command line some words."""
    return lambda *words: app.test_cli_runner().invoke(app.cli, list(words))


@pytest.fixture
def marta(people: People) -> Person:
    """A customer with an account and a credit."""
    person = people.active(name="Marta Lucía Rojas", mobile="3104445566")
    people.loan(person, loan_number="VH-1001")
    return person


def trail(portal: Portal) -> list[tuple[str, str]]:
    with portal.db.read() as session:
        rows = session.execute(select(AuditEvent.kind, AuditEvent.detail).order_by(AuditEvent.id))
        return [(kind, detail) for kind, detail in rows]


def test_a_customer_is_found_masked_and_in_full(ask: Ask, marta: Person, portal: Portal) -> None:
    assert ask("customer", "find", "klm456").stdout == (
        "CC ••••0001  natural  M•••• L•••• R••••\n"
        "  on file: m•••@c•••.example  ••••••5566\n"
        "  credits: •••1001 ••M456\n"
        "  account: active, m•••@c•••.example, last sign-in never, 0 failures, 0 devices, "
        "0 sessions\n"
    )
    found = ask("customer", "find", marta.id_number, "--full", *WHY, "--json")
    assert json.loads(found.stdout) == {
        "id_type": "CC",
        "id_number": "52000001",
        "kind": "natural",
        "name": "Marta Lucía Rojas",
        "email": "marta1@correo.example",
        "mobile": "3104445566",
        "credits": [{"loan_number": "VH-1001", "plate": "KLM456"}],
        "account": {
            "email": "marta1@correo.example",
            "state": "active",
            "last_sign_in_at": None,
            "credentials_until": None,
            "failures": 0,
            "paused": False,
            "wait": None,
            "devices": 0,
            "sessions": 0,
        },
    }
    who = getpass.getuser()
    assert trail(portal) == [
        ("operator_looked", f"{who}: customers"),
        ("operator_looked", f"{who}: customers in full: she called"),
    ]


REFUSED = [
    (("customer", "find", "nobody at all"), 1, "nobody at all: nobody found"),
    (("customer", "find", "x"), 1, "x: a name needs a word of 3 letters or more"),
    (("customer", "find", "x", "--full"), 2, "--full needs --reason"),
    (("customer", "resend", "77"), 2, "Missing option '--reason'"),
    (("customer", "resend", "77", "--reason", " "), 2, "write one sentence"),
    (("customer", "unlock", "77", *WHY), 1, "77: there is no customer 77"),
    (("customer", "enable", "{}", *WHY), 1, "{}: the account is not disabled"),
    (("reports", "mismatches", "--handled", "3"), 2, "--handled needs --reason"),
    (("reports", "mismatches", "--handled", "3", *WHY), 1, "there is no mismatch 3"),
    (("mail", "retry", "7", *WHY), 1, "letter 7 did not fail"),
]


def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    ask: Ask, marta: Person, portal: Portal
) -> None:
    assert ask("audit", "head").stderr == "Error: the trail has no row yet\n"
    for words, status, said in REFUSED:
        result = ask(*(word.format(marta.id_number) for word in words))
        assert (result.exit_code, result.stdout) == (status, "")
        assert said.format(marta.id_number) in result.stderr
    assert [kind for kind, _ in trail(portal)] == ["operator_looked"]


def test_a_customer_is_helped_and_each_act_is_told(
    ask: Ask, marta: Person, people: People, portal: Portal
) -> None:
    number = marta.id_number
    with portal.db.write() as session:
        session.execute(
            text("UPDATE accounts SET consecutive_failures = :many"),
            {"many": signin.FAILURES_IN_A_ROW},
        )
    luis = people.registered()
    done = [
        ask("customer", "unlock", number, *WHY),
        ask("customer", "resend", number, *WHY),
        ask("customer", "resend", luis.id_number, *WHY),
        ask("customer", "end-sessions", number, *WHY),
        ask("customer", "disable", number, *WHY),
        ask("customer", "enable", number, *WHY),
    ]
    assert [one.exit_code for one in done] == [0] * len(done)
    assert [one.stdout for one in done] == [
        f"{number}: unlocked, 50 failures, the password was paused, 0 limits begun anew\n",
        f"{number}: a link of recovery leaves for m•••@c•••.example\n",
        f"{luis.id_number}: another provisional password leaves for m•••@c•••.example\n",
        f"{number}: 0 sessions ended\n",
        f"{number}: disabled, 0 sessions ended, 0 devices forgotten\n",
        f"{number}: enabled\n",
    ]
    again = ask("customer", "disable", number, *WHY), ask("customer", "disable", number, *WHY)
    assert (again[1].exit_code, again[1].stderr) == (
        1, f"Error: {number}: the account is disabled already\n",
    )  # fmt: skip
    acts = [kind for kind, detail in trail(portal) if detail == f"{getpass.getuser()}: she called"]
    assert acts == [
        "account_unlocked", "way_in_resent", "way_in_resent", "sessions_ended",
        "account_disabled", "account_enabled", "account_disabled",
    ]  # fmt: skip


def test_no_command_shows_a_password(ask: Ask, people: People, portal: Portal) -> None:
    luis = people.registered()
    said = ask("customer", "resend", luis.id_number, *WHY).output
    said += ask("customer", "find", luis.id_number, "--full", *WHY, "--json").output
    said += ask("mail", "failed").output
    with portal.db.read() as session:
        letters = session.scalars(select(OutboxMail.values_sealed)).all()
        stored = session.execute(text("SELECT password_hash FROM accounts")).scalar()
    assert len(letters) == 2
    for sealed in letters:
        assert portal.vault.unseal(sealed or b"")["password"] not in said
    assert stored not in said


def test_reports_are_listed_and_handled(ask: Ask, people: People, portal: Portal) -> None:
    luis = people.customer()
    luis.mobile = "3119998877"
    registration.register(portal.db, portal.vault, luis.application, people.around())
    signin.report_image(portal.db, people.visit_of(luis.email), people.around())
    who = "CC ••••0001  m•••@c•••.example  ••••••8877  203.0.113.0/24"
    listed = f"1  2026-11-23T10:00:00-05:00  {who}"
    assert ask("reports", "mismatches").stdout == f"{listed}\n"
    assert ask("reports", "mismatches", "--handled", "1", *WHY).stdout == "mismatch 1: handled\n"
    assert ask("reports", "mismatches", "--open").stdout == "none\n"
    assert ask("reports", "mismatches").stdout == f"{listed}  handled 2026-11-23T10:00:00-05:00\n"
    assert ask("reports", "mismatches", "--open", "--json").stdout == ""
    assert json.loads(ask("reports", "images", "--json").stdout) == {
        "id": 2,
        "at": "2026-11-23T10:00:00-05:00",
        "who": "m•••@c•••.example",
        "network": "203.0.113.0/24",
        "handled_at": None,
    }


def test_failed_mail_is_listed_and_put_back(ask: Ask, people: People, portal: Portal) -> None:
    people.registered()
    assert ask("mail", "failed").stdout == "none\n"
    with portal.db.write() as session:
        session.execute(update(OutboxMail).values(state=FAILED, last_error="550 no such user"))
    assert ask("mail", "list").stdout == "mail: 1 failed\n"
    assert ask("mail", "failed").stdout == (
        "1  2026-11-23 15:00  credentials  m•••@c•••.example  550 no such user\n"
    )
    assert ask("mail", "retry", "1", *WHY).stdout == "letter 1: leaves again\n"
    assert ask("mail", "list").stdout == "mail: 1 waiting\n"


def test_the_trail_is_sealed_verified_and_its_head_kept(
    ask: Ask, people: People, portal: Portal
) -> None:
    people.registered()
    assert ask("audit", "verify").stdout.startswith("audit: OK, 1 rows, head ")
    head = ask("audit", "head").stdout.strip()
    ask("mail", "failed")
    assert ask("audit", "seal").stdout == "audit: 1 rows sealed, 2 in all\n"
    for words in (("--head", head), ("--since", head)):
        assert ask("audit", "verify", *words).exit_code == 0
    with portal.db.write() as session:
        session.execute(text("DROP TRIGGER audit_events_no_update"))
        session.execute(text("UPDATE audit_events SET detail = 'x' WHERE id = 2"))
    result = ask("audit", "verify")
    assert (result.exit_code, result.stdout) == (
        1, "audit: row 2 is not what was sealed (seal 2); 1 rows hold\n",
    )  # fmt: skip


def test_who_became_the_portals_user_is_named(
    ask: Ask, marta: Person, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "finportal")
    monkeypatch.setenv("SUDO_USER", "ana")
    ask("customer", "end-sessions", marta.id_number, "--reason", "  she\n called ")
    assert trail(portal) == [("sessions_ended", "ana as finportal: she called")]
