"""Notifications of gateways: kept before they are judged, and never believed about money.

A good signature proves who speaks and names an attempt. What became of it is asked of the gateway,
by the same way as everything else (`answers.learn`).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from finportal.adapters.gateways import CURRENCY, Asked, Notification, Payment, Status
from finportal.adapters.gateways.errors import GatewayDown, GatewayError, NotificationRefused
from finportal.lending import LendingError
from finportal.models import GatewayNotification, PaymentAttempt, Posting
from finportal.services import audit
from finportal.services.payments import holding, inbox, posting, reversing, silence, voided
from finportal.services.payments.answers import learn
from finportal.services.payments.desk import Desk, source_of
from finportal.services.payments.errors import AlreadyReversed
from finportal.services.payments.holding import Reason
from finportal.services.payments.inbox import Received
from finportal.services.payments.reversing import Taking, Why
from finportal.services.visits import Surroundings

SIGNING_HEADERS = ("x-event-checksum",)
"""The only headers that a gateway's signature needs, and all that is kept of them."""
LONGEST = 16 * 1024
"""Bytes of a body: several times what either gateway sends."""


def receive(
    desk: Desk, gateway: str, headers: Mapping[str, str], body: bytes, around: Surroundings
) -> Received:
    """Take a notification in: keep it, then judge it. The same again is not judged again.

    Raises UnknownGateway.
    """
    desk.gateway(gateway)
    if len(body) > LONGEST:
        return Received.REFUSED
    named = {name.lower(): value for name, value in headers.items()}
    kept = {name: named[name] for name in SIGNING_HEADERS if name in named}
    unproven = _unproven(desk, gateway, kept, body)
    if unproven and inbox.flooded(desk.db, desk.vault, around):
        return Received.REFUSED
    notification_id, judged = inbox.keep(
        desk.db, gateway, kept, body, around, proven=unproven is None
    )
    if judged:
        return Received(judged)
    if unproven:
        return _refuse(desk, gateway, notification_id, unproven, around)
    try:
        return judge(desk, notification_id, around, patient=False)
    except GatewayError as error:
        if isinstance(error, GatewayDown):
            silence.note(desk, gateway, around, down=True)
        return Received.WAITING


def judge_waiting(desk: Desk, around: Surroundings, more: Callable[[], bool] = lambda: True) -> int:
    """Judge what was kept and never judged, because something failed meanwhile; returns how many.

    The newest first: what can never be judged holds nothing up, and after a week it is left to a
    person. A gateway that does not answer is not asked again. It ends once there is no `more` time.
    """
    done, before, down = 0, None, set[str]()
    while more() and (found := inbox.unjudged(desk.db, around, before, down)):
        before, gateway = found
        try:
            verdict = judge(desk, before, around)
        except GatewayDown:
            down.add(gateway)
            continue
        except GatewayError:
            continue
        done += 1
        if verdict is Received.ACCEPTED and silence.is_silent(desk, gateway, around):
            down.add(gateway)
    return done


def judge(
    desk: Desk, notification_id: int, around: Surroundings, *, patient: bool = True
) -> Received:
    """Find out what a kept notification is, and act upon it.

    Not `patient`: a silent gateway is left to the worker. Raises GatewayError if the gateway cannot
    be asked, and this alone says what to ask about: it names no attempt of ours, or one whose id at
    the gateway we never heard.
    """
    with desk.db.read() as session:
        kept = session.get_one(GatewayNotification, notification_id)
    gateway = desk.gateway(kept.gateway)
    try:
        said = gateway.read_notification(json.loads(kept.headers), kept.body)
    except NotificationRefused as error:
        return _refuse(desk, kept.gateway, kept.id, error, around)
    if said.event != "payment":
        return _decide(desk, kept, Received.IGNORED, said.event, around)
    found = _match(desk, kept.gateway, said)
    asks = patient or silence.may_ask(desk, kept.gateway, around)
    if not asks and not (found and found.external_id):
        raise GatewayDown("it did not answer a moment ago", reached=False)
    if found is None:
        return _unmatched(desk, kept, said, around)
    alone = not found.external_id
    if alone and not _answered(desk, kept, found.id, said, around):
        raise GatewayDown("no answer about the only id we have", reached=True)
    verdict = _decide(
        desk, kept, Received.ACCEPTED, said.claims, around, attempt_id=found.id, asked=alone
    )
    heard = alone or (asks and _answered(desk, kept, found.id, said, around))
    if asks and not heard and not patient:
        _ask_next(desk, found.id, around)
    return verdict


