"""Two customers with as much in common as two customers can have, and a row for each in all."""

import csv
import io
import json
import zipfile
from datetime import date
from typing import Any

from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import Base, Loan
from finportal.models.records import COMMERCIAL
from finportal.services import audit, consents, preferences
from finportal.services.consents import Text
from finportal.services.documents import delivery, kinds
from finportal.services.documents.issuing import Desk
from finportal.services.my_data import takeouts
from finportal.services.preferences import Choice
from finportal.services.visits import CurrentVisit
from finportal.web.context import Portal
from tests.factories import People, Person

OFFERS = Text("1", "es", "Autorizo ofertas.", COMMERCIAL)


class Files:
    """An opened ZIP."""

    def __init__(self, content: bytes) -> None:
        self._bundle = zipfile.ZipFile(io.BytesIO(content))
        assert self._bundle.testzip() is None
        self.names = self._bundle.namelist()

    def json(self, name: str) -> list[dict[str, Any]]:
        """A table as a list of objects."""
        rows: list[dict[str, Any]] = json.loads(self._bundle.read(f"json/{name}.json"))
        return rows

    def csv(self, name: str) -> list[dict[str, str]]:
        """A table as a spreadsheet reads it."""
        text = self._bundle.read(f"csv/{name}.csv").decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))

    def text(self, name: str) -> str:
        """A file's words."""
        return self._bundle.read(name).decode()

    @property
    def everything(self) -> str:
        """All that stands in any file."""
        return "\n".join(self.text(name) for name in self.names)


def visit_of(person: Person, portal: Portal, **changed: Any) -> CurrentVisit:
    """A session of this person, signed in a moment ago."""
    now = portal.clock()
    values: dict[str, Any] = {
        "id": 1, "stage": "signed_in", "email": person.email, "account_id": person.account_id,
        "customer_id": person.customer_id, "customer_name": person.name, "device_id": None,
        "last_seen_at": now, "previous_sign_in_at": None, "expires_at": now, "proven_at": now,
        "held_until": None,
    }  # fmt: skip
    return CurrentVisit(**(values | changed))


def lived(portal: Portal, people: People, person: Person) -> str:
    """This person did everything once; the number of the credit."""
    number = people.loan(
        person, term=12, principal=1_200_000_050, plate=f"PL{person.customer_id:04d}",
        vin=f"VIN-{person.customer_id:012d}",
    )  # fmt: skip
    people.paid(number, date(2025, 4, 15), 1_000_000)
    people.device_of(person)
    around, customer_id = people.around(), person.customer_id
    with portal.db.write() as session:
        consents.give(session, customer_id, OFFERS, around)
        consents.withdraw(session, customer_id, COMMERCIAL, around)
        choice = Choice("service", ("call",), "any", "never")
        preferences.choose(session, customer_id, choice, around)
        delivery.choose(session, customer_id, delivery.MAIL, around)
        audit.record(session, "signed_in", around, account_id=person.account_id)
    desk = Desk(portal.db, portal.vault, portal.settings.lender)
    desk.issue(customer_id, number, kinds.coupon(), around)
    return number


def copy_of(portal: Portal, people: People, person: Person) -> Files:
    """Ask for a copy, let the worker make it, and open it."""
    takeouts.ask(portal.db, portal.vault, visit_of(person, portal), people.around())
    assert takeouts.work(portal.copies, portal.clock, people.around()) == 1
    with portal.db.reading() as link:
        found = takeouts.standing(link, person.customer_id, portal.clock())
    assert found
    file = portal.bundles.open(found.name)
    assert file
    with file:
        return Files(file.read())


def rows_of(db: Database, table: str) -> list[Any]:
    """All rows of a table."""
    with db.reading() as link:
        return list(link.execute(Base.metadata.tables[table].select()))


def loan_id(db: Database, number: str) -> int:
    """The row of a credit."""
    with db.read() as session:
        found = session.scalars(select(Loan.id).where(Loan.loan_number == number))
        return int(found.one())
