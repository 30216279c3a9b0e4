"""A gateway that did not answer: remembered for every process, so that few requests wait for it."""

from datetime import timedelta

from finportal.services import throttle
from finportal.services.payments.desk import Desk
from finportal.services.throttle import Counter, Limit
from finportal.services.visits import Surroundings

SILENT = Limit("gateway without an answer", 1, timedelta(minutes=10))
"""So long after it did not answer, unless it answered meanwhile, questions wait for their turn."""
TURN = Limit("asking a silent gateway", 1, timedelta(seconds=30))
"""While it is silent, one request in so long asks it: any other would hold its process for nothing.
"""


def may_ask(desk: Desk, gateway: str, around: Surroundings) -> bool:
    """Whether somebody's request may ask this gateway now. It takes the turn where there is one."""
    if not is_silent(desk, gateway, around):
        return True
    _, turn = _counters(desk, gateway)
    with desk.db.write() as session:
        return throttle.take(session, around.now, [turn]) is None


def is_silent(desk: Desk, gateway: str, around: Surroundings) -> bool:
    """Whether this gateway did not answer lately, and has not answered since."""
    silent, _ = _counters(desk, gateway)
    with desk.db.read() as session:
        return throttle.over(session, around.now, [silent]) is not None


def note(desk: Desk, gateway: str, around: Surroundings, *, down: bool) -> None:
    """Remember that a gateway did not answer, or that it does again."""
    if not down and not is_silent(desk, gateway, around):
        return
    silent, turn = _counters(desk, gateway)
    with desk.db.write() as session:
        throttle.clear(session, [silent])
        if down:
            throttle.take(session, around.now, [silent, turn])


def _counters(desk: Desk, gateway: str) -> tuple[Counter, Counter]:
    return (
        throttle.counter(desk.vault, SILENT, gateway),
        throttle.counter(desk.vault, TURN, gateway),
    )
