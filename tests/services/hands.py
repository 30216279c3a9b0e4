"""Hands and eyes for the tests of the use cases: the database, the sign-in, the recovery."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import inspect, select, update

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import Account, AuditEvent, Base, Bucket, OutboxMail, Visit
from finportal.services import (
    outbox,
    personalisation,
    recovery,
    recovery_links,
    signin,
    throttle,
    visits,
)
from finportal.services.errors import Refused
from finportal.services.outbox import Delivered
from finportal.services.personalisation import Choice
from finportal.services.signin import SignedIn
from finportal.services.throttle import Limit
from finportal.services.visits import CurrentVisit
from finportal.settings import Settings
from tests.doubles import Clock, CountingVault
from tests.factories import PASSWORD, People, Person

NEW_PASSWORD = "tres gatos y una luna"
GOOD_CHOICE = Choice(PASSWORD, NEW_PASSWORD, "anchor", "Un faro entre la niebla")


class State:
    """What the database holds, read and changed directly."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all(self, model: type[Base]) -> list[Any]:
        """Every row of a table, oldest first."""
        with self._db.read() as session:
            return list(session.scalars(select(model).order_by(*inspect(model).primary_key)))

    def count(self, model: type[Base]) -> int:
        """How many rows a table has."""
        return len(self.all(model))

    def account(self, account_id: int | None) -> Account:
        """One account."""
        return next(row for row in self.all(Account) if row.id == account_id)

    def change(self, account_id: int | None, **values: object) -> None:
        """Change an account behind the portal's back, as staff or another process would."""
        with self._db.write() as session:
            session.execute(update(Account).where(Account.id == account_id).values(**values))

    def kinds(self) -> list[str]:
        """The trail's kinds of events, oldest first."""
        return [event.kind for event in self.all(AuditEvent)]

    def of_mail(self) -> list[str]:
        """The state of every letter, oldest first."""
        return [letter.state for letter in self.all(OutboxMail)]

    def opened(self) -> list[Visit]:
        """The sessions that a password opened."""
        return [visit for visit in self.all(Visit) if visit.account_id]

    def visits_of(self, account_id: int | None) -> list[Visit]:
        """The open sessions of an account."""
        return [visit for visit in self.all(Visit) if visit.account_id == account_id]


class Busy(CountingVault):
    """A vault during whose slow work something else happens, once."""

    def __init__(self, settings: Settings, event: Callable[[], object]) -> None:
        super().__init__(settings)
        self._event: Callable[[], object] | None = event

    def hash_password(self, password: str) -> str:
        self._happen()
        return super().hash_password(password)

    def password_matches(self, password: str, stored: str | None) -> bool:
        matches = super().password_matches(password, stored)
        self._happen()
        return matches

    def _happen(self) -> None:
        event, self._event = self._event, None
        if event:
            event()


class Door:
    """The sign-in as a browser meets it: an address, a confirmed image, a number and a password."""

    def __init__(self, db: Database, vault: CountingVault, people: People) -> None:
        self._db, self.vault, self._people = db, vault, people

    def open(self, person: Person, **typed: Any) -> SignedIn:
        """Sign in as this person, with some of it changed, on a browser the account knows."""
        if person.personalised and "device_token" not in typed:
            typed["device_token"] = self._people.device_of(person)
        values = {"email": person.email, "number": person.id_number, "password": person.password}
        values |= {"vault": self.vault, "device_token": None, "network": "203.0.113.0/24"} | typed
        visit = values.get("visit") or self._people.visit_of(values["email"])
        around = self._people.around(device_token=values["device_token"], network=values["network"])
        return signin.sign_in(
            self._db,
            values["vault"],
            visit,
            around,
            number=values["number"],
            password=values["password"],
        )

    def tire(self, limit: Limit, subject: str, times: int) -> None:
        """Use up a limit, as so many tries by somebody would have."""
        key = throttle.counter(self.vault, limit, subject).key
        ends = self._people.around().now + limit.per
        with self._db.write() as session:
            session.add(Bucket(key=key, count=times, expires_at=ends))

    def waits(self, person: Person, **typed: Any) -> bool:
        """Whether a browser nobody knows is asked for a code; it opens nothing else."""
        opened = self.open(person, **{"device_token": None} | typed)
        return (opened.stage, opened.device_token) == (visits.CODE_DUE, None)

    def closed(self, person: Person, **typed: Any) -> bool:
        """Whether a browser nobody knows is refused, in the one way that stands for every cause."""
        try:
            self.open(person, **{"device_token": None} | typed)
        except Refused as refusal:
            return type(refusal) is Refused and not refusal.args
        return False


@dataclass
class Recovery:
    """Where passwords are recovered."""

    db: Database
    vault: CountingVault
    people: People
    posted: Callable[..., list[Letter]]

    def ask(self, typed: str, network: str = "203.0.113.0/24") -> None:
        recovery.ask(self.db, self.vault, typed, self.people.around(network=network))

    def answer(self) -> int:
        return recovery.answer_requests(self.db, self.vault, self.people.around())

    def link(self, person: Person) -> str:
        """The token of the newest link mailed to a person who asks."""
        self.ask(person.email)
        self.answer()
        return self.posted("recovery")[-1].values["token"]

    def good(self, token: str) -> bool:
        with self.db.read() as session:
            return recovery_links.account_of(session, token, self.people.around()) is not None

    def set(
        self, token: str, password: str = NEW_PASSWORD, vault: CountingVault | None = None
    ) -> str:
        around = self.people.around()
        return recovery.set_password(
            self.db, vault or self.vault, token, password, around, shortest=12, lender="Demo"
        )


@dataclass
class Desk:
    """The page where the choice is made."""

    db: Database
    vault: CountingVault
    people: People
    clock: Clock

    def seat(self, opened: signin.SignedIn) -> CurrentVisit:
        """The session that a sign-in opened."""
        with self.db.read() as session:
            visit = visits.find(session, opened.token, self.clock())
        assert visit
        return visit

    def choose(self, visit: CurrentVisit, vault: CountingVault | None = None, **other: str) -> Any:
        """Press the button, with some of the good choice changed."""
        choice = replace(GOOD_CHOICE, **other)
        return personalisation.personalise(
            self.db,
            vault or self.vault,
            visit,
            choice,
            self.people.around(),
            shortest=12,
            lender="Crédito Demo",
        )


@dataclass
class Bag:
    """A postman who keeps what he takes and fails as he is told, letter by letter."""

    trouble: dict[str, list[Exception]] = field(default_factory=dict)
    taken: list[tuple[str, str]] = field(default_factory=list)
    on_the_way: Callable[[str], object] = lambda _to: None

    def send(self, letter: Letter, message_id: str) -> None:
        self.on_the_way(letter.to)
        if self.trouble.get(letter.to):
            raise self.trouble[letter.to].pop(0)
        self.taken.append((letter.to, message_id))

    @property
    def recipients(self) -> list[str]:
        return [to for to, _ in self.taken]


@dataclass
class PostOffice:
    """The outbox, with a clock and a postman at hand."""

    db: Database
    vault: CountingVault
    clock: Clock
    bag: Bag

    def post(self, *recipients: str, lifetime: timedelta | None = None) -> None:
        for to in recipients:
            letter = Letter("already_registered", to, "es_CO", {"name": "Marta"}, lifetime)
            with self.db.write() as session:
                outbox.post(session, self.vault, letter, self.clock())

    def round(self, vault: CountingVault | None = None) -> Delivered:
        return outbox.deliver_due(self.db, vault or self.vault, self.bag, self.clock)
