"""Open sessions: begun, recognised, moved on, ended."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, insert, or_, select, update

from finportal.adapters.database import Link
from finportal.adapters.prepared import Prepared
from finportal.adapters.secrets import new_token, token_hash
from finportal.models import Account, Base, Customer, Visit
from finportal.models.accounts import SUSPENDED
from finportal.services.accounts import Entrant

EMAIL_GIVEN, IMAGE_CONFIRMED = "email_given", "image_confirmed"
CODE_DUE, PROVISIONAL, SIGNED_IN = "code_due", "provisional", "signed_in"
MATCHED, CODE_SENT, MAIL_PROVEN = "matched", "code_sent", "mail_proven"
"""How far a registration by code has come."""

BEFORE_SIGN_IN = timedelta(minutes=10)
IDLE = timedelta(minutes=15)
FRESH = timedelta(minutes=5)
"""How long a password just given stands for the person."""
ABSOLUTE = {PROVISIONAL: timedelta(minutes=15), SIGNED_IN: timedelta(hours=8)}
ENTERED = frozenset(ABSOLUTE)
"""Stages whose account was proven; before them nothing of a customer may be shown."""
SESSIONS_AT_ONCE = 5
SEEN_EVERY = timedelta(minutes=1)
KNOWN_AFTER = timedelta(hours=8)
"""How long a session that lapsed opens nothing but still says whose it was (`unfinished`)."""


@dataclass(frozen=True)
class Surroundings:
    """Where a request comes from, as kept; and whether the lender sends text messages."""

    now: datetime
    network: str
    browser: str
    locale: str
    device_token: str | None = None
    texts: bool = False


@dataclass(frozen=True)
class CurrentVisit:
    """An open session as a request needs it; the customer's fields are empty before sign-in.

    `proven_at`: when the password was last given in this session.
    """

    id: int
    stage: str
    email: str
    account_id: int | None
    customer_id: int | None
    customer_name: str | None
    device_id: int | None
    last_seen_at: datetime
    previous_sign_in_at: datetime | None
    expires_at: datetime
    proven_at: datetime | None
    held_until: datetime | None

    @property
    def entered(self) -> bool:
        """Whether everything that sign-in asks for was given; a first choice may be left."""
        return self.stage in ENTERED

    @property
    def signed_in(self) -> bool:
        """Whether no step is left."""
        return self.stage == SIGNED_IN

    def fresh(self, now: datetime) -> bool:
        """Whether the password was given a moment ago, so that it need not be asked again."""
        return self.proven_at is not None and now < self.proven_at + FRESH

    def held(self, now: datetime) -> bool:
        """Whether the account waits, after a change of address, for its owner to object."""
        return self.held_until is not None and now < self.held_until


_FIND = Prepared(
    select(
        Visit.id,
        Visit.stage,
        Visit.email,
        Visit.account_id,
        func.coalesce(Account.customer_id, Visit.customer_id).label("customer_id"),
        Customer.name.label("customer_name"),
        Visit.device_id,
        Visit.last_seen_at,
        Visit.previous_sign_in_at,
        Visit.expires_at,
        Visit.proven_at,
        Account.held_until,
        Account.state,
    )
    .outerjoin(Account, Account.id == Visit.account_id)
    .outerjoin(Customer, Customer.id == func.coalesce(Account.customer_id, Visit.customer_id))
    .where(Visit.token_hash == bindparam("token_hash"))
)
_VISITS = Base.metadata.tables["sessions"]
_THIS = _VISITS.c.id == bindparam("visit")
_OPEN = Prepared(insert(_VISITS))
_END = Prepared(delete(_VISITS).where(_THIS))
_CONFIRM = Prepared(update(_VISITS).where(_THIS).values(stage=IMAGE_CONFIRMED))
_PROVEN: Any = {"proven_at": bindparam("now"), "token_hash": bindparam("new_hash")}
_PROVE = update(_VISITS).where(_THIS).values(_PROVEN)
_TOUCH = Prepared(update(_VISITS).where(_THIS).values(last_seen_at=bindparam("now")))
_STILL = and_(
    _VISITS.c.expires_at > bindparam("now"), _VISITS.c.last_seen_at > bindparam("idle_since")
)
_OWN = and_(_STILL, _VISITS.c.account_id == bindparam("account"), _VISITS.c.stage != CODE_DUE)
"""A session that waits for its code takes nobody's place: whoever has the password can open it."""
_NEWEST = (
    select(_VISITS.c.id)
    .where(_OWN, _VISITS.c.id != bindparam("visit"))
    .order_by(_VISITS.c.created_at.desc(), _VISITS.c.id.desc())
    .limit(SESSIONS_AT_ONCE - 1)
)
_LAPSED_HERE = and_(_VISITS.c.device_id == bindparam("device"), ~_STILL)
_REPLACE = Prepared(
    delete(_VISITS).where(or_(_THIS, _LAPSED_HERE, and_(_OWN, _VISITS.c.id.not_in(_NEWEST))))
)


