"""`preferences export`: what holds, for people and for programs."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from finportal.adapters.database import Database
from finportal.commands.preferences import preferences as command
from finportal.services import preferences
from finportal.services.preferences import Choice
from tests.doubles import Clock
from tests.factories import People

Ask = Callable[..., Result]


@pytest.fixture
def ask(app: Flask) -> Ask:
    """Give `preferences` some words."""
    return lambda *words: app.test_cli_runner().invoke(command, list(words))


def test_csv_and_json_say_the_same(ask: Ask, db: Database, people: People, clock: Clock) -> None:
    assert json.loads(ask("export", "--json").stdout) == []
    person = people.active()
    with db.write() as session:
        choice = Choice("collections", ("sms", "call"), "morning", "never")
        preferences.choose(session, person.customer_id, choice, people.around())
    [told] = json.loads(ask("export", "--json").stdout)
    assert told == {
        "id_type": "CC",
        "id_number": person.id_number,
        "purpose": "collections",
        "mail": False,
        "sms": True,
        "call": True,
        "whatsapp": False,
        "weekdays_from": "07:00",
        "weekdays_until": "12:00",
        "saturdays_from": None,
        "saturdays_until": None,
        "changed_at": "2026-11-23T10:00:00-05:00",
    }
    [row] = csv.DictReader(io.StringIO(ask("export").stdout))
    words = {True: "yes", False: "no", None: ""}
    assert row == {name: words.get(value, value) for name, value in told.items()}


def test_since_a_day_of_bogota(ask: Ask, db: Database, people: People, clock: Clock) -> None:
    clock.forward(hours=-11)  # 23 November 04:00 UTC, still the 22nd in Bogotá
    person = people.active()
    with db.write() as session:
        choice = Choice("service", (), "any", "any")
        preferences.choose(session, person.customer_id, choice, people.around())
    assert len(json.loads(ask("export", "--json", "--since", "2026-11-22").stdout)) == 1
    assert json.loads(ask("export", "--json", "--since", "2026-11-23").stdout) == []
    assert ask("export", "--since", "ayer").exit_code == 2
