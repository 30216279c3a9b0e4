"""A letter as a value, and the two ways in which handing it over can fail."""

from dataclasses import dataclass, field
from datetime import timedelta


class MailRefused(Exception):
    """The mail server will never take this letter (an SMTP answer of the 500s)."""


class MailDelayed(Exception):
    """The mail server did not take the letter now; later it may."""


class MailServerDown(MailDelayed):
    """The mail server does not answer at all: nobody's letter can leave now."""


@dataclass(frozen=True)
class Letter:
    """One letter to one person.

    `kind` names the template folder; `values` are JSON-ready and may hold secrets until sent;
    after `lifetime` an unsent letter is worthless and is not sent.
    """

    kind: str
    to: str
    locale: str
    values: dict[str, str] = field(repr=False)
    lifetime: timedelta | None = None
