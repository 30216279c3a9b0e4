"""`case`: what waits for a person, decided by somebody with a name."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from finportal.models import Account, AuditEvent, Customer
from finportal.services import cases, consents, enrolment, enrolment_finish, visits
from finportal.services.enrolment import Accepted, Applicant
from finportal.services.personalisation import Choice
from finportal.web.context import Portal
from tests.factories import CONSENT, People, Person
from tests.services.hands import NEW_PASSWORD as NEW

Run = Callable[..., Result]
OTHER = "nueva@otra.example"


@pytest.fixture
def run(app: Flask) -> Run:
    """Run a command of `case`."""
    return lambda *words: app.test_cli_runner().invoke(args=["case", *words])


@pytest.fixture
def opened(portal: Portal, people: People) -> Person:
    """Somebody whose request waits."""
    person = people.customer()
    typed = Applicant("natural", person.id_type, person.id_number, person.mobile, CONSENT)
    token = enrolment.begin(portal.db, portal.vault, typed, people.around())
    with portal.db.read() as session:
        visit = visits.find(session, token or "", people.around().now)
    assert visit
    cases.open_case(portal.db, portal.vault, visit, OTHER, people.around())
    return person


def test_a_case_is_listed_shown_and_approved_by_name(
    run: Run, opened: Person, portal: Portal
) -> None:
    line = run("list").output
    assert OTHER in line
    assert opened.email not in line
    assert opened.id_number not in line
    row = json.loads(run("list", "--json").output)
    assert (row["id"], row["state"], row["new_email"]) == ("1", "open", OTHER)
    assert "new_email: nueva@otra.example" in run("show", "1").output
    assert run("approve", "1").exit_code != 0, "nobody decides without a name"
    assert run("approve", "1", "--by", "Ana Gil").output == "1: approved by Ana Gil\n"
    assert not run("list").output
    assert "approved" in run("list", "--all").output
    again = run("reject", "1", "--by", "Ana Gil")
    assert (again.exit_code, "decided already" in again.output) == (1, True)
    with portal.db.read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.kind == "case_approved"))
        assert [row.detail for row in rows] == ["1 Ana Gil"]


def test_a_held_change_is_listed_and_confirmed_or_undone(
    run: Run, portal: Portal, people: People
) -> None:
    for n in range(2):
        person = people.customer()
        with portal.db.write() as session:
            found = session.get_one(Customer, person.customer_id)
            text_id = consents.kept(session, CONSENT, people.around())
            accepted = Accepted(text_id, people.around().now, "n")
            token = enrolment.open_visit(
                session, found, accepted, people.around(),
                stage=visits.MAIL_PROVEN, email=f"otra{n}@otra.example",
            )  # fmt: skip
            visit = visits.find(session, token, people.around().now)
        assert visit
        enrolment_finish.finish(
            portal.db, portal.vault, visit, Choice("", NEW, "anchor", "Un faro en la niebla"),
            people.around(), shortest=12, lender="Demo",
        )  # fmt: skip
    assert "H1  held" in run("list").output
    assert "held_until" in run("show", "h1").output
    assert run("approve", "H1", "--by", "Ana Gil").exit_code == 0
    assert run("reject", "H2", "--by", "Ana Gil").exit_code == 0
    assert not run("list").output
    with portal.db.read() as session:
        kept, undone = session.scalars(select(Account).order_by(Account.id))
    assert (kept.state, kept.held_until, undone.state) == ("active", None, "provisional")


def test_what_is_no_case_is_said(run: Run) -> None:
    assert "there is no case 7" in run("show", "7").output
    assert "there is no held change 7" in run("approve", "H7", "--by", "Ana Gil").output
    assert "x is no case" in run("reject", "x", "--by", "Ana Gil").output
