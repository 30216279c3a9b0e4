"""Hands for the tests of registering by code: where questions are asked, where people register."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import QuestionRound, Visit
from finportal.services import enrolment, enrolment_codes, enrolment_finish, questions, visits
from finportal.services.enrolment import Applicant
from finportal.services.enrolment_finish import Opened
from finportal.services.personalisation import Choice
from finportal.services.questions import Round
from finportal.services.visits import CurrentVisit
from tests.doubles import CountingVault
from tests.factories import CONSENT, People, Person
from tests.services.hands import NEW_PASSWORD

CITIES = ("Bogotá", "Cali", "Pasto", "Neiva", "Tunja", "Ibagué", "Cúcuta", "Pereira")
CHOICE = Choice("", NEW_PASSWORD, "anchor", "Un faro entre la niebla")
OTHER = "nueva@otra.example"


@dataclass
class Hall:
    """Where a customer, or who says so, is asked."""

    db: Database
    vault: CountingVault
    people: People
    person: Person

    def visit(self) -> CurrentVisit:
        """A new session of somebody who matched."""
        with self.db.write() as session:
            token = visits.begin(session, self.person.email, self.people.around())
            values = {"stage": visits.MATCHED, "customer_id": self.person.customer_id}
            session.query(Visit).filter(Visit.customer_id.is_(None)).update(values)
            found = visits.find(session, token, self.people.around().now)
        assert found
        return found

    def ask(self, visit: CurrentVisit) -> Round:
        return questions.ask(self.db, self.vault, visit, self.people.around())

    def answer(self, visit: CurrentVisit, asked: Round, picked: list[int]) -> bool:
        around = self.people.around()
        return questions.answer(
            self.db, self.vault, visit, around, round_id=asked.id, picked=picked
        )

    def right(self, asked: Round) -> list[int]:
        """What only the lender knows."""
        with self.db.read() as session:
            sealed = session.get_one(QuestionRound, asked.id).sealed
        return [one["right"] for one in self.vault.unseal(sealed or b"")["asked"]]


@dataclass
class Counter:
    """Where people register by code."""

    db: Database
    vault: CountingVault
    people: People
    posted: Callable[..., list[Letter]]

    def begin(self, person: Person, **changed: Any) -> str | None:
        kind = "juridical" if person.id_type == "NIT" else "natural"
        typed = Applicant(kind, person.id_type, person.id_number, person.mobile, CONSENT)
        around = self.people.around(network=changed.pop("network", "203.0.113.0/24"))
        return enrolment.begin(self.db, self.vault, replace(typed, **changed), around)

    def seat(self, token: str | None) -> CurrentVisit:
        with self.db.read() as session:
            found = visits.find(session, token or "", self.people.around().now)
        assert found
        return found

    def prove(self, person: Person, address: str | None = None) -> CurrentVisit:
        """The session of somebody who proved an address."""
        visit = self.seat(self.begin(person))
        around = self.people.around()
        enrolment_codes.send(self.db, self.vault, visit, address or person.email, around)
        visit = replace(visit, email=address or person.email, stage=visits.CODE_SENT)
        code = self.posted("code")[-1].values["code"]
        return self.seat(enrolment_codes.prove(self.db, self.vault, visit, code, around))

    def finish(
        self, visit: CurrentVisit, vault: CountingVault | None = None, **other: str
    ) -> Opened:
        return enrolment_finish.finish(
            self.db, vault or self.vault, visit, replace(CHOICE, **other), self.people.around(),
            shortest=12, lender="Crédito Demo",
        )  # fmt: skip
