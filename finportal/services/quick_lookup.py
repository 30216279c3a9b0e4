"""Paying without signing in: a credit found by its number and its holder's, and little told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from stdnum.co import nit

from finportal.adapters.database import Database, Link
from finportal.adapters.secrets import Unreadable, Vault
from finportal.lending import LendingError
from finportal.models import Customer, Loan
from finportal.services import identity, ledger, throttle
from finportal.services.days import bogota_day
from finportal.services.errors import TooMany
from finportal.services.identity import IdType
from finportal.services.payment_references import loan_of, reference_of
from finportal.services.payments import starting
from finportal.services.payments.desk import Desk
from finportal.services.payments.errors import NotPayable
from finportal.services.payments.offers import Offer, Purpose, offers
from finportal.services.payments.starting import Sent, Wish
from finportal.services.throttle import Counter, Limit
from finportal.services.visits import Surroundings

PER_NETWORK = Limit("quick-network", 20, timedelta(minutes=10))
PER_NUMBER = Limit("quick-number", 10, timedelta(hours=1))
PER_CREDIT = Limit("quick-credit", 10, timedelta(hours=1))
STARTS = (
    Limit("quick-start-network", 10, timedelta(minutes=10)),
    Limit("quick-start-credit", 6, timedelta(hours=1)),
)
"""How often a payment is begun without signing in, from one network and on one credit."""
TICKET_LASTS = timedelta(minutes=30)
LONGEST_NUMBER = 40
_NIT_DIGITS = 9
TOLD = (Purpose.INSTALMENT, Purpose.OVERDUE, Purpose.PAYOFF)
"""What a visitor may pay, and see the amount of."""
_FOR = "quick payment"
_NAMED = select(Loan.id, Loan.loan_number, Customer.name).join(
    Customer, Customer.id == Loan.customer_id
)


@dataclass(frozen=True, slots=True)
class Found:
    """What may be told: `name` must be masked before anybody sees it.

    `offers`: what can be paid on `day`; none on a settled credit, or one under review.
    `loan_number` is what the visitor typed: it names the credit inside, and no page repeats it.
    """

    reference: str
    loan_number: str
    name: str
    day: date
    offers: tuple[Offer, ...]


def find(
    db: Database, vault: Vault, id_number: str, loan_number: str, around: Surroundings
) -> Found | None:
    """The credit of these two numbers; None where they do not belong together, or one is unknown.

    Every None is one statement over the same index, whoever is asked for. Raises TooMany.
    """
    holder = identity.typed_number(id_number)[:LONGEST_NUMBER]
    number = loan_number.strip().upper()[:LONGEST_NUMBER]
    counters = _counters(vault, holder, number, around)
    with db.write() as session:
        wait = throttle.take(session, around.now, counters)
    if wait:
        raise TooMany(wait)
    with db.read() as session:
        found = _found(session, around.now, Loan.loan_number == number, _spelt(holder))
    if found is None:
        return None
    with db.write() as session:
        throttle.give_back(session, counters[1:])
    return found


def ticket(vault: Vault, found: Found, now: datetime) -> str:
    """What opens a credit that was found once more, for half an hour: sealed, it tells nothing."""
    until = (now + TICKET_LASTS).timestamp()
    values = {"for": _FOR, "loan": loan_of(found.reference), "until": int(until)}
    return vault.seal(values).decode()


def reopened(db: Database, vault: Vault, given: str, now: datetime) -> Found | None:
    """The credit that a ticket is for, as it stands now; None once its time is over."""
    try:
        values = vault.unseal(given.encode())
    except Unreadable:
        return None
    if values.get("for") != _FOR or values["until"] < now.timestamp():
        return None
    with db.read() as session:
        return _found(session, now, Loan.id == values["loan"])


def start(desk: Desk, gateway: str, wish: Wish, around: Surroundings) -> Sent:
    """Begin a payment of whoever is not signed in. Raises TooMany, and what `starting.start` does.

    Of what can be paid, only what the page tells: no extra payment, which is the customer's choice.
    """
    if wish.customer_id is not None or wish.purpose not in TOLD:
        raise NotPayable(wish.purpose)
    subjects = (around.network, wish.loan_number)
    counters = [
        throttle.counter(desk.vault, limit, subject)
        for limit, subject in zip(STARTS, subjects, strict=True)
    ]
    with desk.db.write() as session:
        wait = throttle.take(session, around.now, counters)
    if wait:
        raise TooMany(wait)
    return starting.start(desk, gateway, wish, around)


def _found(link: Link, now: datetime, *conditions: ColumnElement[bool]) -> Found | None:
    row = link.execute(_NAMED.where(*conditions)).one_or_none()
    credit = ledger.of_number(link, row.loan_number) if row else None
    if row is None or credit is None:
        return None
    today = bogota_day(now)
    try:
        payable = tuple(one for one in offers(credit, today) if one.purpose in TOLD)
    except LendingError:
        payable = ()
    return Found(reference_of(row.id), row.loan_number, row.name, today, payable)


def _spelt(holder: str) -> ColumnElement[bool]:
    """The ways to type a number that `identity.spellings` lists, turned round for a query."""
    without_digit = len(holder) == _NIT_DIGITS and holder.isascii() and holder.isdigit()
    whole = holder + nit.calc_check_digit(holder) if without_digit else holder
    of_company = and_(Customer.id_type == IdType.NIT.value, Customer.id_number == whole)
    return or_(Customer.id_number == holder, of_company)


def _counters(vault: Vault, holder: str, number: str, around: Surroundings) -> list[Counter]:
    return [
        throttle.counter(vault, PER_NETWORK, around.network),
        throttle.counter(vault, PER_NUMBER, holder),
        throttle.counter(vault, PER_CREDIT, number),
    ]
