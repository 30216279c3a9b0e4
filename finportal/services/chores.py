"""What the worker does each round."""

from collections.abc import Callable
from datetime import datetime

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.services import outbox, recovery, throttle, visits
from finportal.services.outbox import Delivered, Postman
from finportal.services.visits import Surroundings


def do(db: Database, vault: Vault, postman: Postman, clock: Callable[[], datetime]) -> Delivered:
    """Answer recovery requests, send what is due, forget what is over."""
    around = Surroundings(now=clock(), network="worker", browser="", locale="")
    recovery.answer_requests(db, vault, around)
    delivered = outbox.deliver_due(db, vault, postman, clock)
    with db.write() as session:
        visits.sweep(session, around.now)
        throttle.sweep(session, around.now)
    return delivered
