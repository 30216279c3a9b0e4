"""What the worker does each round."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from finportal.adapters.database import Database
from finportal.adapters.drawings import Drawings
from finportal.adapters.gateways import Gateway
from finportal.adapters.secrets import Vault
from finportal.services import (
    audit_seals,
    outbox,
    projections,
    questions,
    recovery,
    recovery_links,
    throttle,
    unfinished,
    visits,
)
from finportal.services.days import bogota_day
from finportal.services.my_data import takeouts
from finportal.services.my_data.takeouts import Maker
from finportal.services.outbox import Delivered, Postman
from finportal.services.payments import bank_loading, notices, polling
from finportal.services.payments.desk import Desk
from finportal.services.visits import Surroundings

COPIES_A_ROUND = 5_000
"""Replaying so many credits takes seconds; the mail of the next round must not wait longer."""

SEALS_A_ROUND = 20_000
"""So that the first rounds after an upgrade, with years of rows to seal, delay no mail."""

PAYMENTS_A_ROUND = timedelta(seconds=20)
"""Gateways may be slow, and the next round's mail must not wait for more than one last answer."""

log = logging.getLogger(__name__)


def do(
    db: Database,
    vault: Vault,
    postman: Postman,
    drawings: Drawings,
    clock: Callable[[], datetime],
    *,
    texts: Postman | None = None,
    gateways: Callable[[str], Gateway] | None = None,
    copies: Maker | None = None,
) -> Delivered:
    """Answer recovery requests, send what is due, forget what is over, copy what lists show, seal.

    `texts` carries text messages; without it they wait.
    With `gateways`, by name, also ask about the payments whose turn has come, after the mail
    that waits, and send what they post.
    With `copies`, make the copies of their data that customers asked for, and erase old ones.
    """
    around = Surroundings(now=clock(), network="worker", browser="", locale="")
    try:
        recovery.answer_requests(db, vault, around)
    except Exception:  # mail already posted must leave whatever a request holds
        log.exception("recovery requests could not be answered")
    if copies:
        _copies(copies, clock, around)
    delivered = outbox.deliver_due(db, vault, postman, clock, texts)
    if gateways:
        _payments(Desk(db, vault, gateways), clock, around)
        delivered += outbox.deliver_due(db, vault, postman, clock, texts)
    with db.write() as session:
        visits.sweep(session, around.now)
        throttle.sweep(session, around.now)
        recovery_links.sweep(session, around)
        questions.sweep(session, around.now)
        unfinished.sweep(session, around.now)
        outbox.sweep(session, around.now)
    projections.refresh(db, bogota_day(around.now), COPIES_A_ROUND)
    try:
        drawings.sweep(around.now)
    except OSError:  # a folder that cannot be swept must not stop the next round
        log.exception("old drawings could not be removed")
    _seal(db, vault, clock())
    return delivered


def _seal(db: Database, vault: Vault, now: datetime) -> None:
    """Seal the trail, and tell the log its head, which the database's owner cannot change."""
    try:
        if rows := audit_seals.seal(db, vault, now, SEALS_A_ROUND):
            with db.reading() as link:
                last = audit_seals.head(link)
            log.info("trail sealed", extra={"rows": rows, "place": last.place, "head": last.digest})
    except Exception:  # a trail that cannot be sealed is for a person; the next round must come
        log.exception("the trail could not be sealed")


def _payments(desk: Desk, clock: Callable[[], datetime], around: Surroundings) -> None:
    ends = clock() + PAYMENTS_A_ROUND
    try:
        notices.judge_waiting(desk, around, lambda: clock() < ends)
        polling.poll_due(desk, clock, around, lambda: clock() < ends)
        bank_loading.finish(desk, around, lambda: clock() < ends)
    except Exception:  # the rest must be done whatever a gateway answers
        log.exception("payments could not be asked about")


def _copies(copies: Maker, clock: Callable[[], datetime], around: Surroundings) -> None:
    try:
        takeouts.work(copies, clock, around)
    except Exception:  # the mail must leave whatever a copy runs into
        log.exception("copies of customers' data could not be made or erased")
