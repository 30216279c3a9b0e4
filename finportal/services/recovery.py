"""Recovering a password: a request from anyone, a link for who has an account, one use."""

import logging
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Unreadable, Vault, unlocked
from finportal.models import Account, RecoveryRequest
from finportal.models.accounts import ACTIVE, SUSPENDED
from finportal.services import (
    accounts,
    audit,
    devices,
    identity,
    letters,
    outbox,
    passwords,
    recovery_links,
    security_notices,
    throttle,
    visits,
)
from finportal.services.accounts import Holder
from finportal.services.contacts import moves
from finportal.services.errors import AlreadyDone, TooMany
from finportal.services.passwords import Flaw
from finportal.services.personalisation import PasswordFlawed, words_about
from finportal.services.throttle import Limit
from finportal.services.visits import Surroundings

log = logging.getLogger(__name__)

PER_NETWORK = Limit("recovery-network", 10, timedelta(hours=1))
PER_ACCOUNT = Limit("recovery-account", 3, timedelta(days=1))


def ask(db: Database, vault: Vault, typed: str, around: Surroundings) -> None:
    """Keep the request for the worker; the same work for every address and number.

    `typed` is an e-mail or an identification number. Raises TooMany for a whole network; an
    account that was asked for too often today gets no further mail, and the same answer.
    """
    network = throttle.counter(vault, PER_NETWORK, around.network)
    with db.write() as session:
        wait = throttle.take(session, around.now, [network])
        if wait is None:
            sealed = vault.seal({"typed": canonical(typed)})
            session.add(RecoveryRequest(typed_sealed=sealed, asked_at=around.now))
    if wait:
        raise TooMany(wait)


def canonical(typed: str) -> str:
    """The typed e-mail or number in one form; text that is neither finds nobody."""
    try:
        return identity.email(typed)
    except identity.NotIdentity:
        return identity.typed_number(typed)


def answer_requests(db: Database, vault: Vault, around: Surroundings) -> int:
    """Turn waiting requests into letters for those who have an account; returns how many."""
    written = 0
    with db.read() as session:
        waiting = session.scalars(select(RecoveryRequest.id).order_by(RecoveryRequest.id)).all()
    for request_id in waiting:
        with db.write() as session:
            written += _answer(session, vault, request_id, around)
    return written


def set_password(
    db: Database,
    vault: Vault,
    token: str,
    password: str,
    around: Surroundings,
    *,
    shortest: int,
    lender: str,
) -> str:
    """Set a new password with a link; every session, link and known browser of the account ends.

    Returns a device token: this browser just proved the mailbox. Raises AlreadyDone (link used,
    expired or unknown) and PasswordFlawed (the link stays good).
    """
    with db.read() as session:
        account_id = recovery_links.account_of(session, token, around)
        if account_id is None:
            raise AlreadyDone
        holder = accounts.with_id(session, account_id)
        words = words_about(session, holder, lender)
    if flaw := passwords.flaw(password, shortest, words):
        raise PasswordFlawed(flaw)
    account = holder.account
    same = accounts.password_meant(account, password)
    if vault.password_matches(same, unlocked(account.password_hash)):
        raise PasswordFlawed(Flaw.REPEATED)
    password_hash = vault.hash_password(password)
    with db.write() as session:
        if not recovery_links.claim(session, token, around):
            raise AlreadyDone
        return _set(session, vault, holder, password_hash, around)


def _answer(session: Session, vault: Vault, request_id: int, around: Surroundings) -> int:
    taken = (
        delete(RecoveryRequest)
        .where(RecoveryRequest.id == request_id)
        .returning(RecoveryRequest.typed_sealed)
    )
    sealed = session.scalars(taken).one_or_none()
    try:
        typed = vault.unseal(sealed)["typed"] if sealed else ""
    except Unreadable:
        log.exception("a recovery request cannot be read", extra={"request": request_id})
        return 0
    find = accounts.with_email if "@" in typed else accounts.with_number
    holders = [one for one in find(session, typed) if one.account.state != SUSPENDED]
    return sum(send_link(session, vault, holder, around) for holder in holders)


def send_link(session: Session, vault: Vault, holder: Holder, around: Surroundings) -> bool:
    """Write a letter with a new link; False when the account had as many as it may have a day."""
    account_id = holder.account.id
    often = throttle.counter(vault, PER_ACCOUNT, str(account_id))
    if throttle.take(session, around.now, [often]):
        return False
    if start := moves.recovers_from(session, holder.customer.id, around.now):
        letter = letters.recovery_later(holder.addressee, start.isoformat())
    else:
        token = recovery_links.make(session, account_id, around)
        letter = letters.recovery(holder.addressee, token)
    outbox.post(session, vault, letter, around.now, account_id=account_id)
    kind = "recovery_put_off" if start else "recovery_link_sent"
    audit.record(session, kind, around, account_id=account_id)
    return True


def _set(
    session: Session, vault: Vault, holder: Holder, password_hash: str, around: Surroundings
) -> str:
    account = holder.account
    changed = (
        update(Account)
        .where(Account.id == account.id, Account.state != SUSPENDED)
        .values(
            password_hash=password_hash,
            password_changed_at=around.now,
            state=ACTIVE,
            provisional_until=None,
            consecutive_failures=0,
        )
        .returning(Account.id)
    )
    if session.execute(changed).one_or_none() is None:
        raise AlreadyDone
    recovery_links.use_up(session, account.id, around)
    visits.end_all(session, account.id)
    devices.forget_all(session, account.id, around)
    audit.record(session, "password_recovered", around, account_id=account.id)
    letter = letters.password_recovered(holder.addressee, around.now.isoformat())
    security_notices.post(session, vault, letter, holder, around)
    return devices.remember(session, account.id, around).token
