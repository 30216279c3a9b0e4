"""The database's version: migrations by Alembic, and whether they were run."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from finportal.adapters.database import Database

FOLDER = Path(__file__).parent.parent / "migrations"


def upgrade(db: Database, revision: str = "head") -> None:
    """Run the migrations up to a revision, all in one transaction.

    A new SQLite file is readable by its owner only.
    """
    if (path := db.engine.url.database) and db.engine.dialect.name == "sqlite":
        Path(path).touch(mode=0o600)
    _run(db, lambda config: command.upgrade(config, revision))


def downgrade(db: Database, revision: str) -> None:
    """Run the migrations back down to a revision ("base" for none)."""
    _run(db, lambda config: command.downgrade(config, revision))


def current(db: Database) -> str | None:
    """The revision the database is at; None when it has no tables."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision this code needs."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _run(db: Database, work: Callable[[Config], None]) -> None:
    with db.engine.begin() as connection:
        work(_config(connection))


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
