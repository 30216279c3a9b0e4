"""What the worker does each round."""

import logging
from collections.abc import Callable
from datetime import datetime

from finportal.adapters.database import Database
from finportal.adapters.drawings import Drawings
from finportal.adapters.gateways import Gateway
from finportal.adapters.secrets import Vault
from finportal.services import (
    outbox,
    projections,
    questions,
    recovery,
    recovery_links,
    throttle,
    visits,
)
from finportal.services.days import bogota_day
from finportal.services.outbox import Delivered, Postman
from finportal.services.payments import notices, polling
from finportal.services.payments.desk import Desk
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
    *,
    gateways: Callable[[str], Gateway] | None = None,
) -> Delivered:
    """Answer recovery requests, send what is due, forget what is over, copy what lists show.

    With `gateways`, by name, also ask about the payments whose turn has come, before the mail.
    """
    around = Surroundings(now=clock(), network="worker", browser="", locale="")
    try:
        recovery.answer_requests(db, vault, around)
    except Exception:  # mail already posted must leave whatever a request holds
        log.exception("recovery requests could not be answered")
    if gateways:
        _payments(Desk(db, vault, gateways), clock, around)
    delivered = outbox.deliver_due(db, vault, postman, clock)
    with db.write() as session:
        visits.sweep(session, around.now)
        throttle.sweep(session, around.now)
        recovery_links.sweep(session, around)
        questions.sweep(session, around.now)
        outbox.sweep(session, around.now)
    projections.refresh(db, bogota_day(around.now), COPIES_A_ROUND)
    try:
        drawings.sweep(around.now)
    except OSError:  # a folder that cannot be swept must not stop the next round
        log.exception("old drawings could not be removed")
    return delivered


def _payments(desk: Desk, clock: Callable[[], datetime], around: Surroundings) -> None:
    try:
        notices.judge_waiting(desk, around)
        polling.poll_due(desk, clock, around)
    except Exception:  # the mail must leave whatever a gateway answers
        log.exception("payments could not be asked about")
