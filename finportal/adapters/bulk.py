"""Many rows into a table at the speed of the database's own driver."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from finportal.models import Base

Values = Sequence[object]
"""A row: whole numbers, texts and None; days and moments as ISO text."""


def moment(at: datetime) -> str:
    """An aware moment as both databases take it, and as SQLite keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def insert_all(
    session: Session, table: type[Base], columns: Sequence[str], rows: Iterable[Values]
) -> int:
    """Insert rows, part of the session's transaction. Raises DBAPIError."""
    return _insert(session, table.__tablename__, columns, rows, "")


def insert_new(
    session: Session, table: type[Base], columns: Sequence[str], rows: Iterable[Values]
) -> int:
    """Insert the rows that no unique constraint forbids; how many went in. Raises DBAPIError."""
    return _insert(session, table.__tablename__, columns, rows, " ON CONFLICT DO NOTHING")


def _insert(
    session: Session, table: str, columns: Sequence[str], rows: Iterable[Values], clause: str
) -> int:
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    insert = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    try:
        return insert(driver, table, columns, rows, clause)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(f"INSERT INTO {table}", None, error, hide_parameters=True) from error


def _on_sqlite(
    driver: Any, table: str, columns: Sequence[str], rows: Iterable[Values], clause: str
) -> int:
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks}){clause}"  # noqa: S608 - our names
    inserted: int = driver.executemany(statement, rows).rowcount
    return max(inserted, 0)


def _on_postgresql(
    driver: Any, table: str, columns: Sequence[str], rows: Iterable[Values], clause: str
) -> int:
    """COPY has no word for conflicts: it fills a table that lives as long as the transaction."""
    names, incoming = ", ".join(columns), f"incoming_{table}"
    with driver.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {incoming} ON COMMIT DROP "  # noqa: S608 - our names
            f"AS SELECT {names} FROM {table} WITH NO DATA"
        )
        with cursor.copy(f"COPY {incoming} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        statement = f"INSERT INTO {table} ({names}) SELECT {names} FROM {incoming}{clause}"  # noqa: S608
        inserted: int = cursor.execute(statement).rowcount
        cursor.execute(f"DROP TABLE {incoming}")
    return inserted
