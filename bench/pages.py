"""Whether a customer's pages stay as fast when 10,000 payments become 2,000,000.

Run by `python -m bench.pages`. Two SQLite databases are filled with the same kind of credits, the
payments month by month, so that those of one credit lie far apart. The same pages are then opened
in turn in both, in this process, for customers chosen at random.
"""

import logging
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from flask import Flask
from flask.testing import FlaskClient

from bench.run import PASSWORD, known_device
from finportal import create_app
from finportal.adapters import schema
from finportal.models import Account, Customer
from finportal.models.accounts import ACTIVE
from finportal.services.contracts import contract_text
from finportal.settings import Settings

SIZES = (10_000, 2_000_000)
PAYMENTS_EACH = 20
SIGNED_IN = 25
ROUNDS = 7
VISITS = 60
PAGES = ("/cuenta", "/credito/{loan}", "/credito/{loan}/plan", "/credito/{loan}/movimientos")
BEGAN = date(2025, 2, 3)
NOW = "2026-11-01T12:00:00.000000+00:00"
KEYS = dict.fromkeys(("secret_key", "image_key", "mail_key", "pepper"), "k" * 48)


def fill(database: Path, payments: int) -> None:
    """A customer and a credit for every PAYMENTS_EACH payments."""
    loans = payments // PAYMENTS_EACH
    terms = {
        "principal": 3_000_000_000, "disbursed_on": BEGAN, "first_due_on": date(2025, 3, 3),
        "term": 60, "rate_ea": "0.22", "insurance_rate": "0.0006", "late_rate_ea": "0.2400",
    }  # fmt: skip
    contract = contract_text(terms)
    file = sqlite3.connect(database)
    file.executemany(
        "INSERT INTO customers (id, id_type, id_number, kind, name, email, mobile, loaded_at)"
        " VALUES (?, 'CC', ?, 'natural', 'Marta Rojas', ?, '3000000000', ?)",
        ((n, f"{10_000_000 + n}", f"c{n}@correo.example", NOW) for n in range(1, loans + 1)),
    )
    file.executemany(
        "INSERT INTO loans (id, loan_number, customer_id, product, principal, disbursed_on,"
        " first_due_on, term, rate_ea, status, loaded_at)"
        " VALUES (?, ?, ?, 'Moto', 3000000000, '2025-02-03', '2025-03-03', 60, '0.22', 'active',"
        " ?)",
        ((n, f"V-{n}", n, NOW) for n in range(1, loans + 1)),
    )
    file.executemany(
        "INSERT INTO loan_terms (loan_id, version, contract, recorded_at) VALUES (?, 1, ?, ?)",
        ((n, contract, NOW) for n in range(1, loans + 1)),
    )
    file.execute(
        "INSERT INTO certified_rates (valid_from, valid_to, ibc_ea, cap_ea, recorded_at)"
        " VALUES ('2025-01-01', '2026-12-31', '0.17', '0.255', ?)",
        (NOW,),
    )
    file.executemany(
        "INSERT INTO loan_events (loan_id, kind, value_date, amount, channel, source, external_id,"
        " recorded_at) VALUES (?, 'payment', ?, 81000000, 'pse', 'payments', ?, ?)",
        _payments(loans),
    )
    file.commit()
    file.close()


def _payments(loans: int) -> Iterator[tuple[int, str, str, str]]:
    for month in range(PAYMENTS_EACH):
        on = str(BEGAN + timedelta(days=30 * (month + 1)))
        for loan in range(1, loans + 1):
            yield loan, on, f"R-{month}-{loan}", NOW


def portal(folder: Path, payments: int) -> tuple[Flask, list[tuple[FlaskClient, str]]]:
    """A portal with so many payments, and the browsers of customers who are signed in."""
    settings = Settings(mode="demo", instance=folder, **KEYS)  # type: ignore[arg-type]
    app = create_app(settings)
    adapters = app.extensions["finportal"]
    schema.upgrade(adapters.db)
    fill(folder / "finportal.db", payments)
    chosen = Random(7).sample(range(1, payments // PAYMENTS_EACH + 1), SIGNED_IN)  # noqa: S311
    now, hashed = adapters.clock(), adapters.vault.hash_password(PASSWORD)
    with adapters.db.write() as session:
        session.add_all(
            Account(
                customer_id=number,
                email=f"c{number}@correo.example",
                state=ACTIVE,
                locale="es_CO",
                password_hash=hashed,
                password_changed_at=now,
                image="octopus",
                phrase="La luna sobre el río",
                created_at=now,
            )
            for number in chosen
        )
    with adapters.db.read() as session:
        customers = session.query(Customer).filter(Customer.id.in_(chosen)).all()
    return app, [(signed_in(app, customer), f"V-{customer.id}") for customer in customers]


def signed_in(app: Flask, customer: Customer) -> FlaskClient:
    """A browser whose customer has come as far as the account."""
    client = app.test_client()
    client.set_cookie("disp", known_device(app.extensions["finportal"], customer))
    client.environ_base["REMOTE_ADDR"] = f"198.18.{customer.id % 250}.{customer.id // 250 % 250}"
    page = client.get("/ingresar").text
    for path, values in (
        ("/ingresar", {"email": customer.email}),
        ("/ingresar/imagen", {}),
        ("/ingresar/clave", {"id_number": customer.id_number, "password": PASSWORD}),
    ):
        found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page)
        if found is None:
            raise RuntimeError(path)
        reply = client.post(path, data=values | {"csrf_token": found[1]}, follow_redirects=True)
        page = reply.text
    return client


def measure(browsers: list[tuple[FlaskClient, str]], page: str, random: Random) -> list[float]:
    """Milliseconds of each of VISITS openings of a page."""
    times = []
    for _ in range(VISITS):
        client, loan = random.choice(browsers)
        before = time.perf_counter()
        reply = client.get(page.format(loan=loan))
        times.append((time.perf_counter() - before) * 1000)
        if reply.status_code != 200:
            raise RuntimeError(f"{page}: {reply.status_code}")
    return times


def main() -> None:
    """Measure in turn and print the medians."""
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        sides = []
        for size in SIZES:
            place = Path(folder) / str(size)
            place.mkdir()
            sides.append(portal(place, size)[1])
        random = Random(11)  # noqa: S311
        for page in PAGES:
            rounds = [[measure(side, page, random) for side in sides] for _ in range(ROUNDS)]
            few, many = ([one for pair in rounds[1:] for one in pair[side]] for side in (0, 1))
            p50 = statistics.median(many) / statistics.median(few)
            p99 = statistics.quantiles(many, n=100)[98] / statistics.quantiles(few, n=100)[98]
            print(
                f"{page}: p50 {statistics.median(few):.2f} -> {statistics.median(many):.2f} ms, "
                f"x {p50:.2f} (goal 1.10); p99 x {p99:.2f} (goal 1.15)"
            )


if __name__ == "__main__":
    main()
