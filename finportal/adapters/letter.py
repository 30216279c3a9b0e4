"""A letter as a value, by mail or as a text message, and how handing it over can fail."""

from dataclasses import dataclass, field
from datetime import timedelta


class MailRefused(Exception):
    """It will never be taken: by the mail server (the 500s of SMTP), or by the sender of texts."""


class MailDelayed(Exception):
    """It was not taken now; later it may be."""


class MailServerDown(MailDelayed):
    """Nobody answers, or nobody's letter is taken now: the others need not be tried."""


@dataclass(frozen=True)
class Letter:
    """One letter to one person.

    `to` is an e-mail address; or a mobile in E.164 (+573…), for a text message. `kind` names the
    templates; `values` are JSON-ready and may hold secrets until sent; after `lifetime` an unsent
    letter is worthless and is not sent.
    """

    kind: str
    to: str
    locale: str
    values: dict[str, str] = field(repr=False)
    lifetime: timedelta | None = None
