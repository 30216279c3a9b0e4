"""A known browser at sign-in: its cookie came back, or an old copy of it, which is an alarm."""

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from finportal.adapters.secrets import Vault
from finportal.services import accounts, audit, devices, letters, security_notices
from finportal.services.devices import Known
from finportal.services.visits import Surroundings


def at_sign_in(link: Connection, vault: Vault, email: str, around: Surroundings) -> Known | None:
    """The known device that signs in with this address; an old copy of its cookie is an alarm."""
    known = devices.recognise(link, around, email)
    if known and known.stale:
        _raise_alarm(link, vault, known, around)
        return None
    if known and known.current:
        devices.confirm(link, known, around)
    return known


def _raise_alarm(link: Connection, vault: Vault, known: Known, around: Surroundings) -> None:
    """An old cookie came back, so one of two copies was stolen: forget the device, tell by mail."""
    if devices.forget(link, known.account_id, known.device_id, around):
        audit.record(link, "device_cookie_reused", around, account_id=known.account_id)
        with Session(link) as session:
            holder = accounts.with_id(session, known.account_id)
        letter = letters.device_alarm(holder.addressee, around.now.isoformat(), around.network)
        security_notices.post(link, vault, letter, holder, around)
