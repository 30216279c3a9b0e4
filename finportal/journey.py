"""The steps of the way in, in order, and who may open what: data and pure functions."""

from dataclasses import dataclass
from enum import IntEnum


class Stage(IntEnum):
    """How far a visitor has come."""

    STRANGER = 0
    MATCHED = 1
    CODE_SENT = 2
    MAIL_PROVEN = 3
    EMAIL_GIVEN = 4
    IMAGE_CONFIRMED = 5
    PROVISIONAL = 6
    SIGNED_IN = 7


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
    "home", "assets", "policy", "quick_pay", "recover", "sign_out", "undo", "verify", "notices_in",
)  # fmt: skip
"""Blueprints that open to every visitor."""

DEMO_ONLY = ("demo_mail",)
DEVELOPMENT_ONLY = ("patterns",)

BEFORE_SIGN_IN = (
    "register", "person", "address", "questions", "mailed_code", "own_password", "ready",
    "invitation", "email", "image", "password",
)  # fmt: skip
SIGNED_IN_ONLY = (
    "overview",
    "held",
    "stay",
    "confirm",
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
)

CLOSED_WHILE_HELD = ("documents", "new_document", "document_files", "downloads")
"""What an account whose address changed a moment ago must wait for; seeing and paying go on."""

_HOME_OF = {
    Stage.STRANGER: "email.ask",
    Stage.MATCHED: "address.ask",
    Stage.CODE_SENT: "mailed_code.ask",
    Stage.MAIL_PROVEN: "own_password.ask",
    Stage.EMAIL_GIVEN: "image.ask",
    Stage.IMAGE_CONFIRMED: "password.ask",
    Stage.PROVISIONAL: "personalise.ask",
    Stage.SIGNED_IN: "overview.show",
}
_ALWAYS_OPEN_BEFORE_SIGN_IN = ("register", "person", "ready", "invitation", "email")
_CLOSES_AT = {"address": Stage.MAIL_PROVEN, "mailed_code": Stage.MAIL_PROVEN}
"""A proven address is not chosen or proven again."""
_REGISTERING = {step.name: step.opens_at for step in REGISTRATION["code"]}


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
    if stage == Stage.PROVISIONAL:
        return Elsewhere(_HOME_OF[stage], "personalise_first")
    return Elsewhere(_HOME_OF[Stage.STRANGER], "expired" if expired else "sign_in_first")


def _before_sign_in(stage: Stage, blueprint: str, *, expired: bool) -> Elsewhere | None:
    if stage >= Stage.PROVISIONAL:
        return Elsewhere(_HOME_OF[stage])
    if blueprint in _ALWAYS_OPEN_BEFORE_SIGN_IN:
        return None
    step = BESIDE.get(blueprint, blueprint)
    if step in _REGISTERING:
        return _while_registering(stage, step)
    needed = next(one.opens_at for one in SIGN_IN if one.name == step)
    if stage >= needed:
        return None
    if stage == Stage.EMAIL_GIVEN:
        return Elsewhere(_HOME_OF[stage], "image_first")
    return Elsewhere(_HOME_OF[Stage.STRANGER], "expired" if expired else "step_by_step")


def _while_registering(stage: Stage, step: str) -> Elsewhere | None:
    if not Stage.MATCHED <= stage <= Stage.MAIL_PROVEN:
        return Elsewhere("person.ask", "registration_over")
    if _REGISTERING[step] <= stage < _CLOSES_AT.get(step, Stage.EMAIL_GIVEN):
        return None
    return Elsewhere(_HOME_OF[stage])
