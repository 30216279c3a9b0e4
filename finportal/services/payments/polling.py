"""Asking about what is open, without being told: many notifications never come."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from finportal.models import PaymentAttempt
from finportal.services.payments.answers import learn
from finportal.services.payments.desk import Desk
from finportal.services.visits import Surroundings

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""For so long nobody else asks about an attempt that is being asked about."""
AT_MOST = 100


def poll_due(
    desk: Desk,
    clock: Callable[[], datetime],
    around: Surroundings,
    more: Callable[[], bool] = lambda: True,
) -> int:
    """Ask about every attempt whose turn has come, the longest waiting first; returns how many.

    Leaves out a gateway that does not answer, and ends once there is no `more` time.
    Several workers may poll at once.
    """
    asked, down = 0, set[str]()
    while asked < AT_MOST and more():
        claimed = _claim(desk, clock(), down)
        if claimed is None:
            break
        attempt_id, gateway = claimed
        asked += 1
        if _down(desk, attempt_id, replace(around, now=clock())):
            down.add(gateway)
    return asked


def _down(desk: Desk, attempt_id: int, around: Surroundings) -> bool:
    """Ask about one attempt; whether its gateway gives no usable answer."""
    try:
        return learn(desk, attempt_id, "poll", around).down
    except Exception:  # one attempt must not stop the others
        log.exception("an attempt could not be asked about", extra={"attempt": attempt_id})
        return False


def _claim(desk: Desk, now: datetime, down: set[str]) -> tuple[int, str] | None:
    """Put an attempt's next turn off, so that only one worker asks."""
    due = (
        select(PaymentAttempt.id, PaymentAttempt.gateway)
        .where(PaymentAttempt.next_poll_at <= now, PaymentAttempt.gateway.not_in(down))
        .order_by(PaymentAttempt.next_poll_at, PaymentAttempt.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with desk.db.write() as session:
        row = session.execute(due).one_or_none()
        if row is None:
            return None
        again = update(PaymentAttempt).where(PaymentAttempt.id == row.id)
        session.execute(again.values(next_poll_at=now + LEASE))
        return row.id, row.gateway
