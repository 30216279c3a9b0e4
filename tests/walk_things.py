"""What addresses name: things of one customer, things of nobody, and words that anyone may use."""

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from mailbox import Maildir

from flask import Flask

from finportal.adapters.mail import demo_mailbox
from finportal.adapters.secrets import new_token, token_hash
from finportal.journey import Part
from finportal.models import Account, ContactChange, Device, Loan, LoanEvent, PaymentAttempt, Visit
from finportal.services import recovery_links, visits
from finportal.services.documents import kinds
from finportal.services.documents.issuing import Desk
from finportal.services.payments import public_result
from finportal.web.assets import asset
from finportal.web.context import Portal
from tests.factories import People, Person
from tests.pages.credit_scenes import example

PLATE = "ZQX987"
"""Of the owner's vehicle: stands on no page but the owner's."""
FIRST = date(2025, 10, 15)
NOTHING = {
    Part.CREDIT: "VH-9999",
    Part.PAPER: "ZZZZ-YYYY-XXXX",
    Part.PAYMENT: "1000017-ZZZZYYYYXXXXWWWW",
    Part.DEVICE: "999999",
    Part.SESSION: "999999",
}
"""Names of the same shape that nothing has."""


class Things:
    """A credit with a payment, a paper and an attempt at a gateway; and another's credit.

    `owned` and `of_the_other` hold a name for each part. `sent`: an attempt that can go on at the
    gateway. `words`: values of all other parts, by blueprint and part.
    """

    def __init__(
        self, app: Flask, people: People, owner: Person, other: Person, now: datetime
    ) -> None:
        self._portal: Portal = app.extensions["finportal"]
        self._people, self._owner, self._now = people, owner, now
        number = example(people, owner, plate=PLATE)
        self.owned = {
            Part.CREDIT: number,
            Part.PAPER: self._paper(number),
            Part.PAYMENT: self._attempt(number, "1000017-AAAABBBBCCCCDDDD", "approved"),
            **self._accesses(),
        }
        self.sent = self._attempt(number, "1000017-EEEEFFFFGGGGHHHH", "sent")
        self.of_nobody = self._attempt(
            number, "1000017-JJJJKKKKMMMMNNNN", "approved", stranger=True
        )
        self.of_the_other = {Part.CREDIT: example(people, other)}
        with app.test_request_context():
            _, _, digest, name = asset("app.css").split("/", 3)
        self.words = self._words() | {"assets.digest": digest, "assets.name": name}

    def _words(self) -> dict[str, str]:
        with self._portal.db.write() as session:
            record = session.query(LoanEvent.id).order_by(LoanEvent.id).limit(1).scalar()
            link = recovery_links.make(session, self._owner.account_id or 0, self._people.around())
        return {
            "why.row": "3",
            "why.record": str(record),
            "verify.code": self.owned[Part.PAPER],
            "recover.token": link,
            "demo_mail.key": self._mail(),
            "invitation.token": "A" * 43,
            "my_contact.what": "correo",
            "my_data.what": "direccion",
            "undo.token": self._change(),
            "payment_result.reference": self.of_nobody,
            "payment_result.key": public_result.key_of(self._portal.vault, self.of_nobody),
        }

    def _paper(self, number: str) -> str:
        """A history of payments, its PDF drawn already."""
        settings = self._portal.settings
        desk = Desk(self._portal.db, self._portal.vault, settings.lender)
        wanted = kinds.history(FIRST, self._now.date())
        paper = desk.issue(self._owner.customer_id, number, wanted, self._people.around())
        drawn = settings.instance / "documents" / f"{paper.code}-es_CO-valid.pdf"
        drawn.parent.mkdir(exist_ok=True)
        drawn.write_bytes(b"%PDF")
        return paper.code

    def _attempt(self, number: str, reference: str, state: str, *, stranger: bool = False) -> str:
        now, payer = self._now, None if stranger else self._owner.customer_id
        with self._portal.db.write() as session:
            loan_id = session.query(Loan.id).filter_by(loan_number=number).scalar()
            attempt = PaymentAttempt(
                reference=reference, form_key=reference, loan_id=loan_id,
                customer_id=payer, purpose="other", amount=100_000, quote="{}",
                quoted_on=now.date(), gateway="placetopay", go_to="http://127.0.0.1:9/pagar",
                state=state, reason="", authorisation="", paid=0, created_at=now, moved_at=now,
                expires_at=now + timedelta(minutes=30), polls=0,
            )  # fmt: skip
            session.add(attempt)
        return reference

    def _accesses(self) -> dict[Part, str]:
        """A device that the owner's account knows, and a session of it."""
        self._people.device_of(self._owner)
        before, around = self._people.visit_of(self._owner.email), self._people.around()
        with self._portal.db.write() as session:
            account = session.get_one(Account, self._owner.account_id)
            device_id = session.query(Device.id).filter_by(account_id=account.id).scalar()
            visits.sign_in(
                session, visits.SIGNED_IN, account, around, device_id=device_id, replacing=before
            )
            visit_id = session.query(Visit.id).filter_by(device_id=device_id).scalar()
        return {Part.DEVICE: str(device_id), Part.SESSION: str(visit_id)}

    def _change(self) -> str:
        """The link that undoes a change of address."""
        token = new_token()
        with self._portal.db.write() as session:
            session.add(
                ContactChange(
                    customer_id=self._owner.customer_id, field="address", old_value="Calle 1",
                    new_value="Calle 2", source="portal", proof="none", told=self._owner.email,
                    changed_at=self._now, network="203.0.113.0/24", undo_hash=token_hash(token),
                    undo_until=self._now + timedelta(hours=72),
                )
            )  # fmt: skip
        return token

    def _mail(self) -> str:
        """A mail of the demo, with a picture."""
        mail = EmailMessage()
        mail["Subject"], mail["To"], mail["From"] = "Hola", "a@correo.example", "b@correo.example"
        mail["Date"] = datetime(2026, 11, 23, tzinfo=UTC)
        mail.set_content("Hola")
        mail.add_alternative("<p>Hola</p>", subtype="html")
        mail.add_attachment(b"png", "image", "png")
        return Maildir(demo_mailbox(self._portal.settings), create=True).add(mail.as_bytes())
