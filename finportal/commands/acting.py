"""What commands of an operator share: who acts and why, and refusals in one sentence."""

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from finportal.services.errors import Refused
from finportal.services.operators import Operator
from finportal.services.visits import Surroundings
from finportal.web.context import here

LONGEST_REASON = 200


class _Reason(click.ParamType[str]):
    """A sentence on one line."""

    name = "why"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The sentence; an empty or overlong one ends the command with status 2."""
        reason = " ".join(str(value).split())
        if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
            self.fail(f"write one sentence of at most {LONGEST_REASON} characters", param, ctx)
        return reason


REASON = _Reason()


def acting(command: Callable[..., None]) -> Callable[..., None]:
    """Hands the command an `operator`, made of the system's user and the reason given."""

    @click.option("--reason", required=True, type=REASON, help="Why; it is told in the trail.")
    @wraps(command)
    def acted(*given: Any, reason: str, **more: Any) -> None:
        command(*given, operator=Operator(operator_name(), reason), **more)

    return acted


def looking(reason: str = "") -> Operator:
    """Who looks at a list."""
    return Operator(operator_name(), reason)


def operator_name() -> str:
    """The system's user, and who became it by sudo."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        name = f"user {os.getuid()}"
    behind = os.environ.get("SUDO_USER")
    return f"{behind} as {name}" if behind else name


def around() -> Surroundings:
    """Where an operator's command comes from."""
    portal = here()
    return Surroundings(
        now=portal.clock(), network="command", browser="", locale="", texts=portal.settings.texts
    )


@contextmanager
def refusals(subject: str) -> Iterator[None]:
    """Turn a refusal into one sentence about the subject, and exit status 1."""
    try:
        yield
    except Refused as error:
        raise click.ClickException(f"{subject}: {error}") from error
    except DBAPIError as error:
        reason = f"the database refused ({error.orig}): see flask --app wsgi check"
        raise click.ClickException(reason) from error
