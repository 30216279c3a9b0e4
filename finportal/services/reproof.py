"""The password once more, before something that must not happen on a session left open."""

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.services import accounts, audit, throttle, visits
from finportal.services.errors import TooMany
from finportal.services.personalisation import CURRENT_PASSWORD_TRIES, WrongCurrentPassword
from finportal.services.visits import CurrentVisit, Surroundings


def prove(
    db: Database, vault: Vault, visit: CurrentVisit, password: str, around: Surroundings
) -> str:
    """Check the password of the account that is signed in; returns the session's new token.

    For `visits.FRESH` from now the session may do what asks for it. Raises WrongCurrentPassword,
    and TooMany after five tries in a quarter of an hour, counted together with changes of password.
    """
    account_id = visit.account_id or 0
    counter = throttle.counter(vault, CURRENT_PASSWORD_TRIES, str(account_id))
    with db.write() as session:
        wait = throttle.take(session, around.now, [counter])
        stored = accounts.with_id(session, account_id).account.password_hash
    if wait:
        raise TooMany(wait)
    right = vault.password_matches(password, stored)
    with db.writing() as link:
        kind = "password_proven" if right else "password_proof_refused"
        audit.record(link, kind, around, account_id=account_id)
        if right:
            throttle.give_back(link, [counter])
            return visits.prove(link, visit, around.now)
    raise WrongCurrentPassword
