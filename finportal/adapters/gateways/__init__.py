"""Payment gateways behind one small protocol: what a use case says to one, and what it hears back.

A use case imports from here, gets its gateway from `chosen.gateway_of`, and never learns which one
it is. How an attempt goes:

1. `start(order)` before the customer leaves. Store what `Started` says **before** redirecting.
2. `read_notification(headers, body)` proves who speaks and names the attempt, nothing more: amounts
   are never read from a notification. After it, on the customer's return and from the poll job,
3. `ask(asked)` tells how the attempt stands. Only its `payments` are money: post each approved one
   once, by its `id`, after comparing its reference, amount and currency with the attempt's.

Every failure is a `GatewayError` (`errors.py`), and none of them means that a payment failed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Protocol

from finportal.adapters.gateways.errors import OrderUnfit
from finportal.lending.money import Centavos

NOTIFICATION_PATHS = {"placetopay": "/avisos/placetopay", "wompi": "/avisos/wompi"}
"""Where the portal takes notifications: what is registered with each gateway, after `base_url`."""

CURRENCY = "COP"
LONGEST_REFERENCE = 32
_BOGOTA = timezone(timedelta(hours=-5), "America/Bogota")
_REFERENCE_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")


class Status(StrEnum):
    """How an attempt, or one payment of it, stands at the gateway."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    REVERSED = "reversed"
    UNKNOWN = "unknown"
    """A word we do not know: treat it as pending and tell an operator."""


class Method(StrEnum):
    """How it was paid, in the words of the payments file's channel."""

    PSE = "pse"
    CARD = "card"
    CASH = "cash"
    BANK = "bank"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, as the gateway's form is filled in beforehand; leave out what is not known.

    `document_type` is one of the portal's own: CC CE NIT PAS TI PPT.
    """

    document_type: str = ""
    document: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    mobile: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Order:
    """One attempt to pay. Raises OrderUnfit for what no gateway would take.

    `reference` is new for every attempt: letters, digits and hyphens, 32 at most. `attempt` is the
    attempt's unguessable token; it returns in `Answer.attempt` where the gateway echoes it.
    `return_url` should hold it too, for the gateways add nothing that may be trusted. `opened_on`
    and `beneficiary` (the loan) are what PSE asks of merchants in financial services.
    """

    reference: str
    attempt: str = field(repr=False)
    amount: Centavos
    description: str
    return_url: str = field(repr=False)
    expires_at: datetime
    ip: str = field(repr=False)
    user_agent: str = field(repr=False)
    payer: Payer = Payer()
    cancel_url: str = field(default="", repr=False)
    method: Method | None = None
    opened_on: date | None = None
    beneficiary: str = ""

    def __post_init__(self) -> None:
        """Refuse what would only be refused later, by the gateway."""
        size = len(self.reference)
        if not 1 <= size <= LONGEST_REFERENCE or not set(self.reference) <= _REFERENCE_SIGNS:
            raise OrderUnfit("the reference: 1 to 32 letters, digits and hyphens")
        if type(self.amount) is not int or self.amount <= 0:
            raise OrderUnfit("the amount: whole centavos above zero")
        if self.expires_at.utcoffset() is None:
            raise OrderUnfit("the end of the order: a moment with its offset")


@dataclass(frozen=True, slots=True)
class Started:
    """An order the gateway is ready for.

    `external_id` is None where the gateway names nothing yet. `go_to` is where the customer's
    browser goes next, in the same tab and never in a frame.
    """

    reference: str
    external_id: str | None
    go_to: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """The attempt a question is about; `external_id` from `Started` or a proven notification."""

    reference: str
    external_id: str | None


@dataclass(frozen=True, slots=True)
class Payment:
    """One try of the customer with one bank, as the gateway tells it.

    `id` is unique at this gateway and the key to post by. `amount` is None only where nothing was
    charged. `authorisation` is the CUS for PSE. `refunded` is a hint for a person: the gateways'
    documents disagree on when it shows, so nothing follows from it by itself.
    """

    id: str
    status: Status
    reference: str
    amount: Centavos | None
    currency: str
    method: Method
    brand: str
    authorisation: str
    decided_at: datetime | None
    reason: str
    refunded: bool = False

    @property
    def value_date(self) -> date | None:
        """The calendar day in Bogotá on which the bank decided: the payer's value date."""
        return self.decided_at and self.decided_at.astimezone(_BOGOTA).date()


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt stands. `digest` is the SHA-256 (hex) of the answer's bytes.

    `final` says that the gateway expects no further change; a bank may still win later. `payments`
    are newest first and may hold refused tries beside approved ones, and more than one approved.
    `alerts` are sentences for an operator, without secrets or personal data.
    """

    status: Status
    final: bool
    reference: str
    external_id: str | None
    payments: tuple[Payment, ...]
    reason: str
    digest: str
    attempt: str = field(default="", repr=False)
    alerts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification whose signature was good.

    It may bring the external id of an attempt whose `start` was never answered. `reference` is
    not always signed, so it only finds the attempt; `ask` proves it. With an `event` other than
    "payment" there is nothing to do but to answer 200.
    """

    event: str
    external_id: str
    reference: str
    claims: str


@dataclass(frozen=True, slots=True)
class Reversal:
    """What came of giving a payment back; `external_id` is the new transaction's, if it has one."""

    status: Status
    external_id: str | None
    reason: str
    digest: str


class Gateway(Protocol):
    """A payment gateway. Every method may raise GatewayDown, GatewayRefused or AnswerUnreadable."""

    name: str

    def start(self, order: Order) -> Started:
        """Prepare the gateway's page for an order. Raises OrderUnfit.

        After GatewayDown with `reached` the session may exist: never start the same reference
        again.
        """

    def ask(self, asked: Asked) -> Answer:
        """How an attempt stands. Raises NotOffered without an id the gateway could find it by.

        GatewayRefused says nothing about the payment: the attempt stays as it is.
        """

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """What a notification is about. It asks nobody and keeps nothing.

        Raises a NotificationRefused: BadSignature, OtherEnvironment or Unreadable.
        """

    def cancel(self, asked: Asked) -> Answer:
        """Close an attempt that nobody has paid. Raises NotOffered."""

    def reverse(self, payment: Payment) -> Reversal:
        """Give the whole of an approved payment back. Raises NotOffered for its method."""


def utc(moment: datetime) -> datetime:
    """The same moment in UTC, as everything is stored."""
    return moment.astimezone(UTC)
