"""A browser the account does not know: a code by mail after the right password, then known."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.models import Account, Visit
from finportal.models.accounts import ACTIVE
from finportal.models.codes import DEVICE
from finportal.services import (
    accounts,
    audit,
    codes,
    devices,
    letters,
    security_notices,
    signin,
    visits,
)
from finportal.services.codes import Asked, CodeOver, Sent
from finportal.services.errors import AlreadyDone, TooMany
from finportal.services.signin import SignedIn
from finportal.services.visits import CurrentVisit, Surroundings


def send(db: Database, vault: Vault, visit: CurrentVisit, around: Surroundings) -> Sent:
    """Mail a code to the account's address; the session waits as long as the code is good.

    Counted for the account, whatever session asks. Raises TooMany, and CodeOver when the session
    ended meanwhile.
    """
    with db.read() as session:
        holder = accounts.with_id(session, visit.account_id or 0)
    try:
        sent = codes.send(
            db,
            vault,
            Asked(visit, DEVICE),
            lambda code: letters.code(holder.addressee, code, DEVICE),
            around,
            limited_by=f"account {visit.account_id}",
        )
    except AlreadyDone as error:
        raise CodeOver from error
    with db.writing() as link:
        waiting = update(Visit).where(Visit.id == visit.id)
        link.execute(waiting.values(expires_at=sent.expires_at, last_seen_at=around.now))
    return sent


def send_first(db: Database, vault: Vault, token: str, around: Surroundings) -> bool:
    """Mail the code that a session just began to wait for; False when too many were sent."""
    with db.reading() as link:
        visit = visits.find(link, token, around.now)
    try:
        return visit is not None and bool(send(db, vault, visit, around))
    except (TooMany, CodeOver):
        return False


def open_code(db: Database, visit: CurrentVisit, around: Surroundings) -> Sent | None:
    """The code this session may type now, if there is one."""
    with db.reading() as link:
        return codes.sent_for(link, Asked(visit, DEVICE), around)


def enter(
    db: Database, vault: Vault, visit: CurrentVisit, typed: str, around: Surroundings
) -> SignedIn:
    """Open the account with the right code; the browser is known from now on, the owner is told.

    Raises WrongCode, and CodeOver when no code is open or the session was ended meanwhile.
    """
    right = codes.check(db, vault, Asked(visit, DEVICE), typed, around)
    with db.write() as session:
        account_id = visit.account_id or 0
        if not (_claim(session, account_id, around) and codes.use_up(session, right)):
            raise CodeOver
        return _open(session, vault, visit, around)


def _claim(session: Session, account_id: int, around: Surroundings) -> bool:
    """Hold the account first, as whoever changes its password does: one of the two comes after."""
    claimed = (
        update(Account)
        .where(Account.id == account_id, Account.state == ACTIVE)
        .values(last_sign_in_at=around.now)
        .returning(Account.id)
    )
    return session.execute(claimed).one_or_none() is not None


def _open(session: Session, vault: Vault, visit: CurrentVisit, around: Surroundings) -> SignedIn:
    holder = accounts.with_id(session, visit.account_id or 0)
    account = holder.account
    device = devices.remember(session, account.id, around)
    stage = signin.stage_of(account)
    token = visits.sign_in(
        session, stage, account, around, device_id=device.device_id, replacing=visit
    )
    audit.record(session, "signed_in", around, account_id=account.id)
    notice = letters.new_device(
        holder.addressee, around.now.isoformat(), around.browser, around.network
    )
    security_notices.post(session, vault, notice, holder, around)
    return SignedIn(token, device.token, stage)
