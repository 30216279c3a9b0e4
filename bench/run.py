"""Measures what bench/README.md reports: weight, memory, and what signing in costs.

Run by `make bench`. It starts the portal as an operator does, on a free port with a folder of its
own, and talks to it over loopback. Figures that depend on the machine are given beside a reference
taken in the same run.
"""

import gzip
import os
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path

from argon2 import PasswordHasher, Type

from finportal import create_app, keys
from finportal.models import Account, Customer
from finportal.models.accounts import ACTIVE
from finportal.services import devices
from finportal.services.visits import Surroundings
from finportal.settings import Settings
from finportal.web.context import Portal

ROUNDS, JOURNEYS = 5, 20
PASSWORD = "cuatro palabras sin nexo"  # noqa: S105
TICKS = os.sysconf("SC_CLK_TCK")


class Site:
    """A running portal of two workers."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.environment = os.environ | {
            "FINPORTAL_MODE": "demo",
            "FINPORTAL_INSTANCE": str(folder),
            "FINPORTAL_BASE_URL": self.address,
            "FINPORTAL_PROXY_HOPS": "1",
        }
        os.environ.update(self.environment)
        keys.create(folder)
        for command in ("db upgrade", "demo", "loan verify --refresh"):  # as a worker leaves it
            self._flask(command)
        options = f"--interface wsgi --port {port} --workers 2 --blocking-threads 1 wsgi:app"
        self.process = subprocess.Popen(
            [sys.executable, "serve.py", *options.split()],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _flask(self, command: str) -> None:
        program = Path(sys.executable).parent / "flask"
        subprocess.run(
            [program, "--app", "wsgi", *command.split()],
            check=True,
            env=self.environment,
            stdout=subprocess.DEVNULL,
        )

    def pids(self) -> list[int]:
        """The server and its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [self.process.pid, *(int(pid) for pid in children.split())]

    def cpu_ms(self) -> float:
        """CPU time of server and workers so far."""
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total * 1000 / TICKS

    def memory_mb(self, *, parent: bool) -> float:
        """Proportional set size of the workers, and of the process that started them."""
        kilobytes = 0
        for pid in self.pids()[0 if parent else 1 :]:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            kilobytes += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
        return kilobytes / 1024


class Client:
    """A browser of few words: own cookies, own network, one connection that stays open."""

    def __init__(self, site: str, network: int, device: str = "") -> None:
        self._connection = HTTPConnection(site.removeprefix("http://"), timeout=20)
        self._network = f"198.{18 + network // 250}.{network % 250}.9"
        self._cookies: SimpleCookie = SimpleCookie({"disp": device} if device else {})
        self.page = ""

    def get(self, path: str) -> str:
        """Open a page."""
        return self._send("GET", path)

    def post(self, path: str, **values: str) -> str:
        """Send the page's form with its token."""
        found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', self.page)
        if found is None:
            raise RuntimeError(f"no form on the way to {path}")
        return self._send("POST", path, urllib.parse.urlencode(values | {"csrf_token": found[1]}))

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def _send(self, method: str, path: str, body: str | None = None) -> str:
        headers = {
            "X-Forwarded-For": self._network,
            "Cookie": "; ".join(f"{name}={one.value}" for name, one in self._cookies.items()),
        }
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        reply = self._connection.getresponse()
        self.page = reply.read().decode()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            self._cookies.load(cookie)
        if location := reply.headers.get("Location"):
            return self._send("GET", location)
        return self.page


@contextmanager
def running_site() -> Iterator[tuple[Site, Portal]]:
    """The portal, answering, and its adapters in this process."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        portal: Portal = create_app(Settings.load()).extensions["finportal"]
        until = time.monotonic() + 30
        while True:
            try:
                Client(site.address, 0).get("/")
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        try:
            yield site, portal
        finally:
            site.process.send_signal(signal.SIGTERM)
            site.process.wait(20)


def open_accounts(portal: Portal) -> list[Customer]:
    """Give every demo customer an account with the same password."""
    now = portal.clock()
    hashed = portal.vault.hash_password(PASSWORD)
    with portal.db.write() as session:
        customers = session.query(Customer).filter(Customer.kind == "natural").all()
        for customer in customers:
            session.add(
                Account(
                    customer_id=customer.id,
                    email=customer.email,
                    state=ACTIVE,
                    locale="es_CO",
                    password_hash=hashed,
                    password_changed_at=now,
                    image="octopus",
                    phrase="La luna sobre el río",
                    created_at=now,
                )
            )
    return customers


def known_device(portal: Portal, customer: Customer) -> str:
    """The cookie of a browser that the customer's account knows: one that needs no code."""
    around = Surroundings(portal.clock(), "198.18.0.0/24", "Chrome, Android", "es_CO")
    with portal.db.write() as session:
        account = session.query(Account).filter_by(customer_id=customer.id).one()
        return devices.remember(session, account.id, around).token


