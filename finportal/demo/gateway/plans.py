"""What the fake bank can be told to do with an order, and the faults its answers can have."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Said = Literal["pending", "approved", "declined", "voided", "refunded"]
Wrong = Literal["", "amount", "currency", "reference"]
Kind = Literal["html", "slow", "error", "drop"]
Operation = Literal["start", "ask", "cancel", "reverse"]

NOW = timedelta(0)
HOURS = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Step:
    """What the bank says, so long after the customer chose; `late` counts from the order's end."""

    said: Said
    after: timedelta = NOW
    late: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """An outcome: steps in their order, and how the portal is told.

    `notices` is how often each final state is told, `told_after` how long that takes. `wrong` is
    what the bank mixes up, and `forged` signs with another key.
    """

    label: str
    steps: tuple[Step, ...]
    notices: int = 1
    told_after: timedelta = NOW
    wrong: Wrong = ""
    forged: bool = False


_APPROVED = (Step("approved"),)

PLANS = {
    "approved": Plan("Aprobar", _APPROVED),
    "declined": Plan("Rechazar", (Step("declined"),)),
    "declined-then-approved": Plan(
        "Rechazar y, un minuto después, aprobar otro intento",
        (Step("declined"), Step("approved", timedelta(minutes=1))),
    ),
    "pending": Plan("Dejar pendiente dos horas y aprobar", (Step("approved", HOURS),)),
    "pending-then-declined": Plan(
        "Dejar pendiente dos horas y rechazar", (Step("declined", HOURS),)
    ),
    "late": Plan(
        "Aprobar una hora después del vencimiento",
        (Step("approved", timedelta(hours=1), late=True),),
    ),
    "voided": Plan(
        "Aprobar y reversar una hora después",
        (Step("approved"), Step("voided", timedelta(hours=1))),
    ),
    "silent": Plan("Aprobar sin avisar nunca", _APPROVED, notices=0),
    "twice": Plan("Aprobar y avisar dos veces", _APPROVED, notices=2),
    "told-late": Plan("Aprobar y avisar diez minutos después", _APPROVED, 1, timedelta(minutes=10)),
    "wrong-amount": Plan("Aprobar por otro valor", _APPROVED, wrong="amount"),
    "wrong-currency": Plan("Aprobar en otra moneda", _APPROVED, wrong="currency"),
    "other-reference": Plan("Aprobar con otra referencia", _APPROVED, wrong="reference"),
    "forged": Plan("Aprobar y avisar con una firma falsa", _APPROVED, forged=True),
}

FAULTS: dict[Kind, str] = {
    "html": "Responder una página HTML",
    "slow": "Responder tarde",
    "error": "Responder error 500",
    "drop": "Cortar la conexión",
}
OPERATIONS: dict[Operation, str] = {
    "start": "al crear el pago",
    "ask": "al consultarlo",
    "cancel": "al cancelarlo",
    "reverse": "al reversarlo",
}


@dataclass(slots=True)
class Fault:
    """What happens to the next answers of an operation, so many times.

    "html" and "error" answer instead of working; "slow" and "drop" lose the answer to work that
    was done, which is the harder case for the portal.
    """

    kind: Kind
    on: Operation
    times: int = 1
    seconds: float = 20
