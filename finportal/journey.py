"""The steps of the way in, in order, and who may open what: data and pure functions."""

from dataclasses import dataclass
from enum import Enum, IntEnum


class Stage(IntEnum):
    """How far a visitor has come."""

    STRANGER = 0
    MATCHED = 1
    CODE_SENT = 2
    MAIL_PROVEN = 3
    EMAIL_GIVEN = 4
    IMAGE_CONFIRMED = 5
    CODE_DUE = 6
    PROVISIONAL = 7
    SIGNED_IN = 8


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

REGISTRATION = {
    "credentials": (Step("register", Stage.STRANGER),),
    "code": (
        Step("person", Stage.STRANGER),
        Step("address", Stage.MATCHED),
        Step("mailed_code", Stage.CODE_SENT),
        Step("own_password", Stage.MAIL_PROVEN),
        Step("ready", Stage.STRANGER),
    ),
}
"""The two ways to register; the setting `journey` chooses one. Both end at the same sign-in."""

BESIDE = {"questions": "address", "invitation": "person"}
"""Pages of a step that stand apart: they open with it and are counted as it."""


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

BEFORE_SIGN_IN = (
    "register", "person", "address", "questions", "mailed_code", "own_password", "ready",
    "invitation", "email", "image", "password", "code",
)  # fmt: skip
SIGNED_IN_ONLY = (
    "overview",
    "held",
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

CLOSED_WHILE_HELD = ("documents", "new_document", "document_files", "downloads")
"""What an account whose address changed a moment ago must wait for; seeing and paying go on."""


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
    "invitation": {"token": Part.SECRET},
    "my_contact": {"what": Part.OPEN},
    "my_data": {"what": Part.OPEN},
    "assets": {"digest": Part.OPEN, "name": Part.OPEN},
    "notices_in": {"gateway": Part.OPEN},
    "demo_mail": {"key": Part.OPEN},
}  # fmt: skip
"""The parts of every address, by blueprint. A part without a rule opens to nobody."""

FIELDS = {"credito": Part.CREDIT}
"""Fields of forms and queries behind the sign-in that name something; an empty one names none."""

_HOME_OF = {
    Stage.STRANGER: "email.ask",
    Stage.MATCHED: "address.ask",
    Stage.CODE_SENT: "mailed_code.ask",
    Stage.MAIL_PROVEN: "own_password.ask",
    Stage.EMAIL_GIVEN: "image.ask",
    Stage.IMAGE_CONFIRMED: "password.ask",
    Stage.CODE_DUE: "code.ask",
    Stage.PROVISIONAL: "personalise.ask",
    Stage.SIGNED_IN: "overview.show",
}
_FIRST = {Stage.CODE_DUE: "code_first", Stage.PROVISIONAL: "personalise_first"}
_ALWAYS_OPEN_BEFORE_SIGN_IN = ("register", "person", "ready", "invitation", "email")
_OPENS_AT = {step.name: step.opens_at for step in SIGN_IN} | {"code": Stage.CODE_DUE}
"""The code is asked for on a new device only, so it is no counted step."""
_CLOSES_AT = {"address": Stage.MAIL_PROVEN, "mailed_code": Stage.MAIL_PROVEN}
"""A proven address is not chosen or proven again."""
_REGISTERING = {step.name: step.opens_at for step in REGISTRATION["code"]}


def home_of(stage: str) -> str:
    """The endpoint where a visitor of this stage goes on."""
    return _HOME_OF[Stage[stage.upper()]]


def steps_with(step: str) -> tuple[Step, ...]:
    """The counted steps that this one is among: those of signing in or of registering."""
    return SIGN_IN if step in [one.name for one in SIGN_IN] else REGISTRATION["code"]


def number_of(step: str) -> int:
    """The step's place among the counted ones, from 1."""
    return [one.name for one in steps_with(step)].index(step) + 1


def sent_elsewhere(
    stage: Stage, blueprint: str, *, expired: bool = False, held: bool = False
) -> Elsewhere | None:
    """Where this visitor must go instead of a page of this blueprint; None when it may open."""
    if blueprint in (*ANYONE, *DEMO_ONLY, *DEVELOPMENT_ONLY):
        return None
    if blueprint in BEFORE_SIGN_IN:
        return _before_sign_in(stage, blueprint, expired=expired)
    if blueprint == "personalise" and stage >= Stage.PROVISIONAL:
        return None
    if blueprint in SIGNED_IN_ONLY and stage == Stage.SIGNED_IN:
        return Elsewhere("held.show") if held and blueprint in CLOSED_WHILE_HELD else None
    if stage in _FIRST:
        return Elsewhere(_HOME_OF[stage], _FIRST[stage])
    lapsed = "choice_expired" if blueprint == "personalise" else "expired"
    return Elsewhere(_HOME_OF[Stage.STRANGER], lapsed if expired else "sign_in_first")


def _before_sign_in(stage: Stage, blueprint: str, *, expired: bool) -> Elsewhere | None:
    if stage >= Stage.PROVISIONAL:
        return Elsewhere(_HOME_OF[stage])
    step = BESIDE.get(blueprint, blueprint)
    if blueprint not in _ALWAYS_OPEN_BEFORE_SIGN_IN and step in _REGISTERING:
        return _while_registering(stage, step)
    if blueprint in _ALWAYS_OPEN_BEFORE_SIGN_IN or _opens(stage, step):
        return None
    if stage == Stage.EMAIL_GIVEN:
        return Elsewhere(_HOME_OF[stage], "image_first")
    if stage > Stage.EMAIL_GIVEN:
        return Elsewhere(_HOME_OF[stage])
    return Elsewhere(_HOME_OF[Stage.STRANGER], "expired" if expired else "step_by_step")


def part_of(blueprint: str, name: str) -> Part | None:
    """What a part of a blueprint's addresses names; None where no rule is stated."""
    return PARTS.get(blueprint, {}).get(name)


def _opens(stage: Stage, step: str) -> bool:
    if stage == Stage.CODE_DUE:
        return step == "code"
    return stage >= _OPENS_AT[step]


def _while_registering(stage: Stage, step: str) -> Elsewhere | None:
    if not Stage.MATCHED <= stage <= Stage.MAIL_PROVEN:
        return Elsewhere("person.ask", "registration_over")
    if _REGISTERING[step] <= stage < _CLOSES_AT.get(step, Stage.EMAIL_GIVEN):
        return None
    return Elsewhere(_HOME_OF[stage])
