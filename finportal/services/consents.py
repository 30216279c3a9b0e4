"""The texts customers accept, kept word for word with who accepted them and when."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from finportal.models import Consent, ConsentText
from finportal.services.visits import Surroundings


@dataclass(frozen=True)
class Text:
    """A version of a text as the customer saw it."""

    version: str
    locale: str
    body: str

    @property
    def digest(self) -> str:
        """SHA-256 of version, language and words."""
        return hashlib.sha256(f"{self.version}\0{self.locale}\0{self.body}".encode()).hexdigest()


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
        digest=text.digest,
        first_used_at=around.now,
    )
    session.add(row)
    session.flush()
    return row.id