def sign_in(site: str, customer: Customer, network: int, device: str) -> None:
    """The whole journey: seven requests on one connection, three of them forms."""
    signed_in(site, customer, network, device).close()


def signed_in(site: str, customer: Customer, network: int, device: str) -> Client:
    """A browser that has come as far as the account."""
    client = Client(site, network, device)
    client.get("/ingresar")
    client.post("/ingresar", email=customer.email)
    client.post("/ingresar/imagen")
    page = client.post("/ingresar/clave", id_number=customer.id_number, password=PASSWORD)
    if customer.name not in page:
        raise RuntimeError("the journey did not end in the account")
    return client


class Checks:
    """One Argon2id check with OWASP's parameters (19 MiB, 2 passes, 1 lane), in this process.

    By the reference implementation (argon2-cffi) and as the portal makes it.
    """

    def __init__(self, portal: Portal) -> None:
        hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
        self._reference = partial(hasher.verify, hasher.hash(PASSWORD), PASSWORD)
        stored = portal.vault.hash_password(PASSWORD)
        self._own = partial(portal.vault.password_matches, PASSWORD, stored)

    def cpu_ms(self) -> tuple[float, float]:
        """What each takes now: the reference, the portal's own."""
        return _cpu_ms(self._reference), _cpu_ms(self._own)


def _cpu_ms(work: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def measure_sign_in(site: Site, portal: Portal, customers: list[Customer]) -> None:
    """Server CPU of a journey against the password check alone, one after the other."""
    checks, rounds, networks = Checks(portal), [], iter(range(1, 10_000))
    for number in range(ROUNDS + 1):
        alone = []
        before = site.cpu_ms()
        for journey in range(JOURNEYS):
            customer = customers[journey % len(customers)]
            device = known_device(portal, customer)
            sign_in(site.address, customer, next(networks), device)
            alone.append(checks.cpu_ms())
        each = (site.cpu_ms() - before) / JOURNEYS
        reference, own = (statistics.mean(times) for times in zip(*alone, strict=True))
        if number:  # the first round warms the workers up
            rounds.append((each / reference, each / own))
            print(f"  round {number}: journey {each:.1f} ms, check {reference:.1f}, own {own:.1f}")
    by_reference, by_own = (statistics.median(ratios) for ratios in zip(*rounds, strict=True))
    print(f"sign-in journey / one Argon2id check: {by_reference:.2f} (goal <= 1.40)")
    print(f"sign-in journey / the portal's own check: {by_own:.2f}")


def measure_pages(site: Site) -> None:
    """Compressed weight of a cold page with everything it loads."""
    for path in ("/", "/registro", "/ingresar"):
        html, size = fetch(site.address + path)
        files = set(re.findall(r'="(/static/[^"]+)"', html))
        size += sum(fetch(site.address + file)[1] for file in files)
        print(
            f"cold page {path}: {size / 1000:.1f} kB in {len(files) + 1} requests (goal 30 kB, 6)"
        )


def fetch(address: str) -> tuple[str, int]:
    """A file's text and its compressed size."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as reply:  # noqa: S310
        body = reply.read()
        packed = reply.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(body) if packed else body).decode(errors="replace"), len(body)


def print_memory(site: Site, when: str) -> None:
    """Say what two workers hold, alone and with their parent."""
    alone, whole = site.memory_mb(parent=False), site.memory_mb(parent=True)
    print(f"two workers, {when}: {alone:.0f} MB PSS (idle goal <= 130); with parent {whole:.0f} MB")


def main() -> None:
    """Measure and print."""
    with running_site() as (site, portal):
        time.sleep(1)
        print_memory(site, "idle")
        measure_pages(site)
        measure_sign_in(site, portal, open_accounts(portal))
        print_memory(site, "after the journeys")


if __name__ == "__main__":
    main()
