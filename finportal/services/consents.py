"""The texts customers accept, word for word: who accepted them, when, and what was taken back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Link
from finportal.models import Account, Consent, ConsentText, ConsentWithdrawal
from finportal.models.records import COMMERCIAL, SERVICING
from finportal.services import audit
from finportal.services.visits import Surroundings

PURPOSES = (SERVICING, COMMERCIAL)
OPTIONAL = (COMMERCIAL,)
"""What may be taken back while the contract or the law stands behind the rest.

Ley 1581 de 2012, art. 8 e) and 9; Decreto 1377 de 2013, art. 9 (Decreto 1074 de 2015, art.
2.2.2.25.2.6): taking back does not proceed while a legal or contractual duty remains.
"""

_GIVEN = (
    select(
        Consent.id,
        ConsentText.purpose,
        ConsentText.version,
        ConsentText.locale,
        ConsentText.body,
        Consent.accepted_at,
        Consent.network,
        ConsentWithdrawal.withdrawn_at,
        ConsentWithdrawal.network.label("withdrawn_from"),
    )
    .join(ConsentText, ConsentText.id == Consent.text_id)
    .outerjoin(ConsentWithdrawal, ConsentWithdrawal.consent_id == Consent.id)
    .where(Consent.customer_id == bindparam("customer_id"))
    .order_by(Consent.id.desc())
)
_LOCK = select(Account.id).where(Account.customer_id == bindparam("customer_id")).with_for_update()
"""Whoever gives or takes back waits here, so that two at once do it once."""


class NotWithdrawable(Exception):
    """The contract or the law asks for this use of the data: it cannot be taken back."""


@dataclass(frozen=True)
class Text:
    """A version of a text as the customer saw it; `purpose` is what it allows."""

    version: str
    locale: str
    body: str
    purpose: str = SERVICING

    @property
    def digest(self) -> str:
        """SHA-256 of version, language and words, and of a purpose that is not servicing."""
        of = "" if self.purpose == SERVICING else f"{self.purpose}\0"
        words = f"{of}{self.version}\0{self.locale}\0{self.body}"
        return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Given:
    """A text that a customer accepted, and since when it no longer holds if it was taken back."""

    id: int
    purpose: str
    version: str
    locale: str
    body: str
    accepted_at: datetime
    network: str
    withdrawn_at: datetime | None
    withdrawn_from: str | None

    @property
    def holds(self) -> bool:
        """Whether it was not taken back."""
        return self.withdrawn_at is None


def of_customer(link: Link, customer_id: int) -> Sequence[Given]:
    """Every text the customer ever accepted, the newest first."""
    rows = link.execute(_GIVEN, {"customer_id": customer_id})
    return [Given(*row) for row in rows]


def in_force(given: Sequence[Given], purpose: str) -> Given | None:
    """The newest acceptance for a purpose that was not taken back."""
    return next((one for one in given if one.purpose == purpose and one.holds), None)


def give(session: Session, customer_id: int, text: Text, around: Surroundings) -> None:
    """Accept a text behind the sign-in, with a row in the trail; the same words twice are one."""
    session.execute(_LOCK, {"customer_id": customer_id})
    held = in_force(of_customer(session, customer_id), text.purpose)
    if held and (held.version, held.locale, held.body) == (text.version, text.locale, text.body):
        return
    accept(session, customer_id, text, around)
    detail = f"{text.purpose} {text.version}"
    audit.record(session, "consent_given", around, customer_id=customer_id, detail=detail)


def withdraw(session: Session, customer_id: int, purpose: str, around: Surroundings) -> bool:
    """Take back everything accepted for a purpose, at once; False when nothing was in force.

    Rows are added, none is removed: that it was once given stays provable. Raises NotWithdrawable
    for what the contract or the law asks for.
    """
    if purpose not in OPTIONAL:
        raise NotWithdrawable(purpose)
    session.execute(_LOCK, {"customer_id": customer_id})
    given = of_customer(session, customer_id)
    held = [one for one in given if one.purpose == purpose and one.holds]
    values = {"withdrawn_at": around.now, "network": around.network}
    rows = [values | {"consent_id": one.id} for one in held]
    if rows:
        session.execute(insert(ConsentWithdrawal), rows)
        audit.record(session, "consent_withdrawn", around, customer_id=customer_id, detail=purpose)
    return bool(rows)


def accept(session: Session, customer_id: int, text: Text, around: Surroundings) -> None:
    """Keep that this customer accepted this text (Ley 1581 de 2012, art. 9: proof of consent)."""
    session.add(
        Consent(
            customer_id=customer_id,
            text_id=kept(session, text, around),
            accepted_at=around.now,
            network=around.network,
        )
    )


def kept(session: Session, text: Text, around: Surroundings) -> int:
    """The number under which this text is kept word for word."""
    known = select(ConsentText.id).where(ConsentText.digest == text.digest)
    return session.scalars(known).one_or_none() or _keep(session, text, around)


def _keep(session: Session, text: Text, around: Surroundings) -> int:
    row = ConsentText(
        version=text.version,
        locale=text.locale,
        body=text.body,
        purpose=text.purpose,
        digest=text.digest,
        first_used_at=around.now,
    )
    session.add(row)
    session.flush()
    return row.id