def _answered(
    desk: Desk, kept: GatewayNotification, attempt_id: int, said: Notification, around: Surroundings
) -> bool:
    """Ask about the attempt that was named; whether the gateway answered."""
    learnt = learn(desk, attempt_id, "notification", around, said.external_id)
    silence.note(desk, kept.gateway, around, down=learnt.down)
    return not learnt.down


def _match(desk: Desk, gateway: str, said: Notification) -> Any:
    """The attempt that a notification names; its own id counts more than the reference."""
    query = (
        select(PaymentAttempt.id, PaymentAttempt.external_id)
        .where(
            PaymentAttempt.gateway == gateway,
            or_(
                PaymentAttempt.external_id == said.external_id,
                PaymentAttempt.reference == said.reference,
            ),
        )
        .order_by((PaymentAttempt.external_id == said.external_id).desc())
        .limit(1)
    )
    with desk.db.read() as session:
        return session.execute(query).one_or_none()


def _unmatched(
    desk: Desk, kept: GatewayNotification, said: Notification, around: Surroundings
) -> Received:
    """Money for an attempt we know nothing of is held, or taken back: it is not lost."""
    gateway = desk.gateway(kept.gateway)
    answer = gateway.ask(Asked(said.reference, said.external_id))
    with desk.db.write() as session:
        for payment in answer.payments:
            if payment.status is Status.APPROVED:
                holding.hold(session, kept.gateway, payment, Reason.UNKNOWN, around)
            elif payment.status is Status.REVERSED:
                _voided(desk, session, kept.gateway, payment, around)
        inbox.decide(session, kept.id, Received.UNMATCHED, "no attempt of ours", around)
        audit.record(session, "payment_alert", around, detail=f"{kept.gateway}: no such attempt")
    return Received.UNMATCHED


def _voided(
    desk: Desk, session: Session, gateway: str, payment: Payment, around: Surroundings
) -> None:
    """Take back what a person posted of money that the gateway gave back whole, else alert."""
    source = source_of(gateway)
    known = posting.find(session, source, payment.id)
    if known is None:
        if not voided.void(session, gateway, payment, around):
            return
        why = "held, and given back"
    elif posting.taken_back(session, known):
        return
    elif (payment.amount, payment.currency) != (known.amount, CURRENCY):
        why = "given back in part"
    else:
        why = _undone(desk, session, known, around)
    detail = f"{source}:{payment.id}: {why}"
    audit.record(session, "payment_alert", around, detail=detail)


def _undone(desk: Desk, session: Session, known: Posting, around: Surroundings) -> str:
    taking = Taking(Why.VOID, "the gateway", "notification")
    try:
        reversing.undo(session, desk.vault, known, taking, around)
    except (LendingError, AlreadyReversed) as error:
        return f"given back, not taken back: {type(error).__name__}"
    return "given back, taken back"


def _ask_next(desk: Desk, attempt_id: int, around: Surroundings) -> None:
    """The worker, which waits longer, asks about this attempt in its next round."""
    named = update(PaymentAttempt).where(PaymentAttempt.id == attempt_id)
    with desk.db.write() as session:
        session.execute(named.values(next_poll_at=around.now))


def _refuse(
    desk: Desk, gateway: str, notification_id: int, error: NotificationRefused, around: Surroundings
) -> Received:
    with desk.db.write() as session:
        inbox.count_refused(session, desk.vault, around)
        if inbox.decide(session, notification_id, Received.REFUSED, type(error).__name__, around):
            detail = f"{gateway}: {type(error).__name__}"
            audit.record(session, "notification_refused", around, detail=detail)
    return Received.REFUSED


def _decide(
    desk: Desk,
    kept: GatewayNotification,
    verdict: Received,
    reason: str,
    around: Surroundings,
    *,
    attempt_id: int | None = None,
    asked: bool = False,
) -> Received:
    """Write the verdict, and with it that the attempt is to be asked about: no crash loses it."""
    with desk.db.write() as session:
        inbox.decide(session, kept.id, verdict, reason, around, attempt_id=attempt_id)
        if not asked:
            named = update(PaymentAttempt).where(PaymentAttempt.id == attempt_id)
            session.execute(named.values(next_poll_at=around.now))
    return verdict


def _unproven(
    desk: Desk, gateway: str, headers: Mapping[str, str], body: bytes
) -> NotificationRefused | None:
    try:
        desk.gateway(gateway).read_notification(headers, body)
    except NotificationRefused as error:
        return error
    return None
