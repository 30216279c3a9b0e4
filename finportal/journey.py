"""The steps of the way in, in order, and who may open what: data and pure functions."""

from dataclasses import dataclass
from enum import Enum, IntEnum


class Stage(IntEnum):
    """How far a visitor has come."""

    STRANGER = 0
    EMAIL_GIVEN = 1
    IMAGE_CONFIRMED = 2
    CODE_DUE = 3
    PROVISIONAL = 4
    SIGNED_IN = 5


@dataclass(frozen=True)
class Step:
    """A step of the way in: its blueprint's name and the stage that opens it."""

    name: str
    opens_at: Stage


SIGN_IN = (
    Step("email", Stage.STRANGER),
    Step("image", Stage.EMAIL_GIVEN),
    Step("password", Stage.IMAGE_CONFIRMED),
    Step("personalise", Stage.PROVISIONAL),
)
"""The steps that are counted for the customer: "Paso 2 de 4"."""


@dataclass(frozen=True)
class Elsewhere:
    """Where a visitor is sent instead, and the notice shown there (a key, never free text)."""

    endpoint: str
    notice: str | None = None


ANYONE = (
    "home", "assets", "policy", "quick_pay", "quick_check", "payment_result", "recover",
    "sign_out", "undo", "verify", "notices_in",
)  # fmt: skip
"""Blueprints that open to every visitor."""

DEMO_ONLY = ("demo_mail",)
DEVELOPMENT_ONLY = ("patterns",)

BEFORE_SIGN_IN = ("register", "email", "image", "password", "code")
SIGNED_IN_ONLY = (
    "overview",
    "stay",
    "confirm",
    "security",
    "credit",
    "plan",
    "movements",
    "why",
    "simulator",
    "downloads",
    "documents",
    "new_document",
    "document_files",
    "pay",
    "payments",
    "my_data",
    "my_contact",
    "authorisations",
    "preferences",
    "my_data_copy",
)


class Part(Enum):
    """What a part of an address names, and so for whom it exists."""

    CREDIT = "credit"
    PAPER = "paper"
    PAYMENT = "payment"
    DEVICE = "device"
    SESSION = "session"
    SECRET = "secret"  # noqa: S105 - a kind of part, no password
    """Knowing it is the right to it: the code printed on a paper, a link that was mailed."""
    WITHIN = "within"
    """A place in the thing that the address names before it: an instalment, a movement."""
    OPEN = "open"
    """Nobody's: one of a few words, a file's kind, a mail of the demo."""


OWNED = (Part.CREDIT, Part.PAPER, Part.PAYMENT, Part.DEVICE, Part.SESSION)
"""Things of one customer: for everybody else they do not exist (`services/ownership.py`)."""

PARTS = {
    "credit": {"number": Part.CREDIT},
    "plan": {"number": Part.CREDIT},
    "movements": {"number": Part.CREDIT},
    "why": {
        "number": Part.CREDIT, "figure": Part.OPEN, "row": Part.WITHIN, "record": Part.WITHIN,
    },
    "simulator": {"number": Part.CREDIT},
    "downloads": {"number": Part.CREDIT, "kind": Part.OPEN},
    "documents": {"code": Part.PAPER},
    "document_files": {"code": Part.PAPER, "kind": Part.OPEN},
    "new_document": {"name": Part.OPEN},
    "payments": {"reference": Part.PAYMENT},
    "security": {"device_id": Part.DEVICE, "session_id": Part.SESSION},
    "payment_result": {"reference": Part.SECRET, "key": Part.SECRET},
    "verify": {"code": Part.SECRET},
    "recover": {"token": Part.SECRET},
    "undo": {"token": Part.SECRET},
    "assets": {"digest": Part.OPEN, "name": Part.OPEN},
    "notices_in": {"gateway": Part.OPEN},
    "demo_mail": {"key": Part.OPEN},
}  # fmt: skip
"""The parts of every address, by blueprint. A part without a rule opens to nobody."""

FIELDS = {"credito": Part.CREDIT}
"""Fields of forms and queries behind the sign-in that name something; an empty one names none."""

_HOME_OF = {
    Stage.STRANGER: "email.ask",
    Stage.EMAIL_GIVEN: "image.ask",
    Stage.IMAGE_CONFIRMED: "password.ask",
    Stage.CODE_DUE: "code.ask",
    Stage.PROVISIONAL: "personalise.ask",
    Stage.SIGNED_IN: "overview.show",
}
_FIRST = {Stage.CODE_DUE: "code_first", Stage.PROVISIONAL: "personalise_first"}
_ALWAYS_OPEN_BEFORE_SIGN_IN = ("register", "email")
_OPENS_AT = {step.name: step.opens_at for step in SIGN_IN} | {"code": Stage.CODE_DUE}
"""The code is asked for on a new device only, so it is no counted step."""


def home_of(stage: str) -> str:
    """The endpoint where a visitor of this stage goes on."""
    return _HOME_OF[Stage[stage.upper()]]


def number_of(step: str) -> int:
    """The step's place among the counted ones, from 1."""
    return [one.name for one in SIGN_IN].index(step) + 1


def sent_elsewhere(stage: Stage, blueprint: str, *, expired: bool = False) -> Elsewhere | None:
    """Where this visitor must go instead of a page of this blueprint; None when it may open."""
    if blueprint in (*ANYONE, *DEMO_ONLY, *DEVELOPMENT_ONLY):
        return None
    if blueprint in BEFORE_SIGN_IN:
        return _before_sign_in(stage, blueprint, expired=expired)
    if blueprint == "personalise" and stage >= Stage.PROVISIONAL:
        return None
    if blueprint in SIGNED_IN_ONLY and stage == Stage.SIGNED_IN:
        return None
    if stage in _FIRST:
        return Elsewhere(_HOME_OF[stage], _FIRST[stage])
    return Elsewhere(_HOME_OF[Stage.STRANGER], "expired" if expired else "sign_in_first")


def _before_sign_in(stage: Stage, blueprint: str, *, expired: bool) -> Elsewhere | None:
    if stage >= Stage.PROVISIONAL:
        return Elsewhere(_HOME_OF[stage])
    if blueprint in _ALWAYS_OPEN_BEFORE_SIGN_IN or _opens(stage, blueprint):
        return None
    if stage == Stage.EMAIL_GIVEN:
        return Elsewhere(_HOME_OF[stage], "image_first")
    if stage > Stage.EMAIL_GIVEN:
        return Elsewhere(_HOME_OF[stage])
    return Elsewhere(_HOME_OF[stage], "expired" if expired else "step_by_step")


def part_of(blueprint: str, name: str) -> Part | None:
    """What a part of a blueprint's addresses names; None where no rule is stated."""
    return PARTS.get(blueprint, {}).get(name)


def _opens(stage: Stage, blueprint: str) -> bool:
    if stage == Stage.CODE_DUE:
        return blueprint == "code"
    return stage >= _OPENS_AT[blueprint]
