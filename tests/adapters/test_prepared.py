"""Prepared statements: what SQLAlchemy would answer, seen and refused as by SQLAlchemy."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from finportal.adapters.database import Database
from finportal.adapters.prepared import Prepared
from finportal.models import Base, Projection, Visit
from tests.doubles import Statements

AT = datetime(2026, 11, 23, 15, 0, 0, 250, UTC)
SESSIONS = Base.metadata.tables["sessions"]
OPEN = Prepared(insert(SESSIONS))
THIS = Visit.token_hash == bindparam("token")
FIND = select(Visit.id, Visit.stage, Visit.last_seen_at, Visit.account_id).where(THIS)
MOVE = (
    update(SESSIONS)
    .where(SESSIONS.c.token_hash == bindparam("token"))
    .values(stage="signed_in", last_seen_at=bindparam("now"))
    .returning(SESSIONS.c.stage, SESSIONS.c.last_seen_at)
)
VALUES = {
    "token_hash": "a",
    "stage": "email_given",
    "email": "ana@correo.example",
    "network": "198.18.0.0/24",
    "browser": "",
    "created_at": AT,
    "last_seen_at": AT,
    "expires_at": AT,
}


def test_rows_are_those_of_sqlalchemy(db: Database, statements: Statements) -> None:
    with db.writing() as link:
        OPEN.run(link, VALUES)
        found, usual = (
            Prepared(FIND).first(link, {"token": "a"}),
            link.execute(FIND, {"token": "a"}),
        )
        assert tuple(found) == tuple(usual.one())
        assert (found.stage, found.last_seen_at, found.account_id) == ("email_given", AT, None)
        assert Prepared(FIND).first(link, {"token": "b"}) is None
    assert statements.texts[1] == statements.texts[2]


def test_rows_that_changed_come_back(db: Database) -> None:
    later = AT.replace(hour=16)
    with db.write() as session:
        OPEN.run(session, VALUES)
        moved = Prepared(MOVE)
        assert [tuple(row) for row in moved.all(session, {"token": "a", "now": later})] == [
            ("signed_in", later)
        ]
        assert moved.all(session, {"token": "b", "now": later}) == []


def test_days_and_fixed_values_are_converted(db: Database) -> None:
    today = bindparam("today", type_=Projection.as_of.type)
    on = Prepared(select(today.label("today"), Projection.loan_id).where(Projection.as_of == today))
    fixed = Prepared(select(Visit.id).where(Visit.created_at <= AT, THIS))
    with db.writing() as link:
        OPEN.run(link, VALUES)
        assert on.all(link, {"today": date(2026, 11, 23)}) == []
        assert len(fixed.all(link, {"token": "a"})) == 1


def twice(db: Database) -> None:
    with db.writing() as link:
        OPEN.run(link, VALUES)
        OPEN.run(link, VALUES)


def test_names_of_errors_are_sqlalchemys_and_tell_no_value(db: Database) -> None:
    with pytest.raises(IntegrityError) as refused:
        twice(db)
    assert "ana@correo.example" not in str(refused.value)
    with db.reading() as link:
        assert Prepared(FIND).first(link, {"token": "a"}) is None, "all of it was taken back"


def test_reading_changes_nothing(db: Database) -> None:
    with db.reading() as link, pytest.raises(DBAPIError):
        Prepared(delete(SESSIONS)).run(link, {})


def test_a_value_that_is_missing_is_an_error(db: Database) -> None:
    with db.reading() as link, pytest.raises(KeyError):
        Prepared(FIND).first(link, {})
