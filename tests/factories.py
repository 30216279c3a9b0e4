"""Customers, loans and accounts for tests, made with the portal's own models and services."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count

from finportal.models import Account, Customer, Loan, LoanEvent, RateCap
from finportal.models.accounts import ACTIVE
from finportal.services import devices, projections, registration, terms_versions, visits
from finportal.services.consents import Text
from finportal.services.contracts import contract_text
from finportal.services.portfolio.payment_rules import SOURCE
from finportal.services.registration import Application
from finportal.services.visits import Surroundings
from finportal.web.context import Portal
from tests.doubles import Clock

PASSWORD = "cuatro palabras sin nexo"
CONSENT = Text("2026-11", "es", "Autorizo.")
PAYMENTS_FILE = SOURCE
WIDE_CAPS = ((date(2010, 1, 1), date(2026, 12, 31), "0.3500"),)


@dataclass
class Person:
    """A customer and what only the customer knows."""

    customer_id: int
    id_type: str
    id_number: str
    name: str
    email: str
    mobile: str
    password: str = PASSWORD
    account_id: int | None = None
    personalised: bool = False

    @property
    def application(self) -> Application:
        """What this person types to register."""
        return Application(self.id_type, self.id_number, self.email, self.mobile, CONSENT)


_HASHES: dict[tuple[str, str], str] = {}
"""Of each pepper and password: made once, for making one takes long on purpose."""


class People:
    """Makes people, each different from the last."""

    def __init__(self, portal: Portal, clock: Clock) -> None:
        self._portal = portal
        self._clock = clock
        self._numbers = count(1)

    def around(self, **changed: object) -> Surroundings:
        """Somewhere a request may come from."""
        values: dict[str, object] = {
            "now": self._clock(),
            "network": "203.0.113.0/24",
            "browser": "Chrome, Android",
            "locale": "es_CO",
        }
        return Surroundings(**(values | changed))  # type: ignore[arg-type]

    def customer(self, **changed: object) -> Person:
        """A customer of the portfolio without an account."""
        n = next(self._numbers)
        values: dict[str, object] = {
            "id_type": "CC",
            "id_number": f"{52000000 + n}",
            "kind": "natural",
            "name": f"Marta Rojas {n}",
            "email": f"marta{n}@correo.example",
            "mobile": f"300{n:07d}",
            "loaded_at": self._clock(),
        } | changed
        with self._portal.db.write() as session:
            customer = Customer(**values)
            session.add(customer)
            session.flush()
            return Person(
                customer.id,
                customer.id_type,
                customer.id_number,
                customer.name,
                customer.email,
                customer.mobile,
            )

    def loan(self, person: Person, **changed: object) -> str:
        """A credit of a customer; returns its number."""
        values: dict[str, object] = {
            "loan_number": f"VH-{1000 + next(self._numbers)}",
            "customer_id": person.customer_id,
            "product": "Vehículo particular",
            "principal": 4_500_000_000,
            "disbursed_on": date(2025, 3, 3),
            "first_due_on": date(2025, 4, 15),
            "term": 60,
            "rate_ea": "0.2250",
            "plate": "KLM456",
            "make": "Renault",
            "model": "Duster",
            "model_year": 2024,
            "status": "active",
            "loaded_at": self._clock(),
        } | changed
        with self._portal.db.write() as session:
            session.add(Loan(**values))
            session.flush()
            number = str(values["loan_number"])
            terms_versions.keep(session, {number: contract_text(values)}, self._clock())
        return str(values["loan_number"])

    def contract(self, loan_number: str, **values: object) -> None:
        """Another version of a credit's terms, as an accepted change of the loans file gives it."""
        with self._portal.db.write() as session:
            terms_versions.keep(session, {loan_number: contract_text(values)}, self._clock())

    def paid(self, loan_number: str, paid_on: date, pesos: int, **changed: object) -> str:
        """A payment of a credit as a file brings it; returns its receipt."""
        receipt = f"R-{next(self._numbers):06d}"
        with self._portal.db.write() as session:
            loan_id = session.query(Loan.id).filter_by(loan_number=loan_number).scalar()
            values: dict[str, object] = {
                "loan_id": loan_id,
                "kind": "prepayment" if changed.get("effect") else "payment",
                "value_date": paid_on,
                "amount": pesos * 100,
                "channel": "bank",
                "source": PAYMENTS_FILE,
                "external_id": receipt,
                "recorded_at": self._clock(),
            } | changed
            session.add(LoanEvent(**values))
            projections.forget(session, [loan_id])
        return receipt

    def reversed(self, receipt: str, on: date) -> str:
        """The reversal of a payment; returns its own receipt."""
        with self._portal.db.read() as session:
            row = session.query(LoanEvent).filter_by(external_id=receipt).one()
            number = session.query(Loan.loan_number).filter_by(id=row.loan_id).scalar()
        return self.paid(
            number, on, 0, kind="reversal", amount=None, reverses_id=row.id, channel="other"
        )

    def caps(self, *months: tuple[date, date, str]) -> None:
        """Certificates: first day, last day, limit; without any, wide ones for many years."""
        with self._portal.db.write() as session:
            for first, last, cap in months or WIDE_CAPS:
                session.add(
                    RateCap(
                        valid_from=first,
                        valid_to=last,
                        ibc_ea=str(Decimal(cap) * 2 / 3),
                        cap_ea=cap,
                        recorded_at=self._clock(),
                    )
                )

    def registered(self, **changed: object) -> Person:
        """A customer who registered and has a provisional password only the mail knows."""
        person = self.customer(**changed)
        registration.register(
            self._portal.db, self._portal.vault, person.application, self.around()
        )
        with self._portal.db.read() as session:
            person.account_id = (
                session.query(Account.id).filter_by(customer_id=person.customer_id).scalar()
            )
        return person

    def active(self, **changed: object) -> Person:
        """A customer with an own password, image ("octopus") and phrase."""
        person = self.customer(**changed)
        now = self._clock()
        with self._portal.db.write() as session:
            account = Account(
                customer_id=person.customer_id,
                email=person.email,
                state=ACTIVE,
                locale="es_CO",
                password_hash=self._hash_of(person.password),
                password_changed_at=now,
                image="octopus",
                phrase="Mi gata duerme al sol",
                created_at=now,
            )
            session.add(account)
            session.flush()
            person.account_id = account.id
        person.personalised = True
        return person

    def _hash_of(self, password: str) -> str:
        key = (self._portal.settings.pepper.get_secret_value(), password)
        if key not in _HASHES:
            _HASHES[key] = self._portal.vault.hash_password(password)
        return _HASHES[key]

    def device_of(self, person: Person) -> str:
        """The cookie of a browser that this person's account knows."""
        with self._portal.db.write() as session:
            return devices.remember(session, person.account_id or 0, self.around()).token

    def visit_of(self, email: str, *, image_confirmed: bool = True) -> visits.CurrentVisit:
        """A visitor who gave this address (and said yes to the image)."""
        with self._portal.db.write() as session:
            token = visits.begin(session, email, self.around())
            visit = visits.find(session, token, self._clock())
            assert visit is not None
            if image_confirmed:
                visits.confirm_image(session, visit.id)
        return visit
