"""What customers chose about being contacted, for the lender's own call centre."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select

from finportal.adapters.database import Link
from finportal.models import (
    Consent,
    ConsentText,
    ConsentWithdrawal,
    ContactPreference,
    Customer,
)
from finportal.models.preferences import PURPOSES
from finportal.models.records import COMMERCIAL
from finportal.services.preferences import (
    ALWAYS_BY_MAIL,
    SATURDAY_HOURS,
    WEEKDAY_HOURS,
    Hours,
)

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a customer and a purpose, since `changed_at`.

    `weekdays` and `saturdays`: whole hours of Bogotá from and until; None for never.
    """

    id_type: str
    id_number: str
    purpose: str
    channels: tuple[str, ...]
    weekdays: Hours | None
    saturdays: Hours | None
    changed_at: datetime


_CHOSE = select(ContactPreference.customer_id)
_ACCEPTED = (
    select(Consent.customer_id)
    .join(ConsentText, ConsentText.id == Consent.text_id)
    .where(ConsentText.purpose == COMMERCIAL)
)
_CUSTOMERS = (
    select(Customer.id, Customer.id_type, Customer.id_number)
    .where(
        Customer.id > bindparam("after"),
        or_(Customer.id.in_(_CHOSE), Customer.id.in_(_ACCEPTED)),
    )
    .order_by(Customer.id)
    .limit(AT_ONCE)
)
_IDS: ColumnElement[int] = bindparam("ids", expanding=True)
_newest_choices = (
    select(func.max(ContactPreference.id))
    .where(ContactPreference.customer_id.in_(_IDS))
    .group_by(ContactPreference.customer_id, ContactPreference.purpose)
)
_CHOICES = select(*ContactPreference.__table__.c).where(ContactPreference.id.in_(_newest_choices))
_newest_consents = (
    select(func.max(Consent.id))
    .join(ConsentText, ConsentText.id == Consent.text_id)
    .where(Consent.customer_id.in_(_IDS), ConsentText.purpose == COMMERCIAL)
    .group_by(Consent.customer_id)
)
_CONSENTS = (
    select(Consent.customer_id, Consent.accepted_at, ConsentWithdrawal.withdrawn_at)
    .outerjoin(ConsentWithdrawal, ConsentWithdrawal.consent_id == Consent.id)
    .where(Consent.id.in_(_newest_consents))
)


def export(link: Link, since: datetime | None = None) -> Iterator[Standing]:
    """What holds for each customer and purpose, by customer; what changed at or after `since`.

    Who is not named chose nothing here: for collecting and service what the contract says holds,
    and offers are not allowed. An authorisation for offers that was taken back leaves no channel.
    """
    after = 0
    while customers := link.execute(_CUSTOMERS, {"after": after}).all():
        ids = [one.id for one in customers]
        after = ids[-1]
        choices = {(row.customer_id, row.purpose): row for row in _rows(link, _CHOICES, ids)}
        consents = {row.customer_id: row for row in _rows(link, _CONSENTS, ids)}
        for customer in customers:
            for purpose in PURPOSES:
                choice = choices.get((customer.id, purpose))
                consent = consents.get(customer.id) if purpose == COMMERCIAL else None
                one = _standing(customer, purpose, choice, consent)
                if one and (since is None or one.changed_at >= since):
                    yield one


def _rows(link: Link, query: Any, ids: Sequence[int]) -> Sequence[Any]:
    return link.execute(query, {"ids": ids}).all()


def _standing(customer: Any, purpose: str, choice: Any, consent: Any) -> Standing | None:
    who = customer.id_type, customer.id_number, purpose
    if consent and consent.withdrawn_at:
        return Standing(*who, (), None, None, consent.withdrawn_at)
    if choice is None:  # offers are allowed, and no channel was chosen for them yet
        return Standing(*who, (), None, None, consent.accepted_at) if consent else None
    since = max(choice.chosen_at, consent.accepted_at) if consent else choice.chosen_at
    always = ("mail",) if purpose in ALWAYS_BY_MAIL else ()
    channels = (*always, *choice.channels.split())
    weekdays = WEEKDAY_HOURS[choice.weekdays] if channels else None
    saturdays = SATURDAY_HOURS[choice.saturdays] if channels else None
    return Standing(*who, channels, weekdays, saturdays, since)
