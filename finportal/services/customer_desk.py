"""What an operator does for a customer: send the way in again, unlock, disable, end sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault, opens
from finportal.models import Account, Device, Visit
from finportal.models.accounts import ACTIVE, PROVISIONAL, SUSPENDED
from finportal.services import (
    codes,
    credentials,
    devices,
    enrolment,
    operators,
    personalisation,
    recovery,
    recovery_links,
    registration,
    signin,
    throttle,
    visits,
)
from finportal.services.accounts import Holder
from finportal.services.errors import Refused
from finportal.services.identity import masked_email
from finportal.services.operators import Known, Operator, Whom
from finportal.services.throttle import Counter
from finportal.services.visits import Surroundings

CREDENTIALS, RECOVERY = "credentials", "recovery"


class Disabled(Refused):
    """The account is disabled."""


class NotDisabled(Refused):
    """The account is not disabled."""


class LettersUsedUp(Refused):
    """The account had all the letters of a day; `wait` is until the next."""

    def __init__(self, wait: timedelta) -> None:
        most = recovery.PER_ACCOUNT.most
        hours = -(-wait // timedelta(hours=1))
        super().__init__(f"it had {most} letters today: wait {hours} hours, or unlock it first")
        self.wait = wait


class ChangedMeanwhile(Refused):
    """The customer did something at the same moment."""


@dataclass(frozen=True, slots=True)
class Resent:
    """Which letter leaves, CREDENTIALS or RECOVERY, and where to, masked."""

    letter: str
    to: str


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What had been locked: failures in a row, whether they paused it, and counters begun anew."""

    failures: int
    paused: bool
    limits: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How many sessions ended, and how many devices are known no more."""

    sessions: int
    devices: int = 0


@dataclass(frozen=True, slots=True)
class Enabled:
    """Whether there is a password to sign in with; else the way in must be sent again."""

    usable: bool


def resend(
    db: Database, vault: Vault, whom: Whom, operator: Operator, around: Surroundings
) -> Resent:
    """Send a new provisional password, which ends the old one, or a link to choose a password.

    It counts as one of the letters of recovery that an account may have a day. Raises
    UnknownCustomer, SeveralCustomers, NoAccount, Disabled, LettersUsedUp and ChangedMeanwhile.
    """
    with db.read() as session:
        before = operators.known(session, whom).holder
    provisional = before.account.state == PROVISIONAL
    password = credentials.new(vault) if provisional else None
    with db.write() as session:
        one = operators.known(session, whom)
        holder = _enabled(one)
        if password and holder.account.state == PROVISIONAL:
            _count_letter(session, vault, holder, around)
            if not credentials.renew(session, vault, holder, password, around):
                raise ChangedMeanwhile("the customer chose a password at this moment: look again")
        elif password or holder.account.state != ACTIVE:
            raise ChangedMeanwhile("the account changed at this moment: look again")
        elif not recovery.send_link(session, vault, holder, around):
            raise LettersUsedUp(_letters_left(session, vault, holder, around))
        operators.note(session, "way_in_resent", operator, around, one)
    letter = CREDENTIALS if provisional else RECOVERY
    return Resent(letter, masked_email(holder.account.email))


def unlock(
    db: Database, vault: Vault, whom: Whom, operator: Operator, around: Surroundings
) -> Unlocked:
    """Forget failures and tries; also those of a customer who could not register.

    A provisional password that was used up stays so. Raises UnknownCustomer, SeveralCustomers and
    Disabled.
    """
    with db.write() as session:
        one = operators.known(session, whom)
        failures = 0
        if one.account:
            failures = _enabled(one).account.consecutive_failures
            this = update(Account).where(Account.id == one.account.id)
            session.execute(this.values(consecutive_failures=0))
        cleared = throttle.clear(session, limits_of(session, vault, one))
        operators.note(session, "account_unlocked", operator, around, one)
    return Unlocked(failures, failures >= signin.FAILURES_IN_A_ROW, cleared)


def disable(db: Database, whom: Whom, operator: Operator, around: Surroundings) -> Ended:
    """Suspend an account: sessions, known devices and open links end with it.

    Raises UnknownCustomer, SeveralCustomers, NoAccount and Disabled.
    """
    with db.write() as session:
        one = operators.known(session, whom)
        account_id = one.holder.account.id
        this = and_(Account.id == account_id, Account.state != SUSPENDED)
        if not _set_state(session, this, SUSPENDED):
            raise Disabled("the account is disabled already")
        ended = _shut(session, account_id, around)
        operators.note(session, "account_disabled", operator, around, one)
    return ended


def enable(db: Database, whom: Whom, operator: Operator, around: Surroundings) -> Enabled:
    """Lift a suspension: the account is as it was, without sessions and known devices.

    An account that never chose an image, or lost its password to an undone change, is provisional
    again; a password that was mailed holds if its time is not over. Raises UnknownCustomer,
    SeveralCustomers, NoAccount and NotDisabled.
    """
    with db.write() as session:
        one = operators.known(session, whom)
        account = one.holder.account
        back = ACTIVE if account.image and opens(account.password_hash) else PROVISIONAL
        this = and_(Account.id == account.id, Account.state == SUSPENDED)
        if not _set_state(session, this, back):
            raise NotDisabled("the account is not disabled")
        _shut(session, account.id, around)
        operators.note(session, "account_enabled", operator, around, one)
    return Enabled(back == ACTIVE or _provisional_holds(account, around))


def end_sessions(db: Database, whom: Whom, operator: Operator, around: Surroundings) -> Ended:
    """End every open session; known devices stay. Raises what `disable` raises, but Disabled."""
    with db.write() as session:
        one = operators.known(session, whom)
        ended = _end(session, one.holder.account.id, around.now)
        operators.note(session, "sessions_ended", operator, around, one)
    return Ended(ended)


def limits_of(session: Session, vault: Vault, one: Known) -> list[Counter]:
    """The counters that can keep this customer out; some are of an e-mail that others share."""
    customer, account = one.customer, one.account
    number = f"{customer.id_type} {customer.id_number}"
    pairs = [(registration.PER_NUMBER, number), (registration.PER_EMAIL, customer.email)]
    pairs.append((enrolment.PER_MOBILE, customer.mobile))
    asked = [f"customer {customer.id}"]
    if account:
        known = select(Device.id).where(Device.account_id == account.id)
        pairs += [
            (signin.ADDRESS_PER_EMAIL, account.email),
            (signin.TRIES_PER_EMAIL, account.email),
            (personalisation.CURRENT_PASSWORD_TRIES, str(account.id)),
            (recovery.PER_ACCOUNT, str(account.id)),
            *((signin.TRIES_PER_DEVICE, str(device)) for device in session.scalars(known)),
        ]
        asked += [f"account {account.id}", f"contact {account.id}"]
    pairs += [(limit, who) for limit in (codes.PER_HOUR, codes.PER_DAY) for who in asked]
    return [throttle.counter(vault, limit, subject) for limit, subject in pairs]


def _enabled(one: Known) -> Holder:
    if one.holder.account.state == SUSPENDED:
        raise Disabled("the account is disabled: enable it first")
    return one.holder


def _count_letter(session: Session, vault: Vault, holder: Holder, around: Surroundings) -> None:
    often = throttle.counter(vault, recovery.PER_ACCOUNT, str(holder.account.id))
    if wait := throttle.take(session, around.now, [often]):
        raise LettersUsedUp(wait)


def _letters_left(
    session: Session, vault: Vault, holder: Holder, around: Surroundings
) -> timedelta:
    often = throttle.counter(vault, recovery.PER_ACCOUNT, str(holder.account.id))
    return throttle.over(session, around.now, [often]) or timedelta()


def _set_state(session: Session, which: ColumnElement[bool], state: str) -> bool:
    changed = update(Account).where(which).values(state=state).returning(Account.id)
    return session.execute(changed).one_or_none() is not None


def _shut(session: Session, account_id: int, around: Surroundings) -> Ended:
    ended = _end(session, account_id, around.now)
    known = select(func.count()).where(
        Device.account_id == account_id, Device.revoked_at.is_(None), Device.expires_at > around.now
    )
    forgotten = session.execute(known).scalar_one()
    devices.forget_all(session, account_id, around)
    recovery_links.use_up(session, account_id, around)
    return Ended(ended, forgotten)


def _end(session: Session, account_id: int, now: datetime) -> int:
    count = select(func.count()).where(Visit.account_id == account_id, visits.open_at(now))
    ended = session.execute(count).scalar_one()
    visits.end_all(session, account_id)
    return ended


def _provisional_holds(account: Account, around: Surroundings) -> bool:
    until, tries = account.provisional_until, account.provisional_tries
    return bool(until and around.now < until and tries < signin.PROVISIONAL_TRIES)
