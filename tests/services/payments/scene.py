"""A customer, a credit, a gateway over real HTTP, and a listening portal: hands for the tests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy import select

from finportal.adapters.gateways import Method
from finportal.lending import State
from finportal.models import AttemptMove, AuditEvent, PaymentAttempt, Posting
from finportal.services import ledger
from finportal.services.days import bogota_day
from finportal.services.payments import (
    answers,
    holding,
    journal_check,
    looking,
    notices,
    polling,
    starting,
)
from finportal.services.payments.desk import Desk
from finportal.services.payments.inbox import Received
from finportal.services.payments.looking import Result
from finportal.services.payments.offers import Offer, Purpose, offers
from finportal.services.payments.starting import Sent, Wish
from tests.factories import People, Person
from tests.gateways import Bank, Portal
from tests.paying import overdue_credit


class Listening(Portal):
    """The portal's side of notifications: each goes to the real use case, and is kept too."""

    def __init__(self) -> None:
        super().__init__()
        self.receive: Callable[[str, dict[str, str], bytes], Received] | None = None
        self.answers: list[Received] = []

    def _take(self, environ: Any, start: Any) -> Iterable[bytes]:
        answered = super()._take(environ, lambda *_: None)
        path, headers, body = self.notices[-1]
        if self.receive is None:
            start("200 OK", [])
            return answered
        received = self.receive(path.rpartition("/")[2], headers, body)
        self.answers.append(received)
        start("400 Bad Request" if received is Received.REFUSED else "200 OK", [])
        return answered


@dataclass
class Scene:
    """One credit of one customer, and everything that can happen to its payments."""

    desk: Desk
    people: People
    clock: Any
    bank: Bank
    listening: Listening
    gateway: str
    person: Person
    number: str
    keys: "count[int]" = field(default_factory=lambda: count(1))

    def credit(self) -> ledger.Credit:
        """The credit as stored."""
        with self.desk.db.read() as session:
            found = ledger.of_number(session, self.number)
        assert found
        return found

    def state(self) -> State:
        """The credit today."""
        return self.credit().state(bogota_day(self.clock()))

    def offer(self, purpose: Purpose) -> Offer:
        """What can be paid of this kind."""
        today = bogota_day(self.clock())
        return next(one for one in offers(self.credit(), today) if one.purpose is purpose)

    def wish(self, purpose: Purpose = Purpose.OVERDUE, **changed: Any) -> Wish:
        """What the form says."""
        values: dict[str, Any] = {
            "loan_number": self.number,
            "purpose": purpose,
            "amount": self.offer(purpose).least if "amount" not in changed else 0,
            "form_key": f"key-{next(self.keys)}",
            "description": "Pago del crédito",
            "return_url": lambda reference: f"http://127.0.0.1/pagos/{reference}",
            "ip": "190.0.2.7",
            "user_agent": "Firefox",
            "customer_id": self.person.customer_id,
            "method": Method.PSE,
        }
        return Wish(**values | changed)

    def begin(self, purpose: Purpose = Purpose.OVERDUE, **changed: Any) -> str:
        """Start an attempt and open its page; its reference."""
        sent = self.start(self.wish(purpose, **changed))
        self.bank.visit(sent.go_to)
        return sent.reference

    def start(self, wish: Wish) -> Sent:
        """Start an attempt."""
        return starting.start(self.desk, self.gateway, wish, self.people.around())

    def decide(self, reference: str, plan: str, method: str = "pse") -> None:
        """The customer chose, and the bank does so."""
        self.bank.control(reference=reference, decide=plan, method=method)

    def say(self, reference: str, said: str) -> None:
        """A bank's late word."""
        self.bank.control(reference=reference, say=said)

    def tell(self) -> None:
        """Send the notifications that are due; the portal takes them over HTTP."""
        self.bank.control(tick=True)

    def poll(self) -> int:
        """The worker's round."""
        notices.judge_waiting(self.desk, self.people.around())
        return polling.poll_due(self.desk, self.clock, self.people.around())

    def back(self, reference: str) -> Result:
        """The customer comes back."""
        self.clock.forward(seconds=6)
        around = self.people.around()
        return looking.returned(self.desk, self.person.customer_id, reference, around)

    def learn(self, reference: str) -> answers.Learnt:
        """Ask about an attempt, as staff does."""
        attempt = self.attempt(reference)
        return answers.learn(self.desk, attempt.id, "staff", self.people.around())

    def attempt(self, reference: str) -> PaymentAttempt:
        """An attempt's row."""
        query = select(PaymentAttempt).where(PaymentAttempt.reference == reference)
        with self.desk.db.read() as session:
            return session.scalars(query).one()

    def moves(self, reference: str) -> list[str]:
        """The states that an attempt went through."""
        query = (
            select(AttemptMove.entered)
            .join(PaymentAttempt, PaymentAttempt.id == AttemptMove.attempt_id)
            .where(PaymentAttempt.reference == reference)
            .order_by(AttemptMove.id)
        )
        with self.desk.db.read() as session:
            return list(session.scalars(query))

    def postings(self) -> list[Posting]:
        """Everything that was posted, oldest first."""
        with self.desk.db.read() as session:
            return list(session.scalars(select(Posting).order_by(Posting.id)))

    def held(self) -> list[tuple[str, int]]:
        """The money that waits: why, and how much."""
        with self.desk.db.read() as session:
            return [(held.reason, held.amount) for held in holding.waiting(session)]

    def alerts(self, kind: str) -> int:
        """How many rows of the trail are of a kind."""
        query = select(AuditEvent.id).where(AuditEvent.kind == kind)
        with self.desk.db.read() as session:
            return len(session.scalars(query).all())

    def books(self) -> list[str]:
        """What does not hold."""
        return journal_check.check(self.desk.db).faults


def scene_of(people: People, desk: Desk, bank: Bank, listening: Listening, gateway: str) -> Scene:
    """A credit with two instalments overdue since 9 February 2026."""
    person, number = overdue_credit(people)
    scene = Scene(desk, people, bank.clock, bank, listening, gateway, person, number)

    def receive(name: str, headers: dict[str, str], body: bytes) -> Received:
        return notices.receive(desk, name, headers, body, people.around(network="198.51.100.0/24"))

    listening.receive = receive
    return scene
