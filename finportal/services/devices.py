"""Browsers an account knows: recognised by a cookie that changes at every sign-in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from finportal.adapters.database import Link
from finportal.adapters.prepared import Prepared
from finportal.adapters.secrets import new_token, token_hash
from finportal.models import Account, Base, Device, Visit
from finportal.services import audit, recognition
from finportal.services.recognition import Recognition
from finportal.services.visits import Surroundings

LASTS = timedelta(days=180)
AT_ONCE = timedelta(minutes=1)
"""Two sign-ins this close are one person pressing twice: the second leaves the cookie alone."""


@dataclass(frozen=True)
class Known:
    """A device cookie that was good once, and the account it belongs to.

    `stale`: a cookie that replaced it has been used since, so one of the two was copied.
    """

    device_id: int
    account_id: int
    presented: str
    current: bool
    stale: bool
    rotated_at: datetime
    chosen: Recognition | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """A device that is known from now on, and the token for its cookie."""

    device_id: int
    token: str


_KNOWN = Prepared(
    select(
        Device.id,
        Device.account_id,
        Device.token_hash,
        Device.previous_hash,
        Device.confirmed_at,
        Device.rotated_at,
        Account.image,
        Account.phrase,
    )
    .join(Account, Account.id == Device.account_id)
    .where(
        Device.family_hash == bindparam("family"),
        Device.revoked_at.is_(None),
        Device.expires_at > bindparam("now"),
        Account.email == bindparam("email"),
    )
)
_DEVICES = Base.metadata.tables["devices"]
_THIS = _DEVICES.c.id == bindparam("device")
_CONFIRM = Prepared(
    update(_DEVICES)
    .where(_THIS, _DEVICES.c.confirmed_at.is_(None))
    .values(confirmed_at=bindparam("now"))
)
_ROTATE = Prepared(
    update(_DEVICES)
    .where(_THIS)
    .values(
        previous_hash=bindparam("presented"),
        token_hash=bindparam("newest"),
        confirmed_at=None,
        rotated_at=bindparam("now"),
        last_used_at=bindparam("now"),
        network=bindparam("from"),
        expires_at=bindparam("until"),
    )
)
_KEPT = Prepared(
    select(_DEVICES.c.id).where(_THIS, _DEVICES.c.revoked_at.is_(None)).with_for_update()
)


def recognise(link: Link, around: Surroundings, email: str) -> Known | None:
    """The known device behind this request, if its account has this address."""
    if not around.device_token:
        return None
    family, hashed = token_hash(_family(around.device_token)), token_hash(around.device_token)
    values = {"family": family, "now": around.now, "email": email}
    device = _KNOWN.first(link, values)
    if device is None:
        return None
    current = device.token_hash == hashed
    waiting = device.previous_hash == hashed and device.confirmed_at is None
    return Known(
        device_id=device.id,
        account_id=device.account_id,
        presented=hashed,
        current=current,
        stale=not current and not waiting,
        rotated_at=device.rotated_at,
        chosen=_chosen(device.image, device.phrase),
    )


def remember(session: Session, account_id: int, around: Surroundings) -> Remembered:
    """Know this browser from now on: the mailbox was proven on it."""
    token = f"{new_token()}.{new_token()}"
    device = Device(
        account_id=account_id,
        family_hash=token_hash(_family(token)),
        token_hash=token_hash(token),
        browser=around.browser,
        network=around.network,
        rotated_at=around.now,
        created_at=around.now,
        last_used_at=around.now,
        expires_at=around.now + LASTS,
    )
    session.add(device)
    session.flush()
    audit.record(session, "device_remembered", around, account_id=account_id)
    return Remembered(device.id, token)


def rotate(link: Link, known: Known, around: Surroundings) -> str | None:
    """Give the device a new token; the one presented stays good until the new one is used.

    None when the device got one a moment ago: two sign-ins at once must not undo each other.
    """
    if not known.current and known.rotated_at + AT_ONCE > around.now:
        return None
    token = f"{_family(around.device_token or '')}.{new_token()}"
    values = {
        "device": known.device_id,
        "presented": known.presented,
        "newest": token_hash(token),
        "now": around.now,
        "from": around.network,
        "until": around.now + LASTS,
    }
    _ROTATE.run(link, values)
    return token


def confirm(link: Link, known: Known, around: Surroundings) -> None:
    """The newest token came back: from now on the one before it is a copy."""
    _CONFIRM.run(link, {"device": known.device_id, "now": around.now})


def still_known(link: Link, device_id: int) -> bool:
    """Whether the device was not forgotten meanwhile; until the caller commits it cannot be."""
    return _KEPT.first(link, {"device": device_id}) is not None


def forget(link: Link, account_id: int, device_id: int, around: Surroundings) -> bool:
    """Know a device of this account no more and end its sessions; False when there is none."""
    forgotten = (
        update(Device)
        .where(Device.id == device_id, Device.account_id == account_id, Device.revoked_at.is_(None))
        .values(revoked_at=around.now)
        .returning(Device.id)
    )
    if link.execute(forgotten).one_or_none() is None:
        return False
    link.execute(delete(Visit).where(Visit.device_id == device_id))
    return True


def forget_all(
    link: Link, account_id: int, around: Surroundings, *, keep: int | None = None
) -> None:
    """No browser is known any more, but the device `keep`: the others prove themselves anew."""
    others = Device.id != (keep or 0)
    link.execute(
        update(Device)
        .where(Device.account_id == account_id, Device.revoked_at.is_(None), others)
        .values(revoked_at=around.now)
    )


def _family(token: str) -> str:
    """The part that all the cookies of one device share."""
    return token.partition(".")[0]


def _chosen(image: str | None, phrase: str | None) -> Recognition | None:
    return recognition.chosen(image, phrase) if image and phrase else None
