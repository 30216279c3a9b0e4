"""Recovering a password: a request from anyone, a link for who has an account, one use."""

from datetime import timedelta

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault, new_token, token_hash
from finportal.models import Account, RecoveryLink, RecoveryRequest
from finportal.models.accounts import ACTIVE, SUSPENDED
from finportal.services import (
    accounts,
    audit,
    identity,
    letters,
    outbox,
    passwords,
    throttle,
    visits,
)
from finportal.services.accounts import Holder
from finportal.services.errors import AlreadyDone, TooMany
from finportal.services.personalisation import PasswordFlawed, words_about
from finportal.services.throttle import Limit
from finportal.services.visits import Surroundings

PER_SUBJECT = Limit("recovery-subject", 3, timedelta(days=1))
PER_NETWORK = Limit("recovery-network", 10, timedelta(hours=1))


def ask(db: Database, vault: Vault, typed: str, around: Surroundings) -> None:
    """Keep the request for the worker; the same work for every address and number.

    `typed` is an e-mail or an identification number. Raises TooMany for a whole network; a person
    who asked too often today gets no further mail and the same answer.
    """
    subject = canonical(typed)
    with db.write() as session:
        wait = throttle.take(
            session, around.now, [throttle.counter(vault, PER_NETWORK, around.network)]
        )
        often = throttle.take(session, around.now, [throttle.counter(vault, PER_SUBJECT, subject)])
        if not wait:
            sealed = vault.seal({"typed": "" if often else subject})
            session.add(
                RecoveryRequest(typed_sealed=sealed, locale=around.locale, asked_at=around.now)
            )
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
    with db.write() as session:
        waiting = session.scalars(
            select(RecoveryRequest).order_by(RecoveryRequest.id).with_for_update(skip_locked=True)
        ).all()
        written = sum(_answer(session, vault, request, around) for request in waiting)
        session.execute(
            delete(RecoveryRequest).where(RecoveryRequest.id.in_([one.id for one in waiting]))
        )
        return written


def link_is_good(session: Session, token: str, around: Surroundings) -> bool:
    """Whether a link still opens the form; looking never uses it up."""
    return session.scalars(_good_link(token, around)).one_or_none() is not None


def set_password(
    db: Database,
    vault: Vault,
    token: str,
    password: str,
    around: Surroundings,
    *,
    shortest: int,
    lender: str,
) -> None:
    """Set a new password with a link, which is used up; every session of the account ends.

    Raises AlreadyDone (link used, expired or unknown) and PasswordFlawed (the link stays good).
    """
    with db.read() as session:
        account_id = session.scalars(_good_link(token, around)).one_or_none()
        if account_id is None:
            raise AlreadyDone
        holder = accounts.with_id(session, account_id)
        words = words_about(session, holder, lender)
    if flaw := passwords.flaw(password, shortest, words):
        raise PasswordFlawed(flaw)
    password_hash = vault.hash_password(password)
    with db.write() as session:
        _use_up(session, token, account_id, around)
        _set(session, vault, holder, password_hash, around)


def _answer(session: Session, vault: Vault, request: RecoveryRequest, around: Surroundings) -> int:
    typed = vault.unseal(request.typed_sealed)["typed"]
    if not typed:
        return 0
    find = accounts.with_email if "@" in typed else accounts.with_number
    holders = [one for one in find(session, typed) if one.account.state != SUSPENDED]
    for holder in holders:
        _send_link(session, vault, holder, around)
    return len(holders)


def _send_link(session: Session, vault: Vault, holder: Holder, around: Surroundings) -> None:
    token = new_token()
    session.add(
        RecoveryLink(
            account_id=holder.account.id,
            token_hash=token_hash(token),
            created_at=around.now,
            expires_at=around.now + letters.LINK_LASTS,
        )
    )
    letter = letters.recovery(holder.addressee, token)
    outbox.post(session, vault, letter, around.now, account_id=holder.account.id)
    audit.record(session, "recovery_link_sent", around, account_id=holder.account.id)


def _good_link(token: str, around: Surroundings) -> Select[int]:
    return (
        select(RecoveryLink.account_id)
        .join(Account, Account.id == RecoveryLink.account_id)
        .where(
            RecoveryLink.token_hash == token_hash(token),
            RecoveryLink.used_at.is_(None),
            RecoveryLink.expires_at > around.now,
            Account.state != SUSPENDED,
        )
    )


def _use_up(session: Session, token: str, account_id: int, around: Surroundings) -> None:
    used = (
        update(RecoveryLink)
        .where(RecoveryLink.token_hash == token_hash(token), RecoveryLink.used_at.is_(None))
        .values(used_at=around.now)
        .returning(RecoveryLink.id)
    )
    if session.execute(used).one_or_none() is None:
        raise AlreadyDone
    session.execute(
        update(RecoveryLink)
        .where(RecoveryLink.account_id == account_id, RecoveryLink.used_at.is_(None))
        .values(used_at=around.now)
    )


def _set(
    session: Session, vault: Vault, holder: Holder, password_hash: str, around: Surroundings
) -> None:
    account = holder.account
    session.execute(
        update(Account)
        .where(Account.id == account.id)
        .values(
            password_hash=password_hash,
            password_changed_at=around.now,
            state=ACTIVE,
            provisional_until=None,
            consecutive_failures=0,
        )
    )
    visits.end_all(session, account.id)
    audit.record(session, "password_recovered", around, account_id=account.id)
    letter = letters.password_recovered(holder.addressee, around.now.isoformat())
    outbox.post(session, vault, letter, around.now, account_id=account.id)
