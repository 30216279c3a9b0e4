"""The database: one way to read and one way to write, on SQLite and PostgreSQL alike."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import local

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

Link = Session | Connection
"""What carries statements to the database inside a transaction: both execute alike."""

BUSY_TIMEOUT_MS = 5_000

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
)


class Database:
    """Sessions on one database address.

    A read sees committed data and can change nothing; a write is one transaction that commits whole
    or not at all. On SQLite a write begins IMMEDIATE, so that two writers queue instead of failing.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._writer = _engine(url, write=True)
        self._reader = _engine(url, write=False)
        self._write = sessionmaker(self._writer, expire_on_commit=False)
        self._read = sessionmaker(self._reader, expire_on_commit=False, autoflush=False)
        self._kept = local()

    @property
    def engine(self) -> Engine:
        """The engine that writes; migrations run on it."""
        return self._writer

    @property
    def engines(self) -> tuple[Engine, Engine]:
        """Both engines, for whoever counts statements."""
        return self._writer, self._reader

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads."""
        with self._read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error."""
        with self._write.begin() as session:
            yield session

    def reading(self) -> AbstractContextManager[Connection]:
        """Reads without a session: half the cost where rows are enough.

        On SQLite each thread keeps one connection for them, which holds nothing between statements.
        """
        if self._reader.dialect.name != "sqlite":
            return self._reader.connect()
        kept: Connection | None = getattr(self._kept, "connection", None)
        if kept is None:
            kept = self._kept.connection = self._reader.connect()
        return nullcontext(kept)

    def writing(self) -> AbstractContextManager[Connection]:
        """Writes in one transaction without a session."""
        return self._writer.begin()

    def dispose(self) -> None:
        """Close this thread's and the pooled connections (before a fork, at the end of a test)."""
        if kept := self._kept.__dict__.pop("connection", None):
            kept.close()
        for engine in self.engines:
            engine.dispose()


def dialect_of(link: Link) -> str:
    """The database's name as SQLAlchemy says it: sqlite or postgresql."""
    engine = link.get_bind() if isinstance(link, Session) else link
    return engine.dialect.name


def _engine(url: str, *, write: bool) -> Engine:
    if not url.startswith("sqlite"):
        return _server_engine(url, write=write)
    reset = "rollback" if write else None  # what only reads leaves nothing to take back
    most = 10 if write else -1  # a thread that keeps one must never wait for another's
    engine = create_engine(
        url,
        pool_size=4,
        max_overflow=most,
        hide_parameters=True,
        pool_reset_on_return=reset,
    )
    event.listen(engine, "connect", _prepare_sqlite_writer if write else _prepare_sqlite_reader)
    if write:
        event.listen(engine, "begin", _begin_immediate)
    return engine


def _server_engine(url: str, *, write: bool) -> Engine:
    level = "READ COMMITTED" if write else "AUTOCOMMIT"
    options = {} if write else {"options": "-c default_transaction_read_only=on"}
    return create_engine(
        url,
        isolation_level=level,
        connect_args=options,
        hide_parameters=True,
        pool_pre_ping=True,
    )


def _prepare_sqlite_writer(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    _prepare_sqlite(connection)


def _prepare_sqlite_reader(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    _prepare_sqlite(connection)
    connection.cursor().execute("PRAGMA query_only=ON")


def _prepare_sqlite(connection: DBAPIConnection) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # the begin event alone decides how a transaction starts
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.connection.cursor().execute("BEGIN IMMEDIATE")
