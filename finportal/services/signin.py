"""Signing in: address, image and phrase, then number and password; strangers learn nothing."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import PASSWORD_MAX_LENGTH, Vault
from finportal.models import Account
from finportal.models.accounts import PROVISIONAL, SUSPENDED
from finportal.services import (
    accounts,
    audit,
    devices,
    letters,
    outbox,
    recognition,
    throttle,
    visits,
)
from finportal.services.accounts import Holder
from finportal.services.errors import Refused, TooMany
from finportal.services.recognition import Recognition
from finportal.services.throttle import Counter, Limit
from finportal.services.visits import CurrentVisit, Surroundings

ADDRESS_PER_NETWORK = Limit("address-network", 20, timedelta(minutes=10))
ADDRESS_PER_EMAIL = Limit("address-email", 10, timedelta(hours=1))
TRIES_PER_NETWORK = Limit("tries-network", 30, timedelta(minutes=10))
TRIES_EVERYBODY = Limit("tries-everybody", 1_000, timedelta(minutes=5))
TRIES_PER_EMAIL = Limit("tries-email", 5, timedelta(minutes=15))
TRIES_PER_DEVICE = Limit("tries-device", 10, timedelta(minutes=15))
PROVISIONAL_TRIES = 5
FAILURES_IN_A_ROW = 50


@dataclass(frozen=True)
class SignedIn:
    """A session that is open now: its cookie's token, the device's new one, and how far it goes."""

    token: str
    device_token: str | None
    stage: str


def give_email(
    db: Database,
    vault: Vault,
    email: str,
    around: Surroundings,
    *,
    replacing: CurrentVisit | None = None,
) -> str:
    """Begin with an address, registered or not; returns the new session's token.

    `replacing` is the visitor's attempt so far, which ends. Raises TooMany.
    """
    with db.write() as session:
        wait = throttle.take(
            session,
            around.now,
            [
                throttle.counter(vault, ADDRESS_PER_NETWORK, around.network),
                throttle.counter(vault, ADDRESS_PER_EMAIL, email),
            ],
        )
        if wait is None:
            if replacing:
                visits.end(session, replacing.id)
            return visits.begin(session, email, around)
    raise TooMany(wait)


def image_for(db: Database, vault: Vault, email: str, around: Surroundings) -> Recognition:
    """The personal image on a device the account knows; anywhere else the address's initial one.

    Without a device cookie no account is read, so the answer cannot tell who is a customer.
    """
    first = recognition.initial(vault, email)
    if not around.device_token:
        return first
    with db.read() as session:
        known = devices.recognise(session, around, email)
    if known and known.stale:
        with db.write() as session:
            devices.revoke(session, known, around)
        return first
    return (known.chosen if known else None) or first


def report_image(db: Database, visit: CurrentVisit, around: Surroundings) -> None:
    """The visitor does not recognise the image: tell staff and end the attempt."""
    with db.write() as session:
        audit.record(session, "image_not_recognised", around)
        visits.end(session, visit.id)


def sign_in(
    db: Database,
    vault: Vault,
    visit: CurrentVisit,
    around: Surroundings,
    *,
    number: str,
    password: str,
) -> SignedIn:
    """Open the account that has this address, number and password.

    Every path runs the key derivation function once. Raises Refused with one meaning for every
    cause (unknown, wrong, expired, suspended, too many tries), and TooMany for a whole network.
    """
    with db.write() as session:
        known = _device(session, visit.email, around)
        own, shared = _counters(vault, visit.email, known, around)
        wait_own = throttle.take(session, around.now, own)
        wait_shared = throttle.take(session, around.now, shared)
        holder = _called(accounts.with_email(session, visit.email), number)
    usable = (
        holder if holder and not wait_own and not wait_shared and _open(holder, around) else None
    )
    right = vault.password_matches(
        password[:PASSWORD_MAX_LENGTH], usable.account.password_hash if usable else None
    )
    if wait_shared:
        raise TooMany(wait_shared)
    with db.write() as session:
        if usable and right and _claim(session, usable.account, around):
            throttle.give_back(session, own)
            mine = known if known and known.account_id == usable.account.id else None
            return _succeed(session, vault, visit, usable, around, known=mine)
        _fail(session, holder, around)
    raise Refused


def _claim(session: Session, account: Account, around: Surroundings) -> bool:
    """Use the password just checked, unless it was changed or used up in the meantime."""
    claimed = (
        update(Account)
        .where(
            Account.id == account.id,
            Account.password_hash == account.password_hash,
            Account.provisional_until.is_not_distinct_from(account.provisional_until),
        )
        .values(last_sign_in_at=around.now, consecutive_failures=0, provisional_until=None)
        .returning(Account.id)
    )
    return session.execute(claimed).one_or_none() is not None


def _succeed(
    session: Session,
    vault: Vault,
    visit: CurrentVisit,
    holder: Holder,
    around: Surroundings,
    *,
    known: devices.Known | None,
) -> SignedIn:
    account = holder.account
    stage = visits.PROVISIONAL if account.state == PROVISIONAL else visits.SIGNED_IN
    token = visits.sign_in(
        session,
        stage,
        account,
        around,
        device_id=known.device_id if known else None,
        replacing=visit.id,
    )
    audit.record(session, "signed_in", around, account_id=account.id)
    if not known and stage == visits.SIGNED_IN:
        notice = letters.new_device(
            holder.addressee, around.now.isoformat(), around.browser, around.network
        )
        outbox.post(session, vault, notice, around.now, account_id=account.id)
    device_token = devices.rotate(session, known.device_id, around) if known else None
    return SignedIn(token, device_token, stage)


def _fail(session: Session, holder: Holder | None, around: Surroundings) -> None:
    account_id = holder.account.id if holder else None
    session.execute(
        update(Account)
        .where(Account.id == (account_id or 0))
        .values(
            consecutive_failures=Account.consecutive_failures + 1,
            provisional_tries=Account.provisional_tries + 1,
        )
    )
    audit.record(session, "sign_in_refused", around, account_id=account_id)


def _open(holder: Holder, around: Surroundings) -> bool:
    account = holder.account
    if account.state == PROVISIONAL:
        until = account.provisional_until
        return bool(until and around.now < until and account.provisional_tries < PROVISIONAL_TRIES)
    return account.state != SUSPENDED and account.consecutive_failures < FAILURES_IN_A_ROW


def _device(session: Session, email: str, around: Surroundings) -> devices.Known | None:
    known = devices.recognise(session, around, email)
    if known and known.stale:
        devices.revoke(session, known, around)
        return None
    return known


def _called(holders: list[Holder], number: str) -> Holder | None:
    return next((holder for holder in holders if holder.is_called(number)), None)


def _counters(
    vault: Vault, email: str, known: devices.Known | None, around: Surroundings
) -> tuple[list[Counter], list[Counter]]:
    own = (
        throttle.counter(vault, TRIES_PER_DEVICE, str(known.device_id))
        if known
        else throttle.counter(vault, TRIES_PER_EMAIL, email)
    )
    shared = [
        throttle.counter(vault, TRIES_PER_NETWORK, around.network),
        throttle.counter(vault, TRIES_EVERYBODY, ""),
    ]
    return [own], shared
