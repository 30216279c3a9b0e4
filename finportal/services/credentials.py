"""The provisional password: made, stored instead of the one before, and mailed."""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from finportal.adapters.secrets import Vault, new_provisional_password
from finportal.models import Account
from finportal.models.accounts import PROVISIONAL
from finportal.services import letters, outbox, recognition, visits
from finportal.services.accounts import Holder
from finportal.services.letters import Addressee
from finportal.services.visits import Surroundings


@dataclass(frozen=True)
class Provisional:
    """A provisional password and its hash."""

    password: str = field(repr=False)
    hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose account gets it, under which address and number."""

    account_id: int
    who: Addressee
    id_number: str


def new(vault: Vault) -> Provisional:
    """A password nobody has seen; one run of the key derivation function."""
    password = new_provisional_password()
    return Provisional(password, vault.hash_password(password))


def give(
    session: Session,
    vault: Vault,
    to: Recipient,
    provisional: Provisional,
    around: Surroundings,
    *only_if: ColumnElement[bool],
) -> bool:
    """Make it the account's password and write the letter; False if the account is another now."""
    made = (
        update(Account)
        .where(Account.id == to.account_id, *only_if)
        .values(
            email=to.who.email,
            state=PROVISIONAL,
            password_hash=provisional.hash,
            password_changed_at=around.now,
            provisional_until=around.now + letters.CREDENTIALS_LAST,
            provisional_tries=0,
            consecutive_failures=0,
        )
        .execution_options(synchronize_session=False)
        .returning(Account.id)
    )
    if session.execute(made).one_or_none() is None:
        return False
    first = recognition.initial(vault, to.who.email)
    letter = letters.credentials(to.who, to.id_number, provisional.password, first)
    outbox.post(session, vault, letter, around.now, account_id=to.account_id)
    return True


def renew(
    session: Session, vault: Vault, holder: Holder, provisional: Provisional, around: Surroundings
) -> bool:
    """Give a provisional account another password: the one before dies, with its session.

    False, and nothing changed, when the customer chose an own password meanwhile.
    """
    account = holder.account
    to = Recipient(account.id, holder.addressee, holder.customer.id_number)
    unchanged = Account.password_hash == account.password_hash
    given = give(session, vault, to, provisional, around, Account.state == PROVISIONAL, unchanged)
    if given:
        visits.end_all(session, account.id)
    return given
