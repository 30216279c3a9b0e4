"""Browsers an account knows: recognised by a cookie that changes at every sign-in."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from finportal.adapters.secrets import new_token, token_hash
from finportal.models import Account, Device
from finportal.services import audit, recognition
from finportal.services.recognition import Recognition
from finportal.services.visits import Surroundings

LASTS = timedelta(days=180)
GRACE = timedelta(minutes=5)
"""How long the value before a rotation still counts: an answer may be lost on the way."""


@dataclass(frozen=True)
class Known:
    """A device cookie that is good, and the account it belongs to."""

    device_id: int
    account_id: int
    stale: bool
    email: str
    chosen: Recognition | None


def recognise(session: Session, around: Surroundings, email: str) -> Known | None:
    """The known device behind this request, if its account has this address."""
    if not around.device_token:
        return None
    hashed = token_hash(around.device_token)
    row = session.execute(
        select(Device, Account)
        .join(Account, Account.id == Device.account_id)
        .where(
            or_(Device.token_hash == hashed, Device.previous_hash == hashed),
            Device.revoked_at.is_(None),
            Device.expires_at > around.now,
            Account.email == email,
        )
    ).one_or_none()
    if row is None:
        return None
    device, account = row
    replayed = device.token_hash != hashed and device.rotated_at + GRACE <= around.now
    return Known(device.id, account.id, replayed, account.email, _chosen(account))


def remember(session: Session, account_id: int, around: Surroundings) -> str:
    """Know this browser from now on; returns the token for its cookie."""
    token = new_token()
    session.add(
        Device(
            account_id=account_id,
            token_hash=token_hash(token),
            browser=around.browser,
            rotated_at=around.now,
            created_at=around.now,
            last_used_at=around.now,
            expires_at=around.now + LASTS,
        )
    )
    return token


def rotate(session: Session, device_id: int, around: Surroundings) -> str:
    """Give the device a new token; the old one is only good for `GRACE` more."""
    token = new_token()
    session.execute(
        update(Device)
        .where(Device.id == device_id)
        .values(
            previous_hash=Device.token_hash,
            token_hash=token_hash(token),
            rotated_at=around.now,
            last_used_at=around.now,
            expires_at=around.now + LASTS,
        )
    )
    return token


def revoke(session: Session, known: Known, around: Surroundings) -> None:
    """Forget a device whose old cookie came back: one of the two copies was stolen."""
    session.execute(
        update(Device).where(Device.id == known.device_id).values(revoked_at=around.now)
    )
    audit.record(session, "device_cookie_reused", around, account_id=known.account_id)


def _chosen(account: Account) -> Recognition | None:
    if account.image is None or account.phrase is None:
        return None
    return recognition.chosen(account.image, account.phrase)
