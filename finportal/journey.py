"""The steps of the way in, in order, and who may open what: data and pure functions."""

from dataclasses import dataclass
from enum import IntEnum


class Stage(IntEnum):
    """How far a visitor has come."""

    STRANGER = 0
    EMAIL_GIVEN = 1
    IMAGE_CONFIRMED = 2
    PROVISIONAL = 3
    SIGNED_IN = 4


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
    "home", "assets", "policy", "quick_pay", "recover", "sign_out", "verify", "notices_in",
)  # fmt: skip
"""Blueprints that open to every visitor."""

DEMO_ONLY = ("demo_mail",)
DEVELOPMENT_ONLY = ("patterns",)

BEFORE_SIGN_IN = ("register", "email", "image", "password")
SIGNED_IN_ONLY = (
    "overview",
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
    "authorisations",
    "preferences",
    "my_data_copy",
)

_HOME_OF = {
    Stage.STRANGER: "email.ask",
    Stage.EMAIL_GIVEN: "image.ask",
    Stage.IMAGE_CONFIRMED: "password.ask",
    Stage.PROVISIONAL: "personalise.ask",
    Stage.SIGNED_IN: "overview.show",
}
_ALWAYS_OPEN_BEFORE_SIGN_IN = ("register", "email")


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
    if stage == Stage.PROVISIONAL:
        return Elsewhere(_HOME_OF[stage], "personalise_first")
    return Elsewhere(_HOME_OF[Stage.STRANGER], "expired" if expired else "sign_in_first")


def _before_sign_in(stage: Stage, blueprint: str, *, expired: bool) -> Elsewhere | None:
    if stage >= Stage.PROVISIONAL:
        return Elsewhere(_HOME_OF[stage])
    if blueprint in _ALWAYS_OPEN_BEFORE_SIGN_IN:
        return None
    needed = next(step.opens_at for step in SIGN_IN if step.name == blueprint)
    if stage >= needed:
        return None
    if stage == Stage.EMAIL_GIVEN:
        return Elsewhere(_HOME_OF[stage], "image_first")
    return Elsewhere(_HOME_OF[stage], "expired" if expired else "step_by_step")
