"""Processes of payments that are about to be killed: real services, real HTTP, no way to know when.

Words of each: database address, bank's address, folder, port for notifications, how many credits
there are, seed, the form that the one before may not have finished ("-" for none), and the table
right after a row of which it dies by itself ("-" for none, "commit" for right before a commit).
"""

import gc
import logging
import os
import random
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event, select
from werkzeug.serving import make_server

from finportal.adapters.database import Database
from finportal.adapters.gateways import Method
from finportal.adapters.gateways.chosen import gateway_named
from finportal.adapters.secrets import Vault
from finportal.lending import Centavos
from finportal.models import PaymentAttempt
from finportal.services.errors import Refused
from finportal.services.payments import answers, notices, starting
from finportal.services.payments.desk import Desk
from finportal.services.payments.inbox import Received
from finportal.services.payments.offers import Purpose
from finportal.services.payments.starting import Wish
from finportal.services.visits import Surroundings
from finportal.settings import Settings
from tests.gateways import KEYS, Bank

MOST_ROWS = 2
PLANS = ("approved", "approved", "twice", "silent", "declined", "wrong-amount", "pending")


def around() -> Surroundings:
    """Now."""
    return Surroundings(now=datetime.now(UTC), network="203.0.113.0/24", browser="", locale="es_CO")


@dataclass
class Life:
    """What a process works with: the portal's side, the bank, and how many credits there are."""

    desk: Desk
    hands: Bank
    loans: int


@contextmanager
def serving(desk: Desk, port: int) -> Iterator[None]:
    """Take notifications in threads."""

    def take(environ: Any, start: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        received = notices.receive(desk, "placetopay", {}, body, around())
        start("400 Bad Request" if received is Received.REFUSED else "200 OK", [])
        return [b""]

    server = make_server("127.0.0.1", port, take, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def die_at(db: Database, point: str, rows: int) -> None:
    """Die with the so many-th row of a table, inside the transaction that adds it."""
    left = count(rows - 1, -1)

    def die_in_time(*_: object) -> None:
        if next(left) <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(f"INSERT INTO {point} "):
            die_in_time()

    if point == "commit":
        event.listen(db.engine, "commit", die_in_time)
    else:
        event.listen(db.engine, "after_cursor_execute", look)


def wish(form: str, loans: int) -> Wish:
    """What a form's key asks for: its amount and its credit follow from it."""
    number = int(form)
    return Wish(
        loan_number=f"VH-{number % loans}",
        purpose=Purpose.OTHER,
        amount=Centavos(100_000 + number % 1_000 * 100),
        form_key=form,
        description="Pago",
        return_url=lambda reference: f"http://127.0.0.1/pagos/{reference}",
        ip="127.0.0.1",
        user_agent="child",
        method=Method.PSE,
        anyway=True,
    )


def pay(life: Life, form: str, plan: str) -> None:
    """One payment from its form to the customer's return, saying what was acknowledged."""
    say("trying", form)
    desk = life.desk
    try:
        sent = starting.start(desk, "placetopay", wish(form, life.loans), around())
    except Refused:
        return
    say("begun", sent.reference)
    life.hands.control(reference=sent.reference, decide=plan, tick=True)
    with desk.db.read() as session:
        query = select(PaymentAttempt.id).where(PaymentAttempt.reference == sent.reference)
        attempt_id = session.scalars(query).one()
    answers.learn(desk, attempt_id, "return", around())


def begin(words: Sequence[str]) -> Life:
    """What all children of a database need: warmed by a payment of each kind, then at rest.

    Statements are compiled then and mappers are ready; no connection and no thread is left that a
    child could inherit.
    """
    url, bank, folder, port, loans = words[:5]
    settings = Settings(
        mode="demo",
        instance=Path(folder),
        database_url=url,
        base_url=f"http://127.0.0.1:{port}",
        fake_gateway=bank,
        gateway="placetopay",
        **KEYS,
    )
    named = partial(gateway_named, settings=settings, clock=lambda: datetime.now(UTC))
    desk = Desk(Database(settings.database), Vault(settings), named)
    hands = Bank.__new__(Bank)
    hands.address = bank
    life = Life(desk, hands, int(loans))
    with serving(desk, int(port)):
        for number, plan in enumerate(dict.fromkeys(PLANS)):
            pay(life, str(number), plan)
    desk.db.dispose()
    gc.collect()
    gc.freeze()
    return life


def live(life: Life, words: Sequence[str]) -> None:
    """Pay until killed."""
    port, seed, last, point = words[3], *words[5:]
    chance = random.Random(int(seed))  # noqa: S311 - moments, not secrets
    plans = ("wrong-amount",) if point == "held_payments" else PLANS
    if point != "-":
        die_at(life.desk.db, point, chance.randint(1, MOST_ROWS))
    with serving(life.desk, int(port)):
        say("ready", str(os.getpid()))
        if last != "-":
            pay(life, last, chance.choice(plans))
        while True:
            pay(life, str(chance.randrange(10**9)), chance.choice(plans))


def main() -> None:
    """For each line of words, a child that lives by them; its end is told too.

    Children are forked from here, where everything is imported, warm, and nothing is open.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    lives: dict[str, Life] = {}
    for line in sys.stdin:
        words = line.split()
        life = lives[words[0]] = lives.get(words[0]) or begin(words)
        child = os.fork()
        if not child:
            live(life, words)
        _, status = os.waitpid(child, 0)
        say("ended", str(os.waitstatus_to_exitcode(status)))


def say(*words: str) -> None:
    """Tell whoever watches; a line is written whole or not at all."""
    os.write(1, (" ".join(words) + "\n").encode())


if __name__ == "__main__":
    main()
