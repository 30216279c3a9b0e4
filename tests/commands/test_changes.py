"""`changes`: the export for the lender's system, and what its staff is sure of."""

import csv
import json
import stat
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update

from finportal.commands.changes import changes
from finportal.models import Account, AuditEvent, Customer, OutboxMail
from finportal.models.contacts import ADDRESS, CITY, EMAIL, MOBILE, PORTAL
from finportal.services.contacts import changing, undoing
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Give the operator's command line some words."""

    def run_it(*words: str | Path) -> Result:
        return app.test_cli_runner().invoke(changes, [str(word) for word in words])

    return run_it


@pytest.fixture
def marta(people: People) -> Person:
    """A customer with an account."""
    return people.active(city="Cali")


@pytest.fixture
def change(portal: Portal, people: People, marta: Person) -> Callable[..., int]:
    """She changes one of her data; the change's number."""

    def make(field: str, new: str, **more: Any) -> int:
        with portal.db.write() as session:
            return changing.change(
                session, portal.vault, marta.customer_id, field, new,
                **{"source": PORTAL, "around": people.around()} | more,
            ).id  # fmt: skip

    return make


def table(result: Result) -> list[dict[str, str]]:
    """The rows of a CSV on the screen."""
    return list(csv.DictReader(StringIO(result.stdout_bytes.decode("utf-8-sig")), delimiter=";"))


def test_the_export_tells_what_the_file_said_and_what_was_changed(
    run: Run, change: Callable[..., int], marta: Person, clock: Clock, *,
    portal: Portal, people: People,
) -> None:  # fmt: skip
    change(CITY, "Pasto")
    clock.forward(days=1)
    change(CITY, "Neiva")
    undone = change(MOBILE, "3201112233", proven=False)
    with portal.db.write() as session:
        undoing.take_back(session, portal.vault, undone, "Ana", people.around())
    everything = table(run("export", "--since", "2026-11-23"))
    assert [(row["field"], row["old_value"], row["new_value"]) for row in everything] == [
        ("city", "Cali", "Pasto"),
        ("city", "Pasto", "Neiva"),
        ("mobile", marta.mobile, "3201112233"),
    ]  # fmt: skip
    assert [row["in_force"] for row in everything] == ["no", "yes", "no"]
    assert [row["file_value"] for row in everything] == ["Cali", "Cali", marta.mobile]
    assert [bool(row["undone_at"]) for row in everything] == [False, False, True]
    first = everything[0]
    assert (first["changed_at"], first["source"], first["proven"], first["id_number"]) == (
        "2026-11-23T10:00:00-05:00", "portal", "no", marta.id_number,
    )  # fmt: skip
    assert len(table(run("export", "--since", "2026-11-24"))) == 2
    assert len(table(run("export", "--since", "2026-11-23", "--until", "2026-11-23"))) == 1
    assert table(run("export", "--since", "2026-11-25")) == []


def test_no_cell_is_a_formula_and_the_file_is_the_operators_alone(
    run: Run, change: Callable[..., int], tmp_path: Path, portal: Portal
) -> None:
    change(ADDRESS, "=1+1")
    path = tmp_path / "cambios.csv"
    result = run("export", "--since", "2026-11-23", path)
    assert result.output == f"changes: 1 written to {path}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ";'=1+1;" in path.read_text("utf-8-sig")
    told = json.loads(run("export", "--since", "2026-11-23", "--json").stdout)
    assert (told[0]["new_value"], told[0]["proven"], told[0]["undone_at"]) == ("=1+1", False, None)
    with portal.db.read() as session:
        assert session.query(AuditEvent).filter_by(kind="contacts_exported").count() == 2
    nowhere = run("export", "--since", "2026-11-23", tmp_path / "no" / "x.csv")
    assert (nowhere.exit_code, "No such file" in nowhere.output) == (1, True)


def test_staff_confirms_undoes_and_sets(
    run: Run, change: Callable[..., int], marta: Person, portal: Portal
) -> None:
    number = str(change(EMAIL, "nueva@correo.example"))
    assert run("confirm", number, "--by", "Ana").output == f"change {number}: confirmed\n"
    assert "confirmed or undone before" in run("confirm", number, "--by", "Ana").output
    assert run("undo", number, "--by", "Ana").output == f"change {number}: undone\n"
    assert "no change 99" in run("undo", "99", "--by", "Ana").output
    who = ("CC", marta.id_number)
    assert run("set", *who, "city", "Tunja", "--by", "Ana").exit_code == 0
    for words, why in {
        (*who, "city", "Tunja"): "that is what is stored",
        (*who, "mobile", "12"): "10 digits",
        ("CC", "11111111", "city", "Tunja"): "no such customer",
    }.items():
        assert why in run("set", *words, "--by", "Ana").output
    with portal.db.read() as session:
        customer = session.get(Customer, marta.customer_id)
        assert customer
        assert (customer.email, customer.city) == (marta.email, "Tunja")
        assert session.query(Account.email).scalar() == marta.email


def test_staff_takes_an_account_to_the_email_that_the_lenders_file_brought(
    run: Run, marta: Person, portal: Portal
) -> None:
    new = "archivo@correo.example"
    with portal.db.write() as session:
        session.execute(update(Customer).values(email=new))
    assert run("set", "CC", marta.id_number, "email", new, "--by", "Ana").exit_code == 0
    assert "what is stored" in run("set", "CC", marta.id_number, "email", new, "--by", "Ana").output
    with portal.db.read() as session:
        assert session.query(Account.email).scalar() == new
        kinds = session.query(OutboxMail.kind, OutboxMail.recipient).order_by(OutboxMail.id).all()
    assert kinds == [
        ("contact_changed", marta.email), ("email_is_new", new),
        ("contact_by_text", f"+57{marta.mobile}"),
    ]  # fmt: skip
