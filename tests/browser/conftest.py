"""A running portal (server and worker as in production), a mail server, and Chromium."""

import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.models import Customer, Loan
from finportal.settings import Settings
from tests.browser.person import Guest, Screen
from tests.doubles import MailServer, text_of

BIN = Path(sys.executable).parent
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class Site:
    """A running portal: its address, its mail and its database."""

    address: str
    folder: Path
    mail: MailServer
    db: Database
    bank: str
    vault: Vault
    networks: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def customer(self, index: int) -> Customer:
        """One of the demo lender's people with an active credit, each index another."""
        with self.db.read() as session:
            found = (
                session.query(Customer)
                .join(Loan, Loan.customer_id == Customer.id)
                .filter(Customer.id_type == "CC", Loan.status == "active")
                .distinct()
                .order_by(Customer.id)
            )
            return found.all()[index]

    def loan_numbers(self, customer: Customer) -> set[str]:
        """The credits of a customer."""
        with self.db.read() as session:
            return {
                row.loan_number for row in session.query(Loan).filter_by(customer_id=customer.id)
            }

    def letter_to(self, address: str, number: int = 1) -> str:
        """The text of the first (second, third) letter that reached this address."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            found = [message for message in self.mail.messages if message["To"] == address]
            if len(found) >= number:
                return text_of(found[number - 1])
            time.sleep(0.1)
        raise AssertionError(f"letter {number} to {address} did not come")

    def code_for(self, address: str, number: int = 1) -> str:
        """The code in the first (second) letter with one that reached this address."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            texts = [text_of(message) for message in self.mail.messages if message["To"] == address]
            found = re.findall(r"Su código: (\d{6})", "\n".join(texts))
            if len(found) >= number:
                return str(found[number - 1])
            time.sleep(0.1)
        raise AssertionError(f"code {number} to {address} did not come")

    def password_for(self, address: str) -> str:
        """The provisional password in the first letter."""
        found = re.search(r"provisional: (\S+)", self.letter_to(address))
        assert found
        return found[1]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder as an operator makes it, with the demo lender loaded; to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    environment = os.environ | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "FINPORTAL_MODE": "demo",
        "FINPORTAL_INSTANCE": str(folder),
    }
    commands = _flask("db upgrade", "keys create", "demo")
    for command in (["python", "-m", "finportal.keys"], *commands):
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Site]:
    """The portal as an operator starts it."""
    with running(prepared, tmp_path_factory.mktemp("sites") / "site") as started:
        yield started


@contextmanager
def running(prepared: Path, folder: Path, **settings: str) -> Iterator[Site]:
    """A portal in a copy of a prepared folder, with these FINPORTAL_* settings beside the usual."""
    shutil.copytree(prepared, folder)
    port, bank_port = _free_port(), _free_port()
    bank = f"http://127.0.0.1:{bank_port}"
    with MailServer() as mail:
        environment = os.environ | {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "FINPORTAL_MODE": "demo",
            "FINPORTAL_INSTANCE": str(folder),
            "FINPORTAL_BASE_URL": f"http://127.0.0.1:{port}",
            "FINPORTAL_MAIL_SERVER": mail.host,
            "FINPORTAL_MAIL_PORT": str(mail.port),
            "FINPORTAL_PROXY_HOPS": "1",
            "FINPORTAL_GATEWAY": "placetopay",
            "FINPORTAL_FAKE_GATEWAY": bank,
            **{f"FINPORTAL_{name.upper()}": value for name, value in settings.items()},
        }
        gateway = ["python", "-m", "finportal.demo.gateway", "--port", str(bank_port)]
        server = [
            "python",
            "serve.py",
            "--interface",
            "wsgi",
            "--port",
            str(port),
            "--workers",
            "2",
        ]
        processes = [
            subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
            for command in (
                [*server, "--blocking-threads", "1", "wsgi:app"],
                gateway,
                *_flask("worker"),
            )
        ]
        try:
            _wait_for(bank)
            _wait_for(f"http://127.0.0.1:{port}/")
            db = Database(f"sqlite:///{folder / 'finportal.db'}")
            keys = tomllib.loads((folder / "keys.toml").read_text())
            vault = Vault(Settings(**(keys | {"mode": "demo", "instance": folder})))
            yield Site(f"http://127.0.0.1:{port}", folder, mail, db, bank, vault)
            db.dispose()
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(20)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is missing (Debian: apt-get install chromium)")
    browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
    yield browser
    browser.close()


@pytest.fixture
def open_browser(chromium: Browser, site: Site) -> Iterator["object"]:
    """Start browsers with a given screen; at the end none may have complained."""
    guests: list[Guest] = []

    def start(screen: Screen) -> Guest:
        guests.append(Guest(chromium, site.address, screen, network=next(site.networks)))
        return guests[-1]

    yield start
    for guest in guests:
        guest.close()


def _flask(*commands: str) -> list[list[str]]:
    return [["flask", "--app", "wsgi", *command.split()] for command in commands]


def _wait_for(address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
