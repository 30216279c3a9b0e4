"""What the worker does each round."""

import logging
from collections.abc import Callable
from datetime import datetime

from finportal.adapters.database import Database
from finportal.adapters.drawings import Drawings
from finportal.adapters.secrets import Vault
from finportal.services import outbox, projections, recovery, recovery_links, throttle, visits
from finportal.services.days import bogota_day
from finportal.services.outbox import Delivered, Postman
from finportal.services.visits import Surroundings

COPIES_A_ROUND = 5_000
"""Replaying so many credits takes seconds; the mail of the next round must not wait longer."""

log = logging.getLogger(__name__)


def do(
    db: Database,
    vault: Vault,
    postman: Postman,
    drawings: Drawings,
    clock: Callable[[], datetime],
) -> Delivered:
    """Answer recovery requests, send what is due, forget what is over, copy what lists show."""
    around = Surroundings(now=clock(), network="worker", browser="", locale="")
    try:
        recovery.answer_requests(db, vault, around)
    except Exception:  # mail already posted must leave whatever a request holds
        log.exception("recovery requests could not be answered")
    delivered = outbox.deliver_due(db, vault, postman, clock)
    with db.write() as session:
        visits.sweep(session, around.now)
        throttle.sweep(session, around.now)
        recovery_links.sweep(session, around)
        outbox.sweep(session, around.now)
    projections.refresh(db, bogota_day(around.now), COPIES_A_ROUND)
    try:
        drawings.sweep(around.now)
    except OSError:  # a folder that cannot be swept must not stop the next round
        log.exception("old drawings could not be removed")
    return delivered
