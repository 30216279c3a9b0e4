"""Registering by code, its beginning: the data are matched against the portfolio."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault, token_hash
from finportal.models import Customer, Enrolment, Mismatch, Visit
from finportal.services import audit, consents, identity, throttle, visits
from finportal.services.errors import TooMany
from finportal.services.registration import EVERYBODY, PER_NETWORK, PER_NUMBER
from finportal.services.throttle import Limit
from finportal.services.visits import CurrentVisit, Surroundings

PER_MOBILE = Limit("register-mobile", 5, timedelta(days=1))
LASTS = timedelta(minutes=30)
NATURAL, JURIDICAL = "natural", "juridical"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who somebody says to be, each value in canonical form.

    A company is named by its NIT and its representative's document; a person has none of the two.
    """

    kind: str
    id_type: str
    id_number: str
    mobile: str
    consent: consents.Text
    representative_id_type: str | None = None
    representative_id_number: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The text that was accepted, by number, when and from where; `case_id` after a case."""

    text_id: int
    accepted_at: datetime
    network: str
    case_id: int | None = None


def begin(
    db: Database,
    vault: Vault,
    applicant: Applicant,
    around: Surroundings,
    *,
    replacing: CurrentVisit | None = None,
) -> str | None:
    """A new session's token when all the data are one customer's; None for every mismatch.

    Whether the customer has an account already is not looked at here: nobody must learn it.
    `replacing` is the visitor's attempt so far, which ends. Raises TooMany, for known and unknown
    people alike.
    """
    with db.write() as session:
        wait = throttle.take(session, around.now, _counters(vault, applicant, around))
    if wait:
        raise TooMany(wait)
    with db.write() as session:
        customer = _match(session, applicant)
        if customer is None:
            _note_mismatch(session, applicant, around)
            return None
        if replacing:
            visits.end(session, replacing.id)
        text_id = consents.kept(session, applicant.consent, around)
        accepted = Accepted(text_id, around.now, around.network)
        token = open_visit(
            session, customer, accepted, around, stage=visits.MATCHED, email=customer.email
        )
        audit.record(session, "registration_matched", around, customer_id=customer.id)
        return token


def open_visit(
    session: Session,
    customer: Customer,
    accepted: Accepted,
    around: Surroundings,
    *,
    stage: str,
    email: str,
) -> str:
    """A session of somebody who registers as this customer, at one of the stages of doing so."""
    token = visits.begin(session, email, around)
    opened = (
        update(Visit)
        .where(Visit.token_hash == token_hash(token))
        .values(stage=stage, customer_id=customer.id, expires_at=around.now + LASTS)
        .returning(Visit.id)
    )
    visit_id = session.execute(opened).scalar_one()
    session.add(
        Enrolment(
            session_id=visit_id,
            text_id=accepted.text_id,
            accepted_at=accepted.accepted_at,
            network=accepted.network,
            case_id=accepted.case_id,
        )
    )
    return token


def _counters(vault: Vault, applicant: Applicant, around: Surroundings) -> list[throttle.Counter]:
    number = f"{applicant.id_type} {applicant.id_number}"
    return [
        throttle.counter(vault, PER_NETWORK, around.network),
        throttle.counter(vault, PER_NUMBER, number),
        throttle.counter(vault, PER_MOBILE, applicant.mobile),
        throttle.counter(vault, EVERYBODY, ""),
    ]


def _match(session: Session, applicant: Applicant) -> Customer | None:
    """One query for people and companies, the same for every datum that may be wrong."""
    represented = and_(
        Customer.representative_id_type == (applicant.representative_id_type or ""),
        Customer.representative_id_number == (applicant.representative_id_number or ""),
    )
    matching = select(Customer).where(
        Customer.id_type == applicant.id_type,
        Customer.id_number == applicant.id_number,
        Customer.mobile == applicant.mobile,
        Customer.kind == applicant.kind,
        or_(Customer.kind == NATURAL, represented),
    )
    return session.scalars(matching).one_or_none()


def _note_mismatch(session: Session, applicant: Applicant, around: Surroundings) -> None:
    session.add(
        Mismatch(
            at=around.now,
            id_type=applicant.id_type,
            id_number_masked=identity.masked(applicant.id_number),
            email_masked="",
            mobile_masked=identity.masked(applicant.mobile),
            network=around.network,
        )
    )
    audit.record(session, "registration_mismatch", around)
