"""A copy of one's data: asked for, made by the worker, told of by mail, erased after a day."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from finportal.adapters.bundles import Bundles, Written
from finportal.adapters.database import Database, Link
from finportal.adapters.secrets import Vault
from finportal.models import Account, Customer, Takeout
from finportal.models.accounts import ACTIVE
from finportal.models.takeouts import ASKED, EXPIRED, FAILED, READY
from finportal.services import audit, letters, outbox, throttle
from finportal.services.errors import TooMany
from finportal.services.letters import Addressee
from finportal.services.my_data.contents import parts
from finportal.services.throttle import Limit
from finportal.services.visits import CurrentVisit, Surroundings

log = logging.getLogger(__name__)

KEPT = timedelta(hours=24)
"""How long a finished copy may be taken; then its file is erased."""
A_DAY = Limit("takeouts", 3, timedelta(days=1))
LEASE = timedelta(minutes=10)
AGAIN = timedelta(minutes=1)
MOST_TRIES = 3
A_ROUND = 5
"""So many copies a round of the worker: the mail of the others must not wait for long."""


class Held(Exception):
    """The account waits for its owner to object to a change of address: nothing is handed out."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a customer's last copy stands; `size` in bytes once it is ready."""

    state: str
    name: str
    asked_at: datetime
    expires_at: datetime | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Maker:
    """What making copies needs. `lender`: its name, and its address for personal data."""

    db: Database
    vault: Vault
    bundles: Bundles
    lender: tuple[str, str]


_LAST = (
    select(Takeout.state, Takeout.name, Takeout.asked_at, Takeout.expires_at, Takeout.size)
    .where(Takeout.customer_id == bindparam("customer_id"))
    .order_by(Takeout.id.desc())
    .limit(1)
)


def ask(db: Database, vault: Vault, visit: CurrentVisit, around: Surroundings) -> bool:
    """Ask for a copy; False when one is being made already. A copy that is ready goes at once.

    Raises Held, and TooMany after three in a day.
    """
    if visit.held(around.now):
        raise Held
    customer_id = visit.customer_id or 0
    counter = throttle.counter(vault, A_DAY, str(customer_id))
    with db.writing() as link:
        wait = throttle.take(link, around.now, [counter])  # two at once queue for this row
        last = standing(link, customer_id, around.now)
        under_way = last is not None and last.state == ASKED
        if under_way:
            throttle.give_back(link, [counter])
        elif wait is None:
            _begin(link, visit, around)
    if wait and not under_way:
        raise TooMany(wait)
    return not under_way


def standing(link: Link, customer_id: int, now: datetime) -> Standing | None:
    """How the customer's last copy stands; None when none was ever asked for."""
    row = link.execute(_LAST, {"customer_id": customer_id}).one_or_none()
    if row is None:
        return None
    over = row.state == READY and row.expires_at <= now
    return Standing(EXPIRED if over else row.state, *row[1:])


def taken(link: Link, visit: CurrentVisit, around: Surroundings) -> Standing | None:
    """The copy that may be handed out now, with a row in the trail; None when there is none.

    Raises Held.
    """
    if visit.held(around.now):
        raise Held
    found = standing(link, visit.customer_id or 0, around.now)
    if found is None or found.state != READY:
        return None
    audit.record(
        link,
        "my_data_taken",
        around,
        account_id=visit.account_id,
        customer_id=visit.customer_id,
    )
    return found


def work(maker: Maker, clock: Callable[[], datetime], around: Surroundings) -> int:
    """Make the copies that were asked for, and erase those whose day is over; how many were made.

    Raises OSError when the folder cannot be swept.
    """
    made = 0
    for _ in range(A_ROUND):
        with maker.db.writing() as link:
            row = _claim(link, clock())
        if row is None:
            break
        made += _make(maker, row, clock, around)
    with maker.db.writing() as link:
        _expire(link, clock())
    maker.bundles.sweep(lambda: _wanted(maker.db))
    return made


def _wanted(db: Database) -> list[str]:
    """The names of copies that are ready or being made."""
    with db.reading() as link:
        names = link.execute(select(Takeout.name).where(Takeout.state.in_((ASKED, READY))))
        return list(names.scalars())


def _begin(link: Link, visit: CurrentVisit, around: Surroundings) -> None:
    link.execute(
        update(Takeout)
        .where(Takeout.customer_id == visit.customer_id, Takeout.state == READY)
        .values(state=EXPIRED)
    )
    values = {
        "customer_id": visit.customer_id,
        "account_id": visit.account_id,
        "name": secrets.token_hex(16),
        "state": ASKED,
        "tries": 0,
        "asked_at": around.now,
        "network": around.network,
    }
    link.execute(insert(Takeout), values)
    audit.record(
        link,
        "my_data_asked",
        around,
        account_id=visit.account_id,
        customer_id=visit.customer_id,
    )


def _claim(link: Link, now: datetime) -> Any:
    """Lease the oldest copy that waits; whoever comes second finds its lease."""
    free = (Takeout.leased_until.is_(None)) | (Takeout.leased_until <= now)
    oldest = select(func.min(Takeout.id)).where(Takeout.state == ASKED, free).scalar_subquery()
    return link.execute(
        update(Takeout)
        .where(Takeout.id == oldest, Takeout.state == ASKED, free)
        .values(leased_until=now + LEASE, tries=Takeout.tries + 1)
        .returning(Takeout.id, Takeout.customer_id, Takeout.name, Takeout.tries)
    ).one_or_none()


def _make(maker: Maker, row: Any, clock: Callable[[], datetime], around: Surroundings) -> bool:
    try:
        with maker.db.reading() as link:
            listed = parts(link, row.customer_id, maker.lender, around.now)
            written = maker.bundles.write(row.name, listed, around.now)
    except Exception:  # one customer's copy must not stop the worker's round
        log.exception("a copy of a customer's data could not be made", extra={"takeout": row.id})
        state = FAILED if row.tries >= MOST_TRIES else ASKED
        with maker.db.writing() as link:
            link.execute(_this(row).values(state=state, leased_until=clock() + AGAIN))
        return False
    _tell(maker, row, written, clock(), around)
    return True


def _tell(maker: Maker, row: Any, written: Written, now: datetime, around: Surroundings) -> None:
    """The copy is ready: say so in its row, in the trail and by mail, all or nothing."""
    with maker.db.write() as session:
        values = {"size": written.size, "sha256": written.sha256}
        values |= {"state": READY, "ready_at": now, "expires_at": now + KEPT}
        if session.execute(_this(row).values(values).returning(Takeout.id)).one_or_none() is None:
            return  # another worker was faster, and has told of it
        found = session.execute(
            select(Account.id, Account.email, Account.locale, Customer.name, Customer.kind)
            .join(Customer, Customer.id == Account.customer_id)
            .where(Customer.id == row.customer_id, Account.state == ACTIVE)
        ).one_or_none()
        audit.record(session, "my_data_ready", around, customer_id=row.customer_id)
        if found:
            who = Addressee(found.name, found.kind, found.email, found.locale)
            letter = letters.my_data_ready(who, (now + KEPT).isoformat())
            outbox.post(session, maker.vault, letter, now, account_id=found.id)


def _this(row: Any) -> Any:
    return update(Takeout).where(Takeout.id == row.id, Takeout.state == ASKED)


def _expire(link: Link, now: datetime) -> None:
    over = (Takeout.state == READY) & (Takeout.expires_at <= now)
    link.execute(update(Takeout).where(over).values(state=EXPIRED))
