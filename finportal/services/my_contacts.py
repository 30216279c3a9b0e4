"""A signed-in customer's contact data: looked at, and changed at once or with a mailed code."""

from datetime import datetime

from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.adapters.secrets import Vault
from finportal.models import Account, Visit
from finportal.models.codes import NEW_EMAIL, NEW_MOBILE
from finportal.models.contacts import EMAIL, MOBILE, PORTAL
from finportal.services import codes, contact_changes, contact_history, contact_owner, letters
from finportal.services.codes import Asked, Sent
from finportal.services.contact_changes import Changed, Held, Unchanged
from finportal.services.contact_fields import canonical
from finportal.services.contact_history import Entry
from finportal.services.errors import AlreadyDone, TooMany
from finportal.services.visits import CurrentVisit, Surroundings

PURPOSE = {EMAIL: NEW_EMAIL, MOBILE: NEW_MOBILE}


def entries(db: Database, visit: CurrentVisit, around: Surroundings) -> list[Entry]:
    """The customer's contact data and what became of changes."""
    with db.reading() as link:
        owner = contact_owner.found(link, visit.customer_id or 0, around)
        return contact_history.entries(link, owner, around.now)


def held_until(db: Database, visit: CurrentVisit, around: Surroundings) -> datetime | None:
    """Until when nothing may be changed; None when it may."""
    with db.reading() as link:
        return contact_changes.held_until(link, visit.customer_id or 0, around)


def change(
    db: Database, vault: Vault, visit: CurrentVisit, field: str, typed: str, *, around: Surroundings
) -> Changed:
    """Change what no code can prove: address or city.

    Raises NotIdentity, Unchanged, Held, and AlreadyDone when the session ended meanwhile.
    """
    with db.write() as session:
        if session.scalar(select(Visit.id).where(Visit.id == visit.id)) is None:
            raise AlreadyDone
        return contact_changes.change(
            session, vault, visit.customer_id or 0, field, typed,
            source=PORTAL, around=around, keep=visit.id,
        )  # fmt: skip


def send_code(
    db: Database, vault: Vault, visit: CurrentVisit, field: str, typed: str, *, around: Surroundings
) -> Sent:
    """Mail a code for a new e-mail (there) or mobile (to the proven e-mail).

    The code that is open for this very value is not sent again within its first minute.
    Raises NotIdentity, Unchanged, Held and TooMany.
    """
    value = canonical(field, typed)
    asked = Asked(visit, PURPOSE[field])
    with db.reading() as link:
        owner = contact_owner.found(link, visit.customer_id or 0, around)
        held = contact_changes.held_until(link, owner.customer_id, around)
        opened = codes.sent_for(link, asked, around)
    if held:
        raise Held(held)
    if value == (owner.proven_email if field == EMAIL else owner.values[field]):
        raise Unchanged
    who = owner.addressee(value if field == EMAIL else owner.proven_email)

    def letter(code: str) -> Letter:
        return letters.code(who, code, asked.purpose)

    try:
        return codes.send(
            db, vault, asked, letter, around, about=value, limited_by=f"contact {visit.account_id}"
        )
    except TooMany:
        if opened is None or opened.address != value or opened.again_at <= around.now:
            raise
        return opened


def waiting(db: Database, visit: CurrentVisit, field: str, around: Surroundings) -> Sent | None:
    """The code that is open for a new e-mail or mobile."""
    with db.reading() as link:
        return codes.sent_for(link, Asked(visit, PURPOSE[field]), around)


def prove(
    db: Database, vault: Vault, visit: CurrentVisit, field: str, code: str, *, around: Surroundings
) -> Changed:
    """Change the e-mail or mobile for which the right code was typed.

    A mobile is not proven by a code in the mail: the lender calls it. Raises WrongCode, CodeOver,
    Unchanged, Held, and AlreadyDone when the code was used or replaced meanwhile. Customer and
    account are held before the code, which ends with its session in whatever tab is first.
    """
    right = codes.check(db, vault, Asked(visit, PURPOSE[field]), code, around)
    with db.write() as session:
        contact_owner.locked(session, visit.customer_id or 0, around)
        session.execute(select(Account.id).where(Account.id == visit.account_id).with_for_update())
        if not codes.use_up(session, right):
            raise AlreadyDone
        return contact_changes.change(
            session, vault, visit.customer_id or 0, field, right.address,
            source=PORTAL, around=around, proven=field == EMAIL, keep=visit.id,
        )  # fmt: skip
