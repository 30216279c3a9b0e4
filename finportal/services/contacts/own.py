"""A signed-in customer's contact data: looked at, and changed at once or with a code."""

from datetime import datetime

from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.adapters.secrets import Vault
from finportal.models import Account, Visit
from finportal.models.codes import NEW_EMAIL, NEW_MOBILE
from finportal.models.contacts import EMAIL, MOBILE, PORTAL
from finportal.services import codes, letters, texts
from finportal.services.codes import Asked, Sent
from finportal.services.contacts import changing, history, owners
from finportal.services.contacts.changing import Changed, Held, Unchanged
from finportal.services.contacts.fields import canonical
from finportal.services.contacts.history import Entry
from finportal.services.errors import AlreadyDone, TooMany
from finportal.services.visits import CurrentVisit, Surroundings

PURPOSE = {EMAIL: NEW_EMAIL, MOBILE: NEW_MOBILE}


def entries(db: Database, visit: CurrentVisit, around: Surroundings) -> list[Entry]:
    """The customer's contact data and what became of changes."""
    with db.reading() as link:
        owner = owners.found(link, visit.customer_id or 0, around)
        return history.entries(link, owner, around.now)


def held_until(db: Database, visit: CurrentVisit, around: Surroundings) -> datetime | None:
    """Until when nothing may be changed; None when it may."""
    with db.reading() as link:
        return changing.held_until(link, visit.customer_id or 0, around)


def to_confirm(db: Database, visit: CurrentVisit, around: Surroundings) -> str | None:
    """The e-mail that the lender took since the account's was proven; None when it is the same."""
    with db.reading() as link:
        owner = owners.found(link, visit.customer_id or 0, around)
    return owner.values[EMAIL] if owner.moved else None


def change(
    db: Database, vault: Vault, visit: CurrentVisit, field: str, typed: str, *, around: Surroundings
) -> Changed:
    """Change what no code can prove: address or city.

    Raises NotIdentity, Unchanged, Held, and AlreadyDone when the session ended meanwhile.
    """
    with db.write() as session:
        if session.scalar(select(Visit.id).where(Visit.id == visit.id)) is None:
            raise AlreadyDone
        return changing.change(
            session, vault, visit.customer_id or 0, field, typed,
            source=PORTAL, around=around, keep=visit.id,
        )  # fmt: skip


def send_code(
    db: Database, vault: Vault, visit: CurrentVisit, field: str, typed: str, *, around: Surroundings
) -> Sent:
    """Send a code to a new e-mail, or as a text message to a new mobile.

    Where no texts are sent, the code for a mobile goes to the proven e-mail. The one that is open
    for this very value is not sent again within its first minute.
    Raises NotIdentity, Unchanged, Held and TooMany.
    """
    value, asked = canonical(field, typed), Asked(visit, PURPOSE[field])
    with db.reading() as link:
        owner = owners.found(link, visit.customer_id or 0, around)
        held = changing.held_until(link, owner.customer_id, around)
        opened = codes.sent_for(link, asked, around)
    if held:
        raise Held(held)
    if value == (owner.proven_email if field == EMAIL else owner.values[field]):
        raise Unchanged
    by_text = field == MOBILE and around.texts
    who = owner.addressee(value if field == EMAIL else owner.proven_email)

    def letter(code: str) -> Letter:
        if by_text:
            return texts.code(value, owner.locale, code)
        return letters.code(who, code, asked.purpose)

    try:
        return codes.send(
            db, vault, asked, letter, around,
            about=None if by_text else value, limited_by=f"contact {visit.account_id}",
            more=texts.limits(vault, value) if by_text else (),
        )  # fmt: skip
    except TooMany:
        if opened is None or opened.again_at <= around.now:
            raise
        if canonical(field, opened.address) != value:
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

    A mobile is proven by a code that went to it; after one in the mail the lender calls it. Raises
    WrongCode, CodeOver, Unchanged, Held, and AlreadyDone when the code was used or replaced
    meanwhile. Customer and account are held before the code, which ends with its session in
    whatever tab is first.
    """
    right = codes.check(db, vault, Asked(visit, PURPOSE[field]), code, around)
    with db.write() as session:
        owners.locked(session, visit.customer_id or 0, around)
        session.execute(select(Account.id).where(Account.id == visit.account_id).with_for_update())
        if not codes.use_up(session, right):
            raise AlreadyDone
        return changing.change(
            session, vault, visit.customer_id or 0, field, right.address,
            source=PORTAL, around=around, keep=visit.id,
            proven=field == EMAIL or texts.is_number(right.address),
        )  # fmt: skip
