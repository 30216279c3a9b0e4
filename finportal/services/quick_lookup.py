"""Paying without signing in: a credit found by its number and its holder's, and little told."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from stdnum.co import nit

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.lending import LendingError
from finportal.models import Customer, Loan
from finportal.services import identity, ledger, throttle
from finportal.services.days import bogota_day
from finportal.services.errors import TooMany
from finportal.services.identity import IdType
from finportal.services.payment_references import reference_of
from finportal.services.payments.offers import Offer, offers
from finportal.services.throttle import Counter, Limit
from finportal.services.visits import Surroundings

PER_NETWORK = Limit("quick-network", 20, timedelta(minutes=10))
PER_NUMBER = Limit("quick-number", 10, timedelta(hours=1))
PER_CREDIT = Limit("quick-credit", 10, timedelta(hours=1))
LONGEST_NUMBER = 40
_NIT_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Found:
    """What may be told: `name` must be masked before anybody sees it.

    `offers`: what can be paid on `day`; none on a settled credit, or one under review.
    """

    reference: str
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
        query = (
            select(Loan.id, Loan.loan_number, Customer.name)
            .join(Customer, Customer.id == Loan.customer_id)
            .where(Loan.loan_number == number, _spelt(holder))
        )
        row = session.execute(query).one_or_none()
        credit = ledger.of_number(session, row.loan_number) if row else None
    if row is None or credit is None:
        return None
    with db.write() as session:
        throttle.give_back(session, counters[1:])
    today = bogota_day(around.now)
    try:
        payable = tuple(offers(credit, today))
    except LendingError:
        payable = ()
    return Found(reference_of(row.id), row.name, today, payable)


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
