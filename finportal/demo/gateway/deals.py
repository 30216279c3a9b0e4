"""An order as the fake bank keeps it, and how its steps come to pass."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from finportal.demo.gateway.plans import Plan, Said, Step

Name = Literal["placetopay", "wompi"]
FINAL = {"approved", "declined", "voided"}
GIVEN_BACK = {"voided", "refunded"}
"""Of a refund after settlement nobody tells; Placetopay's session may show it by its own state."""


@dataclass(slots=True)
class Try:
    """One payment of an order with a bank; `cents` are whole centavos."""

    number: int
    said: Said
    method: str
    cents: int
    currency: str
    reference: str
    at: datetime
    trace: str


@dataclass(slots=True)
class Deal:
    """An order with one of the two gateways, with the tries of its customer, oldest first."""

    number: int
    gateway: Name
    token: str
    reference: str
    cents: int
    currency: str
    description: str
    return_url: str
    created_at: datetime
    expires_at: datetime
    request: dict[str, Any] = field(default_factory=dict, repr=False)
    tries: list[Try] = field(default_factory=list)
    plan: Plan | None = None
    method: str = "pse"
    waiting: list[tuple[datetime, Step]] = field(default_factory=list)
    cancelled: bool = False

    @property
    def approved(self) -> bool:
        """Whether some try was approved and not voided since."""
        return any(each.said == "approved" for each in self.tries)

    @property
    def under_way(self) -> bool:
        """Whether a bank has still to answer."""
        return any(each.said == "pending" for each in self.tries)

    def state(self, now: datetime) -> str:
        """approved, pending, rejected, cancelled, expired or voided."""
        if self.approved:
            return "approved"
        if self.cancelled:
            return "cancelled"
        if any(each.said in GIVEN_BACK for each in self.tries):
            return "voided"
        if self.under_way:
            return "pending"
        if now >= self.expires_at:
            return "expired"
        refused = bool(self.tries) and not self.waiting
        return "rejected" if refused else "pending"

    def choose(self, plan: Plan, method: str, now: datetime) -> None:
        """Take what the customer or the bank decided; steps come to pass by `due`."""
        self.plan, self.method = plan, method
        self.waiting = [
            ((self.expires_at if step.late else now) + step.after, step) for step in plan.steps
        ]
        first = plan.steps[0]
        if first.after and not first.late:
            self.waiting.insert(0, (now, Step("pending")))

    def due(self, now: datetime) -> list[Step]:
        """The steps whose time has come; they are taken out."""
        ready = [step for when, step in self.waiting if when <= now]
        self.waiting = [(when, step) for when, step in self.waiting if when > now]
        return ready

    def settle(self, said: Said, number: int, now: datetime) -> Try:
        """What a bank said: about the try under way, about an approved one, or as a new try."""
        about = "approved" if said in GIVEN_BACK else "pending"
        open_tries = [each for each in self.tries if each.said == about]
        if open_tries:
            open_tries[-1].said, open_tries[-1].at = said, now
            return open_tries[-1]
        wrong = self.plan.wrong if self.plan else ""
        made = Try(
            number=number,
            said=said,
            method=self.method,
            cents=self.cents + 100_000 if wrong == "amount" else self.cents,
            currency="USD" if wrong == "currency" else self.currency,
            reference=f"X{self.reference}"[:32] if wrong == "reference" else self.reference,
            at=now,
            trace=str(1_000_000 + number),
        )
        self.tries.append(made)
        return made
