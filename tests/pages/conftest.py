"""A shop for the tests of payments: the portal and the fake gateway, each over real HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode, urljoin

import pytest
from flask import Flask
from sqlalchemy import func, select

from finportal.adapters.database import Database
from finportal.models import PaymentAttempt, Posting
from finportal.settings import Settings
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.gateways import Bank, Served
from tests.pages.credit_scenes import plain
from tests.paying import bank, gateway_name, overdue_credit
from tests.visitor import Visitor

__all__ = ["bank", "gateway_name"]


@dataclass
class Shop:
    """A customer at a browser, a credit with two instalments overdue, and the bank."""

    app: Flask
    bank: Bank
    listening: Served
    people: People
    clock: Clock
    person: Person
    number: str
    visitor: Visitor
    db: Database

    def review(self, que: str = "overdue", como: str = "pse", **more: str) -> Visitor:
        """Come to the check page."""
        asked = {"credito": self.number, "que": que, "como": como, **more}
        return self.visitor.open(f"/pagar/revisar?{urlencode(asked)}")

    def begin(self, que: str = "overdue", como: str = "pse", **more: str) -> str:
        """Press the check page's button; the attempt's reference."""
        self.review(que, como, **more).fill("/pagar")
        assert self.visitor.address.endswith("/ir"), self.words
        self.arrive()
        return self.visitor.address.split("/")[2]

    def arrive(self) -> str:
        """Come to the gateway's page by the link of our own; what it says."""
        address = self.visitor.page.find("a", string="Ir a pagar")["href"]
        while True:
            status, onward, page = self.bank.visit(address)
            if status != HTTPStatus.SEE_OTHER:
                return page
            address = urljoin(address, onward)

    def decide(self, reference: str, plan: str) -> None:
        """The customer chose, and the bank does so; the portal hears of it over HTTP."""
        self.bank.control(reference=reference, decide=plan, method="pse", tick=True)

    def back(self, reference: str) -> str:
        """The customer is back; what the page says."""
        self.clock.forward(seconds=6)
        self.visitor.open(f"/pagos/{reference}")
        return self.words

    @property
    def words(self) -> str:
        """What the page's main part says, with ordinary spaces."""
        return plain(self.visitor.words)

    @property
    def paid(self) -> list[int]:
        """The amounts that were posted."""
        with self.db.read() as session:
            return list(session.scalars(select(Posting.amount).order_by(Posting.id)))

    @property
    def attempts(self) -> int:
        """How many attempts there are."""
        with self.db.read() as session:
            return session.scalar(select(func.count(PaymentAttempt.id))) or 0


@pytest.fixture
def listening() -> Iterator[Served]:
    """Where the portal listens."""
    with Served() as portal:
        yield portal


@pytest.fixture
def open_shop(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    bank: Bank,
    listening: Served,
    gateway_name: str,
) -> Shop:
    """Everything together, on 9 February 2026 at ten in the morning; nobody is signed in."""
    chosen = {
        "gateway": gateway_name,
        "fake_gateway": bank.address,
        "base_url": listening.address,
        "gateway_timeout": 5,
    }
    clock = cast("Clock", bank.clock)
    app = make_app(settings.model_copy(update=chosen))
    listening.app = app
    portal: Portal = app.extensions["finportal"]
    people = People(portal, clock)
    person, number = overdue_credit(people)
    visitor = Visitor(app, people)
    return Shop(app, bank, listening, people, clock, person, number, visitor, portal.db)


@pytest.fixture
def shop(open_shop: Shop) -> Shop:
    """The shop with its customer signed in."""
    open_shop.visitor.sign_in(open_shop.person)
    return open_shop
