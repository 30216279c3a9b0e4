"""A PostgreSQL server of the tests' own, from the programs this machine has."""

import os
import pwd
import shutil
import socket
import subprocess
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import create_engine, exists, literal, select, text, union_all

from finportal.models import Base

SYSTEM_USER = "postgres"


class Cluster(AbstractContextManager[str]):
    """A throw-away cluster on a free port; gives its address as SQLAlchemy wants it.

    PostgreSQL refuses to run as root, so root lends it to the system's own user for it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bin = _programs()
        self._given = os.environ.get("FINPORTAL_TEST_POSTGRESQL_URL")

    @property
    def missing(self) -> str | None:
        """What this machine lacks, in words; None when nothing."""
        if self._given or self._bin:
            return None
        return "install PostgreSQL (Debian: apt-get install postgresql)"

    def __enter__(self) -> str:
        if self._given:
            return self._given
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        self._prepare_folder()
        new = ("-A", "trust", "-U", "finportal", "-E", "UTF8", "--no-sync")
        self._run("initdb", "-D", str(self._data), *new)
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c fsync=off -k {self._folder}"
        log = self._folder / "log"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(log), "-o", options, "start")
        return f"postgresql+psycopg://finportal@127.0.0.1:{self._port}/postgres"

    def __exit__(self, *_: object) -> None:
        if not self._given:
            self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _prepare_folder(self) -> None:
        if os.geteuid() == 0:
            user = pwd.getpwnam(SYSTEM_USER)
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            for parent in (self._folder, *self._folder.parents):
                if parent.is_dir() and parent.owner() == "root" and parent != Path("/"):
                    parent.chmod(parent.stat().st_mode | 0o011)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str((self._bin or Path()) / program), *arguments]
        subprocess.run(
            command,
            check=True,
            user=SYSTEM_USER if os.geteuid() == 0 else None,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )


def _programs() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    return Path(found).parent if found else None


def empty(url: str) -> None:
    """Take every row out of a migrated database and begin its numbers anew.

    TRUNCATE makes new files for each table and index, which costs ten times as much.
    """
    tables = Base.metadata.tables
    filled = union_all(
        *(select(literal(name)).where(exists(select(tables[name]))) for name in tables)
    )
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in connection.execute(filled).scalars().all():
            connection.execute(tables[name].delete())
        sequences = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
        connection.execute(text(sequences))
    engine.dispose()
