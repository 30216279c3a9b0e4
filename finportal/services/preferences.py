"""How and when customers want to be contacted, within what Ley 2300 de 2023 allows.

The law: by channels the person authorised, Monday to Friday 7 to 19, Saturday 8 to 15, never on
Sundays and holidays; after a contact one channel that week, and once a day at most.
"""

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Link
from finportal.models import Account, Consent, ConsentText, ConsentWithdrawal, ContactPreference
from finportal.models.preferences import PURPOSES, SATURDAYS, WEEKDAYS
from finportal.models.records import COMMERCIAL
from finportal.services import audit
from finportal.services.errors import Refused
from finportal.services.visits import Surroundings

CHANNELS = ("mail", "sms", "call", "whatsapp")
Hours = tuple[int, int]
WEEKDAY_HOURS = MappingProxyType({"any": (7, 19), "morning": (7, 12), "afternoon": (12, 19)})
SATURDAY_HOURS = MappingProxyType({"any": (8, 15), "morning": (8, 12), "never": None})
"""Whole hours of Bogotá, from and until (Ley 2300 de 2023, art. 3)."""
ALWAYS_BY_MAIL = ("service",)
"""The contract and the law ask to be told of some things: an address in writing stays open."""
AT_LEAST_ONE = ("collections",)
"""Who owes must stay within reach by a channel of the person's own choice."""


class NoChannel(Refused):
    """For this purpose at least one channel is needed."""


class NotAuthorised(Refused):
    """There is no authorisation for offers, so nothing can be chosen for them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a customer chose for a purpose. Raises ValueError for a word that is none of ours."""

    purpose: str
    channels: tuple[str, ...]
    weekdays: str
    saturdays: str

    def __post_init__(self) -> None:
        """Refuse what no form of ours offers."""
        known = (
            self.purpose in PURPOSES
            and self.weekdays in WEEKDAYS
            and self.saturdays in SATURDAYS
            and self.channels == tuple(one for one in CHANNELS if one in self.channels)
        )
        if not known:
            raise ValueError(self)


@dataclass(frozen=True, slots=True)
class Chosen(Choice):
    """A choice that was made, and when."""

    chosen_at: datetime


_newest = (
    select(func.max(ContactPreference.id))
    .where(ContactPreference.customer_id == bindparam("customer_id"))
    .group_by(ContactPreference.purpose)
)
_OF_CUSTOMER = select(ContactPreference).where(ContactPreference.id.in_(_newest))
_AUTHORISED = (
    select(Consent.id)
    .join(ConsentText, ConsentText.id == Consent.text_id)
    .outerjoin(ConsentWithdrawal, ConsentWithdrawal.consent_id == Consent.id)
    .where(
        Consent.customer_id == bindparam("customer_id"),
        ConsentText.purpose == COMMERCIAL,
        ConsentWithdrawal.id.is_(None),
    )
    .limit(1)
)

_LOCK = select(Account.id).where(Account.customer_id == bindparam("customer_id")).with_for_update()


def of_customer(link: Link, customer_id: int) -> dict[str, Chosen]:
    """The customer's choices that hold, by purpose; none for what was never chosen."""
    table = ContactPreference.__table__.c
    rows = link.execute(_OF_CUSTOMER.with_only_columns(*table), {"customer_id": customer_id})
    return {
        row.purpose: Chosen(
            row.purpose, tuple(row.channels.split()), row.weekdays, row.saturdays, row.chosen_at
        )
        for row in rows
    }


def choose(session: Session, customer_id: int, choice: Choice, around: Surroundings) -> bool:
    """Keep a choice, with a row in the trail; the same again changes nothing, and is False.

    Raises NoChannel, and NotAuthorised for offers that were never allowed.
    """
    if choice.purpose in AT_LEAST_ONE and not choice.channels:
        raise NoChannel
    session.execute(_LOCK, {"customer_id": customer_id})
    if choice.purpose == COMMERCIAL and not authorised(session, customer_id):
        raise NotAuthorised
    held = of_customer(session, customer_id).get(choice.purpose)
    if held and _same(held, choice):
        return False
    values = {
        "customer_id": customer_id,
        "purpose": choice.purpose,
        "channels": " ".join(choice.channels),
        "weekdays": choice.weekdays,
        "saturdays": choice.saturdays,
        "chosen_at": around.now,
        "network": around.network,
    }
    session.execute(insert(ContactPreference), values)
    detail = f"{choice.purpose}: {values['channels'] or '-'}"
    audit.record(session, "preference_chosen", around, customer_id=customer_id, detail=detail)
    return True


def authorised(link: Link, customer_id: int) -> bool:
    """Whether the customer's authorisation for offers holds now."""
    return link.execute(_AUTHORISED, {"customer_id": customer_id}).one_or_none() is not None


def _same(held: Chosen, choice: Choice) -> bool:
    return (held.channels, held.weekdays, held.saturdays) == (
        choice.channels,
        choice.weekdays,
        choice.saturdays,
    )
