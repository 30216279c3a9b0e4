"""Every kind of visitor there is, each with the cookie its browser sends; no password is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from finportal.adapters.database import Database
from finportal.journey import Stage
from finportal.models import Account, Visit
from finportal.models.accounts import SUSPENDED
from finportal.services import visits
from tests.doubles import Clock
from tests.factories import People, Person

FORM_COOKIE = "f" + "A" * 43
A_WHILE = timedelta(minutes=16)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of visitor: how far it counts as having come, and its cookie."""

    stage: Stage
    cookie: str = ""
    lapsed: bool = False
    owner: bool = False
    held: bool = False


@dataclass(frozen=True)
class Doorman:
    """Opens and ends sessions by the portal's own services."""

    db: Database
    people: People
    clock: Clock
    owner: Person
    other: Person

    def signed_in(self, person: Person, stage: str = visits.SIGNED_IN) -> str:
        """The cookie of an account's open session."""
        before, around = self.people.visit_of(person.email), self.people.around()
        with self.db.write() as session:
            account = session.get_one(Account, person.account_id)
            return visits.sign_in(session, stage, account, around, device_id=None, replacing=before)

    def awaiting_a_code(self) -> str:
        """The cookie of who gave the right password on a device that is not known."""
        person = self.people.active()
        before, around = self.people.visit_of(person.email), self.people.around()
        with self.db.write() as session:
            account = session.get_one(Account, person.account_id)
            return visits.await_code(session, account, around, replacing=before)

    def begun(self, *, confirmed: bool) -> str:
        """The cookie of who is on the way in."""
        with self.db.write() as session:
            token = visits.begin(session, self.owner.email, self.people.around())
            visit = visits.find(session, token, self.clock())
            assert visit
            if confirmed:
                visits.confirm_image(session, visit.id)
        return token

    def signed_out(self) -> str:
        """The cookie of a session that was ended."""
        token = self.signed_in(self.owner)
        with self.db.write() as session:
            visit = visits.find(session, token, self.clock())
            assert visit
            visits.end(session, visit.id)
        return token

    def expired(self) -> str:
        """The cookie of a session that nobody used for a while."""
        now, self.clock.now = self.clock.now, self.clock.now - A_WHILE
        token = self.signed_in(self.owner)
        self.clock.now = now
        return token

    def held(self) -> str:
        """The cookie of a session whose account waits after a change of address."""
        person = self.people.active()
        with self.db.write() as session:
            account = session.get_one(Account, person.account_id)
            account.held_until = self.clock() + timedelta(hours=48)
        return self.signed_in(person)

    def registering(self, stage: str) -> str:
        """The cookie of who registers by code and has come so far."""
        person = self.people.customer()
        with self.db.write() as session:
            token = visits.begin(session, person.email, self.people.around())
            visit = session.query(Visit).order_by(Visit.id.desc()).first()
            assert visit
            visit.stage, visit.customer_id = stage, person.customer_id
        return token

    def suspended(self) -> str:
        """The cookie of a session whose account was suspended."""
        person = self.people.active()
        token = self.signed_in(person)
        with self.db.write() as session:
            session.get_one(Account, person.account_id).state = SUSPENDED
        return token


VISITORS: dict[str, Callable[[Doorman], Kind]] = {
    "stranger": lambda _: Kind(Stage.STRANGER),
    "reader of a form": lambda _: Kind(Stage.STRANGER, FORM_COOKIE),
    "e-mail given": lambda door: Kind(Stage.EMAIL_GIVEN, door.begun(confirmed=False)),
    "image confirmed": lambda door: Kind(Stage.IMAGE_CONFIRMED, door.begun(confirmed=True)),
    "code due": lambda door: Kind(Stage.CODE_DUE, door.awaiting_a_code()),
    "provisional": lambda door: Kind(
        Stage.PROVISIONAL, door.signed_in(door.people.active(), visits.PROVISIONAL)
    ),
    "owner": lambda door: Kind(Stage.SIGNED_IN, door.signed_in(door.owner), owner=True),
    "another customer": lambda door: Kind(Stage.SIGNED_IN, door.signed_in(door.other)),
    "held": lambda door: Kind(Stage.SIGNED_IN, door.held(), held=True),
    "suspended": lambda door: Kind(Stage.STRANGER, door.suspended(), lapsed=True),
    "signed out": lambda door: Kind(Stage.STRANGER, door.signed_out(), lapsed=True),
    "expired": lambda door: Kind(Stage.STRANGER, door.expired(), lapsed=True),
}
"""A new kind of visitor is a line here."""

REGISTERING: dict[str, Callable[[Doorman], Kind]] = {
    "matched": lambda door: Kind(Stage.MATCHED, door.registering(visits.MATCHED)),
    "code sent": lambda door: Kind(Stage.CODE_SENT, door.registering(visits.CODE_SENT)),
    "mail proven": lambda door: Kind(Stage.MAIL_PROVEN, door.registering(visits.MAIL_PROVEN)),
}
"""Who is on the way of registering by code; no other journey knows them."""
