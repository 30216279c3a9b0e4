"""Registering by code, as a customer and an attacker meet it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select

from finportal.adapters.letter import Letter
from finportal.models import OutboxMail, QuestionRound
from finportal.web.context import Portal
from tests.factories import People, Person
from tests.visitor import Visitor

NEW = "tres barcos y una nube"
CHOICE = {"new": NEW, "again": NEW, "picture": "octopus", "phrase": "La luna sobre el río"}
MAKES = ("Renault", "Mazda", "Kia", "Nissan", "Toyota", "Suzuki", "Chevrolet")
CITIES = ("Bogotá", "Medellín", "Cali", "Pasto", "Neiva", "Tunja", "Ibagué")
DAYS = tuple(date(2025, month, 3) for month in range(1, 8))


@dataclass
class Office:
    """A portal where people register by code, with a book to draw questions from."""

    app: Flask
    people: People
    _books: Any = field(default_factory=count)

    @property
    def portal(self) -> Portal:
        """The portal's adapters."""
        adapters: Portal = self.app.extensions["finportal"]
        return adapters

    def visitor(self) -> Visitor:
        """Somebody at a browser of its own."""
        return Visitor(self.app, self.people)

    def borrower(self, **changed: object) -> Person:
        """A customer with a credit, among others that make up a book."""
        person = self.people.customer(**({"city": "Bogotá"} | changed))
        self.people.loan(person)
        if not next(self._books):
            self._write_book()
        return person

    def letters(self, kind: str | None = None) -> list[Letter]:
        """The letters that wait in the outbox, oldest first."""
        with self.portal.db.read() as session:
            rows = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
        return [
            Letter(row.kind, row.recipient, row.locale, self.portal.vault.unseal(row.values_sealed))
            for row in rows
            if row.values_sealed and kind in {None, row.kind}
        ]

    def code(self) -> str:
        """The code that was mailed last."""
        return str(self.letters("code")[-1].values["code"])

    def right_answers(self) -> dict[str, str]:
        """What the open round's form must hold to be right; only the lender could know."""
        with self.portal.db.read() as session:
            rows = session.scalars(select(QuestionRound).order_by(QuestionRound.id.desc())).all()
        asked = self.portal.vault.unseal(rows[0].sealed or b"")["asked"]
        return {f"answer{n}": str(one["right"]) for n, one in enumerate(asked)}

    def wrong_answers(self) -> dict[str, str]:
        """The same with one answer that is not right."""
        right = self.right_answers()
        return right | {"answer0": str((int(right["answer0"]) + 1) % 6)}

    def _write_book(self) -> None:
        for n in range(7):
            other = self.people.customer(city=CITIES[n])
            self.people.loan(
                other,
                make=MAKES[n],
                plate=f"ABC{n}5{n}",
                disbursed_on=DAYS[n],
                first_due_on=DAYS[n] + timedelta(days=40),
                principal=(20 + n * 5) * 100_000_000,
            )


def person_form(person: Person, **changed: str) -> dict[str, str]:
    """What a person types on the first page."""
    return {
        "id_type": person.id_type,
        "id_number": person.id_number,
        "mobile": person.mobile,
        "consent": "y",
    } | changed


def tell(visitor: Visitor, person: Person, **changed: str) -> Visitor:
    """Fill in the first page as this person."""
    return visitor.open("/registro").fill("/registro", **person_form(person, **changed))
