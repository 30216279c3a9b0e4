"""Finding a customer by whatever an operator was told, and how the account stands."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.models import Account, Customer, Device, Loan, Visit
from finportal.services import customer_desk, identity, operators, signin, throttle, visits
from finportal.services.errors import Refused
from finportal.services.identity import NotIdentity, initials, masked, masked_email
from finportal.services.operators import Known, Operator
from finportal.services.visits import Surroundings

MOST = 20
SHORTEST_NAME = 3


class TooVague(Refused):
    """What was typed names too many customers, or nobody in particular."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands: `paused` after too many failures, `wait` for a limit to end.

    `credentials_until`: when the provisional password ends that nobody has used yet. Counted are
    devices that are known and sessions that are open.
    """

    email: str
    state: str
    last_sign_in_at: datetime | None
    credentials_until: datetime | None
    failures: int
    paused: bool
    wait: timedelta | None
    devices: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Found:
    """A customer, masked unless asked for in full; `credits` are numbers with plates."""

    id_type: str
    id_number: str
    kind: str
    name: str
    email: str
    mobile: str
    credits: tuple[tuple[str, str], ...]
    account: Standing | None


def find(
    db: Database,
    vault: Vault,
    text: str,
    operator: Operator,
    around: Surroundings,
    *,
    full: bool = False,
) -> list[Found]:
    """The customers of a number, e-mail, mobile, credit, plate, representative or name.

    Of a name every word must be there.
    Leaves a row in the trail for each of them. Raises TooVague.
    """
    with db.read() as session:
        matching = _matching(session, text.strip())
        if len(matching) > MOST:
            raise TooVague(f"more than {MOST} customers: say more of the name, or a number")
        found = [_found(session, vault, one, around.now, full=full) for one in matching]
    what = "customers in full" if full else "customers"
    seen = (one.customer.id for one in matching)
    with db.writing() as link:
        operators.note_look(link, operator, around, what, seen)
    return found


def _matching(session: Session, text: str) -> list[Known]:
    if "@" in text:
        return _where(session, _of_email(text))
    return (
        operators.called(session, text)
        or _where(session, _of_something_else(text))
        or _where(session, Customer.id.in_(_named(session, text)))
    )


def _where(session: Session, which: ColumnElement[bool]) -> list[Known]:
    query = operators.CUSTOMERS.where(which).limit(MOST + 1)
    return [Known(customer, account) for customer, account in session.execute(query)]


def _of_email(text: str) -> ColumnElement[bool]:
    try:
        email = identity.email(text)
    except NotIdentity:
        email = text
    return or_(Customer.email == email, Account.email == email)


def _of_something_else(text: str) -> ColumnElement[bool]:
    plate = text.upper().replace(" ", "").replace("-", "")
    number = func.upper(Loan.loan_number) == text.upper()
    loans = select(Loan.customer_id).where(or_(number, Loan.plate == plate))
    speaker = Customer.representative_id_number == identity.typed_number(text)
    try:
        return or_(Customer.mobile == identity.mobile(text), speaker, Customer.id.in_(loans))
    except NotIdentity:
        return or_(speaker, Customer.id.in_(loans))


def _named(session: Session, text: str) -> Sequence[int]:
    """Customers whose name holds every word typed, whatever accents and capitals."""
    words = _plain(text).split()
    if max(map(len, words), default=0) < SHORTEST_NAME:
        raise TooVague(f"a name needs a word of {SHORTEST_NAME} letters or more")
    found: list[int] = []
    for customer_id, name in session.execute(select(Customer.id, Customer.name)):
        plain = _plain(name)
        if all(word in plain for word in words):
            found.append(customer_id)
        if len(found) > MOST:
            break
    return found


def _plain(text: str) -> str:
    signs = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in signs if not unicodedata.combining(sign))


def _found(session: Session, vault: Vault, one: Known, now: datetime, *, full: bool) -> Found:
    customer = one.customer
    loans = select(Loan.loan_number, Loan.plate).where(Loan.customer_id == customer.id)
    rows = session.execute(loans.order_by(Loan.loan_number)).all()
    cut = (lambda text: text) if full else masked
    return Found(
        id_type=customer.id_type,
        id_number=cut(customer.id_number),
        kind=customer.kind,
        name=customer.name if full else initials(customer.name),
        email=customer.email if full else masked_email(customer.email),
        mobile=cut(customer.mobile),
        credits=tuple((cut(number), cut(plate or "")) for number, plate in rows),
        account=_standing(session, vault, one, one.account, now, full=full)
        if one.account
        else None,
    )


def _standing(
    session: Session, vault: Vault, one: Known, account: Account, now: datetime, *, full: bool
) -> Standing:
    known = select(func.count()).where(
        Device.account_id == account.id, Device.revoked_at.is_(None), Device.expires_at > now
    )
    opened = select(func.count()).where(Visit.account_id == account.id, visits.open_at(now))
    return Standing(
        email=account.email if full else masked_email(account.email),
        state=account.state,
        last_sign_in_at=account.last_sign_in_at,
        credentials_until=account.provisional_until,
        failures=account.consecutive_failures,
        paused=account.consecutive_failures >= signin.FAILURES_IN_A_ROW,
        wait=throttle.over(session, now, customer_desk.limits_of(session, vault, one)),
        devices=session.execute(known).scalar_one(),
        sessions=session.execute(opened).scalar_one(),
    )
