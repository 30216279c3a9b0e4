"""One-use links to choose a new password: made, looked at, used up."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from finportal.adapters.database import Link
from finportal.adapters.secrets import new_token, token_hash
from finportal.models import Account, RecoveryLink
from finportal.models.accounts import SUSPENDED
from finportal.services import letters
from finportal.services.visits import Surroundings

KEPT = timedelta(days=1)


def make(session: Session, account_id: int, around: Surroundings) -> str:
    """A new link's token; only its hash is kept."""
    token = new_token()
    session.add(
        RecoveryLink(
            account_id=account_id,
            token_hash=token_hash(token),
            created_at=around.now,
            expires_at=around.now + letters.LINK_LASTS,
        )
    )
    return token


def account_of(session: Session, token: str, around: Surroundings) -> int | None:
    """Whose link this is, while it still opens the form; looking never uses it up."""
    good = (
        select(RecoveryLink.account_id)
        .join(Account, Account.id == RecoveryLink.account_id)
        .where(
            RecoveryLink.token_hash == token_hash(token),
            RecoveryLink.used_at.is_(None),
            RecoveryLink.expires_at > around.now,
            Account.state != SUSPENDED,
        )
    )
    return session.scalars(good).one_or_none()


def claim(session: Session, token: str, around: Surroundings) -> bool:
    """Use one link up; False when somebody else was faster."""
    used = (
        update(RecoveryLink)
        .where(RecoveryLink.token_hash == token_hash(token), RecoveryLink.used_at.is_(None))
        .values(used_at=around.now)
        .returning(RecoveryLink.id)
    )
    return session.execute(used).one_or_none() is not None


def use_up(link: Link, account_id: int, around: Surroundings) -> None:
    """Whatever links are open lead nowhere from now on: password or address changed."""
    link.execute(
        update(RecoveryLink)
        .where(RecoveryLink.account_id == account_id, RecoveryLink.used_at.is_(None))
        .values(used_at=around.now)
    )


def sweep(session: Session, around: Surroundings) -> None:
    """Forget links that ended long ago."""
    session.execute(delete(RecoveryLink).where(RecoveryLink.expires_at <= around.now - KEPT))
