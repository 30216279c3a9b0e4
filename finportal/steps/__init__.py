"""The way in: one file a step, each with its form, `ask` (GET) and `answer` (POST)."""

from typing import Any

from finportal.settings import Settings
from finportal.steps import (
    address,
    code,
    email,
    image,
    invitation,
    mailed_code,
    own_password,
    password,
    person,
    personalise,
    questions,
    ready,
    recover,
    register,
)

SIGN_IN = tuple(step.bp for step in (email, image, password, code, personalise, recover))
BY_CODE = tuple(
    step.bp for step in (person, address, questions, mailed_code, own_password, ready, invitation)
)
BLUEPRINTS = (register.bp, *BY_CODE, *SIGN_IN)


def blueprints(settings: Settings) -> tuple[Any, ...]:
    """The steps of this installation: signing in, and the one way to register it has."""
    registering = BY_CODE if settings.journey == "code" else (register.bp,)
    return (*registering, *SIGN_IN)