def find(link: Link, token: str, now: datetime) -> CurrentVisit | None:
    """The open session of a cookie, or None when it ended, expired or never was."""
    row = _FIND.first(link, {"token_hash": token_hash(token)})
    if row is None or row.expires_at <= now or row.last_seen_at + IDLE <= now:
        return None
    if row.account_id is not None and row.state == SUSPENDED:
        return None
    visit = CurrentVisit(*cast("tuple[Any, ...]", row[:12]))
    return replace(visit, customer_id=None, customer_name=None) if row.stage == CODE_DUE else visit


def begin(link: Link, email: str, around: Surroundings) -> str:
    """Open a session for who typed this address; returns its cookie's token."""
    return _open(link, EMAIL_GIVEN, email, around, around.now + BEFORE_SIGN_IN)


def confirm_image(link: Link, visit_id: int) -> None:
    """The visitor said the image is theirs."""
    _CONFIRM.run(link, {"visit": visit_id})


def await_code(
    link: Link, account: Account | Entrant, around: Surroundings, *, replacing: CurrentVisit
) -> str:
    """The password was right and a code is due, in place of the session that led here."""
    end(link, replacing.id)
    return _open(
        link,
        CODE_DUE,
        account.email,
        around,
        around.now + BEFORE_SIGN_IN,
        account_id=account.id,
        previous_sign_in_at=account.last_sign_in_at,
    )


def sign_in(
    link: Link,
    stage: str,
    account: Account | Entrant,
    around: Surroundings,
    *,
    device_id: int | None,
    replacing: CurrentVisit,
) -> str:
    """Open a session for an account in place of the one that led here; returns the new token."""
    times = {"now": around.now, "idle_since": around.now - IDLE}
    ids = {"visit": replacing.id, "account": account.id, "device": device_id}
    _REPLACE.run(link, {**ids, **times})
    return _open(
        link,
        stage,
        account.email,
        around,
        around.now + ABSOLUTE[stage],
        account_id=account.id,
        device_id=device_id,
        proven_at=around.now,
        previous_sign_in_at=(
            replacing.previous_sign_in_at if replacing.account_id else account.last_sign_in_at
        ),
    )


def prove(link: Link, visit: CurrentVisit, now: datetime) -> str:
    """The password was given again: the session goes on under a new token, which is returned."""
    token = new_token()
    link.execute(_PROVE, {"visit": visit.id, "now": now, "new_hash": token_hash(token)})
    return token


def touch(link: Link, visit: CurrentVisit, now: datetime) -> None:
    """Remember that the session is in use (at most once a minute, see `SEEN_EVERY`)."""
    _TOUCH.run(link, {"visit": visit.id, "now": now})


def end(link: Link, visit_id: int) -> None:
    """Close one session."""
    _END.run(link, {"visit": visit_id})


def end_all(link: Link, account_id: int) -> None:
    """Close every session of an account."""
    link.execute(delete(Visit).where(Visit.account_id == account_id))


def open_at(now: datetime) -> ColumnElement[bool]:
    """The sessions that are open, in a WHERE."""
    return and_(Visit.expires_at > now, Visit.last_seen_at > now - IDLE)


def sweep(link: Link, now: datetime) -> None:
    """Forget sessions that are over; those of known browsers a while later."""
    over = and_(Visit.device_id.is_(None), ~open_at(now)) | ~open_at(now - KNOWN_AFTER)
    link.execute(delete(Visit).where(over))


def _open(
    link: Link,
    stage: str,
    email: str,
    around: Surroundings,
    expires_at: datetime,
    **more: object,
) -> str:
    token = new_token()
    values = {
        "token_hash": token_hash(token),
        "stage": stage,
        "email": email,
        "network": around.network,
        "browser": around.browser,
        "created_at": around.now,
        "last_seen_at": around.now,
        "expires_at": expires_at,
    }
    _OPEN.run(link, values | more)
    return token
