"""The fake bank: orders, notices and faults, in memory, behind one lock and a clock it is given."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from finportal.adapters.gateways.client import Http
from finportal.adapters.gateways.errors import GatewayDown
from finportal.demo.gateway.deals import FINAL, Deal, Name, Try
from finportal.demo.gateway.plans import PLANS, Fault, Operation, Plan, Said

RETRIES = (timedelta(minutes=30), timedelta(hours=3), timedelta(hours=24))
"""Wompi repeats a notice not answered with 200 so much later each time; Placetopay never does."""

Compose = Callable[[Deal, Try, bool], tuple[dict[str, str], dict[str, Any]]]


@dataclass(slots=True)
class Notice:
    """A notification on its way: what it says, when it goes, and what was answered each time."""

    deal: Deal
    headers: dict[str, str] = field(repr=False)
    body: dict[str, Any] = field(repr=False)
    due: datetime | None
    answers: list[str] = field(default_factory=list)


class Bank:
    """Everything the fake gateway remembers.

    `addresses` says where each gateway's notices go, `composers` how each writes and signs one.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        http: Http,
        addresses: dict[Name, str],
        composers: dict[Name, Compose],
    ) -> None:
        self.clock = clock
        self.lock = RLock()
        self.deals: list[Deal] = []
        self.notices: list[Notice] = []
        self.faults: list[Fault] = []
        self.nonces: dict[str, datetime] = {}
        self.next_plan: Plan | None = None
        self._http = http
        self._addresses = addresses
        self._composers = composers
        self._sending = RLock()
        self._tries = 0

    def open(self, gateway: Name, **order: Any) -> Deal:
        """Keep a new order."""
        with self.lock:
            deal = Deal(
                number=len(self.deals) + 1,
                gateway=gateway,
                token=secrets.token_hex(16),
                created_at=self.clock(),
                **order,
            )
            self.deals.append(deal)
            return deal

    def find(self, gateway: Name, **values: object) -> Deal | None:
        """The newest order of a gateway with these values."""
        with self.lock:
            for deal in reversed(self.deals):
                matches = all(getattr(deal, name) == value for name, value in values.items())
                if deal.gateway == gateway and matches:
                    return deal
            return None

    def decide(self, deal: Deal, plan: Plan, method: str) -> None:
        """Take an outcome for an order, and let what is due at once come to pass."""
        with self.lock:
            deal.choose(plan, method, self.clock())
        self.move()

    def move(self) -> None:
        """Let every step whose time has come come to pass."""
        now = self.clock()
        with self.lock:
            for deal in self.deals:
                for step in deal.due(now):
                    self.settle(deal, step.said)

    def say(self, deal: Deal, said: Said) -> None:
        """A person's word about an order, instead of whatever was still to come."""
        with self.lock:
            deal.waiting = []
            deal.plan = deal.plan or PLANS["approved"]
            self.settle(deal, said)

    def settle(self, deal: Deal, said: Said) -> None:
        """A bank says something about an order; final words are told to the portal."""
        with self.lock:
            self._tries += 1
            made = deal.settle(said, self._tries, self.clock())
            if said in FINAL:
                self._tell(deal, made)

    def tell_again(self, deal: Deal) -> None:
        """Send the newest notice of an order once more."""
        with self.lock:
            told = [each for each in self.notices if each.deal is deal]
            if told:
                newest = told[-1]
                self.notices.append(Notice(deal, newest.headers, newest.body, self.clock()))

    def take_fault(self, operation: Operation) -> Fault | None:
        """The fault this answer is to have, used up by one."""
        with self.lock:
            found = next((each for each in self.faults if each.on == operation), None)
            if found:
                found.times -= 1
                self.faults = [each for each in self.faults if each.times > 0]
            return found

    def tick(self) -> list[Notice]:
        """Let time pass: steps that are due, then notices that are due, sent one after another."""
        self.move()
        with self._sending:
            now = self.clock()
            with self.lock:
                ready = [each for each in self.notices if each.due and each.due <= now]
            for notice in ready:
                self._send(notice, now)
            return ready

    def _tell(self, deal: Deal, made: Try) -> None:
        final = deal.gateway == "wompi" or deal.state(self.clock()) != "pending"
        plan = deal.plan
        if not plan or not final or (deal.gateway == "placetopay" and made.said == "voided"):
            return
        headers, body = self._composers[deal.gateway](deal, made, plan.forged)
        due = self.clock() + plan.told_after
        self.notices += [Notice(deal, headers, body, due) for _ in range(plan.notices)]

    def _send(self, notice: Notice, now: datetime) -> None:
        """Send one notice, outside the lock: the portal may ask about the order meanwhile."""
        address = self._addresses[notice.deal.gateway]
        try:
            reply = self._http.send("POST", address, headers=notice.headers, json=notice.body)
            answer = str(reply.status)
        except GatewayDown as error:
            answer = str(error)
        with self.lock:
            notice.answers.append(answer)
            tried = len(notice.answers)
            again = notice.deal.gateway == "wompi" and answer != "200" and tried <= len(RETRIES)
            notice.due = now + RETRIES[tried - 1] if again else None
