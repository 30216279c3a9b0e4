"""What every test stands on: real databases, a clock that tests set, a real mail server."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest
from flask import Flask

from finportal import create_app
from finportal.adapters import schema
from finportal.adapters.database import Database
from finportal.adapters.mail import SmtpPostman
from finportal.adapters.texts import text_postman
from finportal.services import chores
from finportal.settings import Settings
from finportal.web.context import Portal
from tests.doubles import Clock, CountingVault, MailServer, Statements
from tests.factories import People, Person
from tests.postgresql import Cluster, empty
from tests.visitor import Visitor


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in plain words what this machine could not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    for why, number in Counter(report.longrepr[2] for report in skipped).items():
        terminalreporter.write_line(f"NOT RUN: {number} tests - {why}", yellow=True)


hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


ON_BOTH_DATABASES = ("services", "adapters", "commands", "demo")
"""Where SQL is written or run by itself; pages above them meet PostgreSQL with EVERYTHING=1."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave pages on PostgreSQL to whoever asks: each of their statements is tested below them."""
    if os.environ.get("EVERYTHING"):
        return
    above = [item for item in items if item.get_closest_marker("postgresql") and _is_above(item)]
    config.hook.pytest_deselected(items=above)
    items[:] = [item for item in items if item not in set(above)]


def _is_above(item: pytest.Item) -> bool:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return folder not in ON_BOTH_DATABASES and folder != "test_database.py"


@pytest.fixture(scope="session")
def template_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the templates that one test compiled are found by the next."""
    return tmp_path_factory.mktemp("templates")


@pytest.fixture(autouse=True)
def nobodys_instance(tmp_path: Path, template_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of this machine out of the tests."""
    monkeypatch.setenv("FINPORTAL_INSTANCE", str(tmp_path))
    monkeypatch.setenv("FINPORTAL_TEMPLATE_CACHE", str(template_cache))


@pytest.fixture
def keys() -> Settings:
    """Settings for what needs keys only."""
    return Settings(
        mode="demo", secret_key="s" * 40, image_key="i" * 40, mail_key="m" * 40, pepper="p" * 40
    )


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    db = Database(f"sqlite:///{path}")
    schema.upgrade(db)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    db.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str | None]:
    """The address of a PostgreSQL server of our own; None where none can be started."""
    with tempfile.TemporaryDirectory(prefix="finportal-postgresql-") as folder:
        cluster = Cluster(Path(folder))
        if cluster.missing:
            yield None
            return
        with cluster as url:
            yield url


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: str | None) -> str:
    """A migrated database on that server."""
    if postgresql_server is None:
        pytest.skip("PostgreSQL is missing (Debian: apt-get install postgresql)")
    db = Database(postgresql_server)
    schema.upgrade(db)
    db.dispose()
    return postgresql_server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database; each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "finportal.db")
        return f"sqlite:///{tmp_path / 'finportal.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    empty(url)
    return url


@pytest.fixture
def clock() -> Clock:
    """The time, which tests move."""
    return Clock()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a small installation in a folder of its own."""
    return Settings(
        mode="demo",
        instance=tmp_path,
        database_url=database_url,
        secret_key="s" * 40,
        image_key="i" * 40,
        mail_key="m" * 40,
        pepper="p" * 40,
    )


@pytest.fixture
def make_app(clock: Clock) -> Iterator[Callable[[Settings], Flask]]:
    """Build applications whose connections are closed at the end."""
    made: list[Flask] = []

    def make(settings: Settings) -> Flask:
        app = create_app(settings, clock)
        app.testing = True
        portal: Portal = app.extensions["finportal"]
        app.extensions["finportal"] = replace(portal, vault=CountingVault(settings))
        made.append(app)
        return app

    yield make
    for app in made:
        close(app.extensions["finportal"])


def close(portal: Portal) -> None:
    """Give back what the adapters hold."""
    portal.db.dispose()
    portal.jobs.close()


@pytest.fixture
def app(make_app: Callable[[Settings], Flask], settings: Settings) -> Flask:
    """The portal."""
    return make_app(settings)


@pytest.fixture
def portal(request: pytest.FixtureRequest, settings: Settings, clock: Clock) -> Iterator[Portal]:
    """The adapters: the application's where a test has one, else without building it."""
    if "app" in request.fixturenames:
        yield request.getfixturevalue("app").extensions["finportal"]
        return
    adapters = replace(Portal.of(settings, clock), vault=CountingVault(settings))
    yield adapters
    close(adapters)


@pytest.fixture
def db(portal: Portal) -> Database:
    """The portal's database."""
    return portal.db


@pytest.fixture
def statements(db: Database) -> Iterator[Statements]:
    """The SQL statements that run, counted."""
    with Statements(db.engines) as counted:
        yield counted


@pytest.fixture
def people(portal: Portal, clock: Clock) -> People:
    """Customers, loans and accounts made on demand."""
    return People(portal, clock)


@pytest.fixture
def visitor(app: Flask, people: People) -> Visitor:
    """A person at a browser, who notices when a page breaks the house's rules."""
    return Visitor(app, people)


@pytest.fixture
def owner(visitor: Visitor, people: People) -> Person:
    """A customer who has just signed in on a browser the account knows."""
    person = people.active()
    visitor.sign_in(person)
    return person


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real SMTP server on this machine, whose answers tests choose."""
    with MailServer() as server:
        yield server


@pytest.fixture
def deliver(app: Flask, portal: Portal) -> Callable[[], object]:
    """One round of the worker."""

    def deliver_now() -> object:
        postman = SmtpPostman(app, portal.settings)
        return chores.do(
            portal.db,
            portal.vault,
            postman,
            portal.drawings,
            portal.clock,
            texts=text_postman(app, portal.settings, portal.clock),
            copies=portal.copies,
        )

    return deliver_now
