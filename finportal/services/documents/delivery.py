"""How customers are told of new statements, what they chose, and the proof that they were told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Link
from finportal.adapters.secrets import Vault
from finportal.models import Account, Customer, DeliveryChoice, IssuedDocument, OutboxMail
from finportal.models.accounts import ACTIVE
from finportal.models.documents import MEDIA
from finportal.services import audit, letters, outbox
from finportal.services.letters import Addressee, Notice
from finportal.services.visits import Surroundings

MAIL, PORTAL = MEDIA

_last = (
    select(func.max(DeliveryChoice.id))
    .where(DeliveryChoice.customer_id == Customer.id)
    .correlate(Customer)
    .scalar_subquery()
)
_CHOSEN = (
    select(DeliveryChoice.medium)
    .where(DeliveryChoice.customer_id == bindparam("customer_id"))
    .order_by(DeliveryChoice.id.desc())
    .limit(1)
)
_READERS = (
    select(
        IssuedDocument.id,
        IssuedDocument.code,
        Account.id.label("account_id"),
        Account.email,
        Account.locale,
        Customer.name,
        Customer.kind,
    )
    .join(Customer, Customer.id == IssuedDocument.customer_id)
    .join(Account, Account.customer_id == Customer.id)
    .join(DeliveryChoice, DeliveryChoice.id == _last)
    .where(
        IssuedDocument.code.in_(bindparam("codes", expanding=True)),
        DeliveryChoice.medium == MAIL,
        Account.state == ACTIVE,
    )
    .order_by(IssuedDocument.id)
)
_DELIVERY = (
    select(
        IssuedDocument.issued_at,
        OutboxMail.recipient,
        OutboxMail.message_id,
        OutboxMail.state,
        OutboxMail.created_at,
        OutboxMail.sent_at,
    )
    .outerjoin(OutboxMail, OutboxMail.document_id == IssuedDocument.id)
    .where(IssuedDocument.id == bindparam("document_id"))
    .order_by(OutboxMail.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a paper reached its customer: in the portal since `available_since`, whatever the medium.

    `posted_at`: when the notice was put in the outbox; `taken_at`: when the mail server took it;
    `state` is the outbox's. All four are empty where no notice was mailed.
    """

    medium: str
    available_since: datetime
    recipient: str | None
    message_id: str | None
    state: str | None
    posted_at: datetime | None
    taken_at: datetime | None


def choose(session: Session, customer_id: int, medium: str, around: Surroundings) -> None:
    """Keep a customer's choice, with a row in the trail; the same choice again changes nothing.

    Raises ValueError for what is no medium.
    """
    if medium not in MEDIA:
        raise ValueError(medium)
    if _last_choice(session, customer_id) == medium:
        return
    values = {
        "customer_id": customer_id,
        "medium": medium,
        "chosen_at": around.now,
        "network": around.network,
    }
    session.execute(insert(DeliveryChoice), values)
    audit.record(session, "delivery_chosen", around, customer_id=customer_id, detail=medium)


def chosen(link: Link, customer_id: int) -> str:
    """The medium of a customer's last choice; the portal alone for who never chose."""
    return _last_choice(link, customer_id) or PORTAL


def of(link: Link, document_id: int) -> Delivery:
    """How a paper was delivered, by its id. Raises LookupError."""
    row = link.execute(_DELIVERY, {"document_id": document_id}).one_or_none()
    if row is None:
        raise LookupError(document_id)
    return Delivery(MAIL if row.message_id else PORTAL, *row)


def notify(session: Session, vault: Vault, notices: Sequence[Notice], around: Surroundings) -> int:
    """Write to those who chose mail, in the transaction that issues; returns how many letters.

    Only accounts that were opened and are not suspended are written to, at their proven address.
    """
    by_code = {notice.code: notice for notice in notices}
    readers = session.execute(_READERS, {"codes": list(by_code)}).all()
    for row in readers:
        who = Addressee(row.name, row.kind, row.email, row.locale)
        letter = letters.statement_ready(who, by_code[row.code])
        outbox.post(
            session, vault, letter, around.now, account_id=row.account_id, document_id=row.id
        )
    return len(readers)


def _last_choice(link: Link, customer_id: int) -> str | None:
    row = link.execute(_CHOSEN, {"customer_id": customer_id}).one_or_none()
    return row.medium if row else None
