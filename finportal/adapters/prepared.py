"""Statements that every visitor's request runs: put into words once, then run by the driver.

SQLAlchemy takes six times what SQLite takes to find one row: keys of its cache, contexts, results.
This keeps what it is good for, the words for each database, types, events and errors, and leaves
out the rest. It is for statements that never change; everything else is executed as usual.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Insert, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

from finportal.adapters.database import Link

Statement = Select[*tuple[Any, ...]] | UpdateBase
Values = Mapping[str, object]
Convert = Callable[[Any], Any] | None


class Prepared:
    """A statement with `bindparam`s, or a bare INSERT; rows come as named tuples.

    No lists (`IN`) and no defaults made in Python. Raises what SQLAlchemy raises.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._spoken: dict[tuple[str, ...], _Spoken] = {}

    def run(self, link: Link, values: Values) -> None:
        """Change rows, as part of the link's transaction."""
        self._execute(link, values)

    def all(self, link: Link, values: Values) -> list[Any]:
        """Every row."""
        spoken, cursor = self._execute(link, values)
        return [spoken.row(found) for found in cursor.fetchall()]

    def first(self, link: Link, values: Values) -> Any:
        """The first row; None when there is none."""
        spoken, cursor = self._execute(link, values)
        found = cursor.fetchone()
        return spoken.row(found) if found else None

    def _execute(self, link: Link, values: Values) -> "tuple[_Spoken, Any]":
        if isinstance(link, Session):
            link.flush()  # what was added before stands before
        connection = link.connection() if isinstance(link, Session) else link
        dialect = connection.dialect
        key = (dialect.name, *values)
        spoken = self._spoken.get(key)
        if spoken is None:
            spoken = self._spoken[key] = _Spoken(self._statement, dialect, list(values))
        cursor, given = connection.connection.cursor(), spoken.given(values)
        events = connection.engine.dispatch
        for listener in events.before_cursor_execute:
            listener(connection, cursor, spoken.words, given, None, False)  # noqa: FBT003
        try:
            cursor.execute(spoken.words, given)
        except dialect.loaded_dbapi.Error as error:
            raise _named(error, spoken.words, connection) from error
        for listener in events.after_cursor_execute:
            listener(connection, cursor, spoken.words, given, None, False)  # noqa: FBT003
        return spoken, cursor


class _Spoken:
    """A statement in the words of one database, with values of these names."""

    def __init__(self, statement: Statement, dialect: Dialect, names: list[str]) -> None:
        if isinstance(statement, Insert):
            statement = statement.inline()
        compiled = cast("Any", statement.compile(dialect=dialect, column_keys=names))
        self.words = str(compiled)
        self._named = compiled.positiontup is None
        bound = {name: parameter for parameter, name in compiled.bind_names.items()}
        order: list[str] = compiled.positiontup or list(bound)
        self._given = [(name, _into(bound[name].type, dialect)) for name in order]
        self._fixed = {
            name: parameter.effective_value
            for name, parameter in bound.items()
            if not parameter.required
        }
        columns = statement.exported_columns.items()
        row: Any = namedtuple("Row", [str(name) for name, _ in columns])  # type: ignore[misc]  # noqa: PYI024
        self._row = row._make
        self._columns = [_out_of(column.type, dialect) for _, column in columns]

    def given(self, values: Values) -> tuple[object, ...] | dict[str, object]:
        """The values as the driver takes them."""
        known = {**self._fixed, **values}
        if self._named:
            return {
                name: convert(known[name]) if convert else known[name]
                for name, convert in self._given
            }
        return tuple(
            [convert(known[name]) if convert else known[name] for name, convert in self._given]
        )

    def row(self, found: Iterable[object]) -> Any:
        """The driver's row as ours."""
        return self._row(
            [
                convert(value) if convert else value
                for convert, value in zip(self._columns, found, strict=True)
            ]
        )


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out_of(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _named(error: Exception, words: str, connection: Connection) -> Exception:
    """SQLAlchemy's name of a driver's error; what was written is not told."""
    dialect = connection.dialect
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(words, None, error, base, hide_parameters=True, dialect=dialect)
