"""Signing in: address, image and phrase, then number and password; strangers learn nothing."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, update

from finportal.adapters.database import Database, Link
from finportal.adapters.prepared import Prepared
from finportal.adapters.secrets import Vault
from finportal.models import Account, Base
from finportal.models.accounts import ACTIVE, PROVISIONAL, SUSPENDED
from finportal.models.base import Instant
from finportal.services import (
    accounts,
    audit,
    device_alarms,
    devices,
    identity,
    recognition,
    throttle,
    visits,
)
from finportal.services.accounts import Entrant
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


_ACCOUNTS = Base.metadata.tables["accounts"]
_THIS = _ACCOUNTS.c.id == bindparam("account")
_CLAIM = Prepared(
    update(_ACCOUNTS)
    .where(
        _THIS,
        _ACCOUNTS.c.email == bindparam("address"),
        _ACCOUNTS.c.password_hash == bindparam("checked"),
        _ACCOUNTS.c.provisional_until.is_not_distinct_from(bindparam("until", type_=Instant)),
    )
    .values(
        password_hash=bindparam("stored"),
        last_sign_in_at=bindparam("signed_in_at"),
        consecutive_failures=0,
        provisional_until=None,
    )
    .returning(_ACCOUNTS.c.id)
)
_COUNT_FAILURE = Prepared(
    update(_ACCOUNTS)
    .where(_THIS)
    .values(
        consecutive_failures=_ACCOUNTS.c.consecutive_failures + 1,
        provisional_tries=_ACCOUNTS.c.provisional_tries + 1,
    )
)


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
    with db.writing() as link:
        counters = [throttle.counter(vault, ADDRESS_PER_NETWORK, around.network)]
        if not devices.recognise(link, around, email):
            counters.append(throttle.counter(vault, ADDRESS_PER_EMAIL, email))
        wait = throttle.take(link, around.now, counters)
        if wait is None:
            if replacing:
                visits.end(link, replacing.id)
            return visits.begin(link, email, around)
    raise TooMany(wait)


def image_for(db: Database, vault: Vault, email: str, around: Surroundings) -> Recognition:
    """The personal image on a device the account knows; anywhere else the address's initial one.

    Without a device cookie no account is read, so the answer cannot tell who is a customer.
    """
    first = recognition.initial(vault, email)
    if not around.device_token:
        return first
    with db.reading() as link:
        known = devices.recognise(link, around, email)
    return (known.chosen if known and not known.stale else None) or first


def report_image(db: Database, visit: CurrentVisit, around: Surroundings) -> None:
    """The visitor does not recognise the image: tell staff and end the attempt."""
    with db.writing() as link:
        detail = identity.masked_email(visit.email)
        audit.record(link, "image_not_recognised", around, detail=detail)
        visits.end(link, visit.id)


def sign_in(
    db: Database,
    vault: Vault,
    visit: CurrentVisit,
    around: Surroundings,
    *,
    number: str,
    password: str,
) -> SignedIn:
    """Open the account that has this address, number and password, or ask for a code by mail.

    Every path runs the key derivation function once. Raises Refused with one meaning for every
    cause (unknown, wrong, expired, suspended, too many tries), and TooMany for a whole network.
    """
    with db.writing() as link:
        known = device_alarms.at_sign_in(link, vault, visit.email, around)
        shared, own = _counters(vault, visit.email, known, around)
        wait = throttle.take(link, around.now, shared)
        paused = wait or throttle.take(link, around.now, own)
        account = _called(accounts.entrants(link, visit.email), number)
    mine = known if known and account and known.account_id == account.id else None
    usable = account if account and not paused and _open(account, mine, around) else None
    stored = usable.password_hash if usable else None
    password = accounts.password_meant(usable, password)
    right = vault.password_matches(password, stored)
    if wait:
        raise TooMany(wait)
    fresh = vault.hash_password(password) if right and vault.outdated(stored or "") else stored
    with db.writing() as link:
        if usable and right and _claim(link, usable, fresh or "", around, known=mine):
            throttle.give_back(link, own)
            known = mine if mine and devices.still_known(link, mine.device_id) else None
            return _succeed(link, visit, usable, around, known=known)
        _fail(link, usable, around)
    raise Refused


def stage_of(account: Account | Entrant) -> str:
    """How far the account opens once it is proven whose it is."""
    unfinished = account.state == PROVISIONAL or account.image is None
    return visits.PROVISIONAL if unfinished else visits.SIGNED_IN


def _needs_code(account: Entrant, known: devices.Known | None) -> bool:
    """A provisional password came by mail: whoever has it has just proven the mailbox."""
    return account.state == ACTIVE and known is None


def _claim(
    link: Link, account: Entrant, stored: str, around: Surroundings, *, known: devices.Known | None
) -> bool:
    """Use the password just checked, unless it or the e-mail was changed in the meantime.

    `stored` replaces the hash: the same one, or one made with today's parameters.
    """
    waits = _needs_code(account, known)
    values = {
        "account": account.id,
        "address": account.email,
        "checked": account.password_hash,
        "until": account.provisional_until,
        "stored": stored,
        "signed_in_at": account.last_sign_in_at if waits else around.now,
    }
    return _CLAIM.first(link, values) is not None


def _succeed(
    link: Link,
    visit: CurrentVisit,
    account: Entrant,
    around: Surroundings,
    *,
    known: devices.Known | None,
) -> SignedIn:
    if _needs_code(account, known):
        token = visits.await_code(link, account, around, replacing=visit)
        audit.record(link, "password_accepted", around, account_id=account.id)
        return SignedIn(token, None, visits.CODE_DUE)
    stage = stage_of(account)
    token = visits.sign_in(
        link,
        stage,
        account,
        around,
        device_id=known.device_id if known else None,
        replacing=visit,
    )
    audit.record(link, "signed_in", around, account_id=account.id)
    device_token = devices.rotate(link, known, around) if known else None
    return SignedIn(token, device_token, stage)


def _fail(link: Link, checked: Entrant | None, around: Surroundings) -> None:
    """Count a failure against the account whose password was really compared."""
    account_id = checked.id if checked else None
    _COUNT_FAILURE.run(link, {"account": account_id or 0})
    audit.record(link, "sign_in_refused", around, account_id=account_id)


def _open(account: Entrant, known: devices.Known | None, around: Surroundings) -> bool:
    if account.state == PROVISIONAL:
        until = account.provisional_until
        return bool(until and around.now < until and account.provisional_tries < PROVISIONAL_TRIES)
    calm = known is not None or account.consecutive_failures < FAILURES_IN_A_ROW
    return account.state != SUSPENDED and calm


def _called(found: list[Entrant], number: str) -> Entrant | None:
    return next((account for account in found if account.is_called(number)), None)


def _counters(
    vault: Vault, email: str, known: devices.Known | None, around: Surroundings
) -> tuple[list[Counter], list[Counter]]:
    shared = [throttle.counter(vault, TRIES_PER_NETWORK, around.network)]
    if known:
        return shared, [throttle.counter(vault, TRIES_PER_DEVICE, str(known.device_id))]
    shared.append(throttle.counter(vault, TRIES_EVERYBODY, ""))
    return shared, [throttle.counter(vault, TRIES_PER_EMAIL, email)]
