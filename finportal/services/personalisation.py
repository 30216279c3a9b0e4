"""A customer's own password, image and phrase."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from finportal.adapters import catalogue
from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.models import Account, Customer, Loan
from finportal.models.accounts import ACTIVE, PROVISIONAL, SUSPENDED
from finportal.services import (
    accounts,
    audit,
    devices,
    letters,
    passwords,
    recovery_links,
    security_notices,
    throttle,
    visits,
)
from finportal.services.accounts import Holder
from finportal.services.errors import AlreadyDone, Refused, TooMany
from finportal.services.passwords import Flaw
from finportal.services.recognition import PHRASE_LENGTHS
from finportal.services.throttle import Limit
from finportal.services.visits import CurrentVisit, Surroundings

CURRENT_PASSWORD_TRIES = Limit("current-password", 5, timedelta(minutes=15))


class WrongCurrentPassword(Refused):
    """The current password that was typed is not the account's."""


class PasswordFlawed(Refused):
    """The new password is not accepted; `flaw` says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


class NotOffered(Refused):
    """The picture is none of the gallery, or the phrase has another length."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is not accepted of a choice: the password's flaw; whether the phrase tells it."""

    flaw: Flaw | None
    told: bool


class ChoiceUnfit(Refused):
    """The password or the phrase is not accepted; `faults` says why, all at once."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True)
class Choice:
    """What a customer chose: passwords as typed, a picture's id, a phrase of 8 to 60 letters."""

    current: str
    new: str
    picture: str
    phrase: str


@dataclass(frozen=True)
class Personalised:
    """The new session's token and, for a browser that just proved the mailbox, its device token."""

    token: str
    device_token: str | None


def personalise(
    db: Database,
    vault: Vault,
    visit: CurrentVisit,
    choice: Choice,
    around: Surroundings,
    *,
    shortest: int,
    lender: str,
) -> Personalised:
    """Replace password, image and phrase; other sessions and known browsers end; tells by mail.

    Raises ChoiceUnfit, then WrongCurrentPassword (nothing changed), TooMany, and AlreadyDone when
    the password was changed from elsewhere meanwhile.
    """
    holder, words = _about(db, visit, lender)
    account = holder.account
    check(choice, shortest, words, may_repeat=_may_repeat(account))
    counter = throttle.counter(vault, CURRENT_PASSWORD_TRIES, str(account.id))
    _count_try(db, counter, around)
    current = accounts.password_meant(account, choice.current)
    if not vault.password_matches(current, account.password_hash):
        raise WrongCurrentPassword
    password_hash = vault.hash_password(choice.new)
    with db.write() as session:
        _replace(session, account, choice, password_hash, around)
        throttle.give_back(session, [counter])
        entered = _enter_anew(session, account, visit, around)
        audit.record(session, "personalised", around, account_id=account.id)
        notice = letters.password_changed(holder.addressee, around.now.isoformat())
        security_notices.post(session, vault, notice, holder, around)
        return entered


def review(
    db: Database, visit: CurrentVisit, choice: Choice, *, shortest: int, lender: str
) -> Faults:
    """What `personalise` would refuse of a choice, whatever its current password is."""
    holder, words = _about(db, visit, lender)
    return faults_of(choice, shortest, words, may_repeat=_may_repeat(holder.account))


def _about(db: Database, visit: CurrentVisit, lender: str) -> tuple[Holder, set[str]]:
    with db.read() as session:
        holder = accounts.with_id(session, visit.account_id or 0)
        return holder, words_about(session, holder, lender)


def _may_repeat(account: Account) -> bool:
    """The own password was chosen with a link already, and only image and phrase are left."""
    return account.state == ACTIVE and account.image is None


def _enter_anew(
    session: Session, account: Account, visit: CurrentVisit, around: Surroundings
) -> Personalised:
    """End all that knew the old password, and go on under a new session.

    The browser is known from now on if it came with the mailed password.
    """
    visits.end_all(session, account.id)
    recovery_links.use_up(session, account.id, around)
    devices.forget_all(session, account.id, around, keep=visit.device_id)
    proven = visit.stage == visits.PROVISIONAL and account.state == PROVISIONAL
    device = devices.remember(session, account.id, around) if proven else None
    token = visits.sign_in(
        session,
        visits.SIGNED_IN,
        account,
        around,
        device_id=device.device_id if device else visit.device_id,
        replacing=visit,
    )
    return Personalised(token, device.token if device else None)


def _count_try(db: Database, counter: throttle.Counter, around: Surroundings) -> None:
    with db.write() as session:
        wait = throttle.take(session, around.now, [counter])
    if wait:
        raise TooMany(wait)


def words_about(session: Session, holder: Holder, lender: str) -> set[str]:
    """What a guesser would try first: the customer's data, the vehicles, the lender's name."""
    return words_of(session, holder.customer, holder.account.phrase, lender)


def words_of(session: Session, customer: Customer, phrase: str | None, lender: str) -> set[str]:
    """The same, about a customer who may have no account yet."""
    rows = session.execute(
        select(Loan.plate, Loan.loan_number, Loan.make, Loan.model).where(
            Loan.customer_id == customer.id
        )
    )
    vehicle = [text for row in rows for text in row]
    return passwords.personal_words(
        customer.name,
        customer.id_number,
        customer.email,
        customer.mobile,
        phrase,
        lender,
        *vehicle,
    )


def check(choice: Choice, shortest: int, words: set[str], *, may_repeat: bool) -> None:
    """Whether a choice may be kept. Raises NotOffered, and ChoiceUnfit for `faults_of` it."""
    if choice.picture not in catalogue.pictures() or len(choice.phrase) not in PHRASE_LENGTHS:
        raise NotOffered
    faults = faults_of(choice, shortest, words, may_repeat=may_repeat)
    if faults.flaw or faults.told:
        raise ChoiceUnfit(faults)


def faults_of(choice: Choice, shortest: int, words: set[str], *, may_repeat: bool) -> Faults:
    """All that is wrong with password and phrase; a phrase that tells the password is at fault.

    `words` are those about the customer; with `may_repeat` the password may be the current one.
    """
    told = bool(choice.new) and choice.new.casefold() in choice.phrase.casefold()
    about = words if told else words | passwords.personal_words(choice.phrase)
    flaw = passwords.flaw(choice.new, shortest, about)
    repeated = passwords.alike(choice.new, choice.current) and not may_repeat
    return Faults(flaw or (Flaw.REPEATED if repeated else None), told)


def _replace(
    session: Session, account: Account, choice: Choice, password_hash: str, around: Surroundings
) -> None:
    replaced = (
        update(Account)
        .where(
            Account.id == account.id,
            Account.password_hash == account.password_hash,
            Account.state != SUSPENDED,
        )
        .values(
            password_hash=password_hash,
            password_changed_at=around.now,
            image=choice.picture,
            phrase=choice.phrase,
            state=ACTIVE,
            provisional_until=None,
        )
        .returning(Account.id)
    )
    if session.execute(replaced).one_or_none() is None:
        raise AlreadyDone
