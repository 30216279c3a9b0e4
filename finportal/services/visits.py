"""Open sessions: begun, recognised, moved on, ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import and_, bindparam, delete, insert, or_, select, update

from finportal.adapters.database import Link
from finportal.adapters.prepared import Prepared
from finportal.adapters.secrets import new_token, token_hash
from finportal.models import Account, Base, Customer, Visit
from finportal.models.accounts import SUSPENDED

EMAIL_GIVEN, IMAGE_CONFIRMED = "email_given", "image_confirmed"
PROVISIONAL, SIGNED_IN = "provisional", "signed_in"

BEFORE_SIGN_IN = timedelta(minutes=10)
IDLE = timedelta(minutes=15)
ABSOLUTE = {PROVISIONAL: timedelta(minutes=15), SIGNED_IN: timedelta(hours=8)}
SESSIONS_AT_ONCE = 5
NETWORK_BITS = {4: 24, 6: 56}
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Surroundings:
    """Where a request comes from, as far as the portal keeps it."""

    now: datetime
    network: str
    browser: str
    locale: str
    device_token: str | None = None


@dataclass(frozen=True)
class CurrentVisit:
    """An open session as a request needs it; the customer's fields are empty before sign-in."""

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

    @property
    def signed_in(self) -> bool:
        """Whether a password was given and no step is left."""
        return self.stage == SIGNED_IN


_FIND = Prepared(
    select(
        Visit.id,
        Visit.stage,
        Visit.email,
        Visit.account_id,
        Account.customer_id,
        Customer.name.label("customer_name"),
        Visit.device_id,
        Visit.last_seen_at,
        Visit.previous_sign_in_at,
        Visit.expires_at,
        Account.state,
    )
    .outerjoin(Account, Account.id == Visit.account_id)
    .outerjoin(Customer, Customer.id == Account.customer_id)
    .where(Visit.token_hash == bindparam("token_hash"))
)


_VISITS = Base.metadata.tables["sessions"]
_THIS = _VISITS.c.id == bindparam("visit")
_OPEN = Prepared(insert(_VISITS))
_END = Prepared(delete(_VISITS).where(_THIS))
_CONFIRM = Prepared(update(_VISITS).where(_THIS).values(stage=IMAGE_CONFIRMED))
_TOUCH = Prepared(update(_VISITS).where(_THIS).values(last_seen_at=bindparam("now")))
_OWN = _VISITS.c.account_id == bindparam("account")
_NEWEST = (
    select(_VISITS.c.id)
    .where(_OWN, _VISITS.c.id != bindparam("visit"))
    .order_by(_VISITS.c.created_at.desc(), _VISITS.c.id.desc())
    .limit(SESSIONS_AT_ONCE - 1)
)
_REPLACE = Prepared(delete(_VISITS).where(or_(_THIS, and_(_OWN, _VISITS.c.id.not_in(_NEWEST)))))


def network_of(address: str | None) -> str:
    """The /24 (IPv4) or /56 (IPv6) an address belongs to: enough for limits, not for following."""
    try:
        host = ip_address(address or "")
    except ValueError:
        return "unknown"
    host = getattr(host, "ipv4_mapped", None) or host
    return str(ip_network((host, NETWORK_BITS[host.version]), strict=False))


def find(link: Link, token: str, now: datetime) -> CurrentVisit | None:
    """The open session of a cookie, or None when it ended, expired or never was."""
    row = _FIND.first(link, {"token_hash": token_hash(token)})
    if row is None or row.expires_at <= now or row.last_seen_at + IDLE <= now:
        return None
    if row.account_id is not None and row.state == SUSPENDED:
        return None
    return CurrentVisit(*row[:10])


def begin(link: Link, email: str, around: Surroundings) -> str:
    """Open a session for who typed this address; returns its cookie's token."""
    return _open(link, EMAIL_GIVEN, email, around, around.now + BEFORE_SIGN_IN)


def confirm_image(link: Link, visit_id: int) -> None:
    """The visitor said the image is theirs."""
    _CONFIRM.run(link, {"visit": visit_id})


def sign_in(
    link: Link,
    stage: str,
    account: Account,
    around: Surroundings,
    *,
    device_id: int | None,
    replacing: CurrentVisit,
) -> str:
    """Open a session for an account in place of the one that led here; returns the new token."""
    _REPLACE.run(link, {"visit": replacing.id, "account": account.id})
    return _open(
        link,
        stage,
        account.email,
        around,
        around.now + ABSOLUTE[stage],
        account_id=account.id,
        device_id=device_id,
        previous_sign_in_at=(
            replacing.previous_sign_in_at if replacing.account_id else account.last_sign_in_at
        ),
    )


def touch(link: Link, visit: CurrentVisit, now: datetime) -> None:
    """Remember that the session is in use (at most once a minute, see `SEEN_EVERY`)."""
    _TOUCH.run(link, {"visit": visit.id, "now": now})


def end(link: Link, visit_id: int) -> None:
    """Close one session."""
    _END.run(link, {"visit": visit_id})


def end_all(link: Link, account_id: int) -> None:
    """Close every session of an account."""
    link.execute(delete(Visit).where(Visit.account_id == account_id))


def sweep(link: Link, now: datetime) -> int:
    """Forget sessions that are over; returns how many."""
    over = delete(Visit).where((Visit.expires_at <= now) | (Visit.last_seen_at <= now - IDLE))
    return len(link.execute(over.returning(Visit.id)).all())


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
