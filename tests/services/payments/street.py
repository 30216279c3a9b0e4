"""The scene with its customer at a browser: what reaches the portal by HTTP does so here too."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select

from finportal.demo.gateway.deals import Deal
from finportal.models import Account, PaymentAttempt
from finportal.services import visits
from finportal.services.days import bogota_day
from finportal.services.payments import looking
from finportal.services.payments.looking import Result
from finportal.services.payments.starting import Sent, Wish
from finportal.web.context import Portal
from tests.gateways import post
from tests.over_http import Browser
from tests.services.payments.scene import Listening, Scene

Told = tuple[str, dict[str, str], bytes]
"""A notification: path, headers, body."""
PREFIX = "/avisos/"
SESSION = "sesion"


class Door(Listening):
    """The portal itself, listening. Notifications are noted, and stay outside while it is shut."""

    def __init__(self) -> None:
        super().__init__()
        self.shut = False
        self.answered: list[int] = []

    def _answer(self, environ: Any, start: Any) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(PREFIX):
            return super()._answer(environ, start)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = BytesIO(body)
        self._take(environ | {"wsgi.input": BytesIO(body)}, lambda *_: None)
        if self.shut:
            start("200 OK", [])
            return [b""]

        def answer(status: str, *more: Any) -> Any:
            self.answered.append(int(status[:3]))
            return start(status, *more)

        return super()._answer(environ, answer)


def plain(words: str) -> str:
    """Words with ordinary spaces."""
    return " ".join(words.split())


@dataclass
class Street(Scene):
    """One customer at a browser, one credit, the bank, and the portal between them."""

    browser: Browser = field(kw_only=True)

    @property
    def door(self) -> Door:
        """Where the portal listens."""
        assert isinstance(self.listening, Door)
        return self.listening

    @property
    def words(self) -> str:
        """What the page says, with ordinary spaces."""
        return plain(self.browser.words)

    def enter(self) -> None:
        """Sign the customer in as the last step of the way in does, without asking a password."""
        before, around = self.people.visit_of(self.person.email), self.people.around()
        with self.desk.db.write() as session:
            account = session.get_one(Account, self.person.account_id)
            token = visits.sign_in(
                session, visits.SIGNED_IN, account, around, device_id=None, replacing=before
            )
        self.browser.client.set_cookie(SESSION, token)

    def review(self, wish: Wish) -> Browser:
        """Come to the check page of what one wishes to pay."""
        asked = {"credito": wish.loan_number, "que": wish.purpose, "como": "pse"}
        self.browser.open(f"/pagar/revisar?{urlencode(asked)}")
        return self.browser

    def start(self, wish: Wish) -> Sent:
        """Press the check page's button, and the one that goes on though something is in process.

        The page's own key is what makes two presses one attempt.
        """
        self.review(wish).fill("/pagar")
        if wish.anyway and self.browser.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            self.browser.fill("/pagar")
        return self.sent()

    def sent(self) -> Sent:
        """Where the browser is sent on to, and the attempt it stands for."""
        assert self.browser.address.endswith("/ir"), self.words
        link = self.browser.page.find("a", string="Ir a pagar")["href"]
        return Sent(self.browser.address.split("/")[2], link)

    def back(self, reference: str) -> Result:
        """The gateway sends the browser back to the address that it was given."""
        self.clock.forward(seconds=6)
        deal = self.deal(reference)
        assert deal.return_url.startswith(self.door.address)
        self.browser.open(deal.return_url.removeprefix(self.door.address))
        with self.desk.db.read() as session:
            today = bogota_day(self.clock())
            return looking.look(session, self.person.customer_id, reference, today)

    def form(self) -> dict[str, str]:
        """The fields of the check page as its button sends them."""
        form = self.browser.page.find("form", action="/pagar")
        return {field["name"]: field["value"] for field in form.find_all("input")}

    @contextmanager
    def impatient(self, wanted: bool = True) -> Iterator[None]:  # noqa: FBT001, FBT002
        """The portal waits for the gateway for a fifth of a second only, if wanted."""
        app: Any = self.door.app
        own: Portal = app.extensions["finportal"]
        if wanted:
            short = own.settings.model_copy(update={"gateway_timeout": 0.2})
            app.extensions["finportal"] = replace(own, settings=short)
        yield
        app.extensions["finportal"] = own

    def row(self, number: int) -> str:
        """What the plan of payments says of an instalment."""
        rows = self.browser.page.select("tbody tr")
        return plain(rows[number - 1].get_text(" "))

    def deal(self, reference: str) -> Deal:
        """An order as the gateway keeps it."""
        deal: Deal = self.bank.flask.extensions["bank"].find(self.gateway, reference=reference)
        return deal

    def attempts(self) -> list[str]:
        """The references of all attempts, oldest first."""
        with self.desk.db.read() as session:
            return list(
                session.scalars(select(PaymentAttempt.reference).order_by(PaymentAttempt.id))
            )

    def orders(self) -> list[str]:
        """The references of all orders at the gateway."""
        return [order["reference"] for order in self.bank.control()["orders"]]

    def catch(self) -> Sequence[Told]:
        """The notifications that are due, kept from coming in."""
        before, self.door.shut = len(self.door.notices), True
        self.tell()
        self.door.shut = False
        return self.door.notices[before:]

    def send(self, told: Told) -> int:
        """Somebody posts a notification; the answer's status."""
        path, headers, body = told
        return post(self.door.address + path, headers, body)
