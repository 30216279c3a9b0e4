"""A known browser at sign-in: its cookie came back, or an old copy of it, which is an alarm."""

from sqlalchemy.orm import Session

from finportal.adapters.secrets import Vault
from finportal.services import accounts, audit, devices, letters, security_notices
from finportal.services.devices import Known
from finportal.services.visits import Surroundings


def at_sign_in(session: Session, vault: Vault, email: str, around: Surroundings) -> Known | None:
    """The known device that signs in with this address; an old copy of its cookie is an alarm."""
    known = devices.recognise(session, around, email)
    if known and known.stale:
        _raise_alarm(session, vault, known, around)
        return None
    if known and known.current:
        devices.confirm(session, known, around)
    return known


def _raise_alarm(session: Session, vault: Vault, known: Known, around: Surroundings) -> None:
    """An old cookie came back, so one of two copies was stolen: forget the device, tell by mail."""
    if devices.forget(session, known.account_id, known.device_id, around):
        audit.record(session, "device_cookie_reused", around, account_id=known.account_id)
        holder = accounts.with_id(session, known.account_id)
        letter = letters.device_alarm(holder.addressee, around.now.isoformat(), around.network)
        security_notices.post(session, vault, letter, holder, around)
