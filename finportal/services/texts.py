"""The text messages customers receive, as values, and how many may go out."""

from datetime import timedelta

from finportal.adapters.letter import Letter
from finportal.adapters.secrets import Vault
from finportal.services import identity, letters, throttle
from finportal.services.throttle import Counter, Limit

COLOMBIA = "+57"
NOTICE_LASTS = timedelta(hours=72)
PER_NUMBER = Limit("texts-number", 3, timedelta(days=1))
EVERYBODY = Limit("texts-everybody", 100, timedelta(hours=1))
"""Each message is paid for, and whoever earns with the receiving network could ask for many."""


def number_of(mobile: str) -> str:
    """A Colombian mobile in E.164. Raises NotIdentity: texts go nowhere else."""
    return f"{COLOMBIA}{identity.mobile(mobile)}"


def is_number(address: str) -> bool:
    """Whether something was sent there as a text message."""
    return address.startswith(COLOMBIA) and "@" not in address


def limits(vault: Vault, mobile: str) -> list[Counter]:
    """What counts codes by text, whoever asks: those to one number, and all of them."""
    return [throttle.counter(vault, PER_NUMBER, mobile), throttle.counter(vault, EVERYBODY, "")]


def code(mobile: str, locale: str, digits: str) -> Letter:
    """Six digits that prove the number they go to."""
    return _text("code_by_text", mobile, locale, letters.CODE_LASTS, code=digits)


def contact_changed(mobile: str, locale: str, field: str, token: str) -> Letter:
    """E-mail or mobile changed, with the link that undoes it; without a token it only tells."""
    return _text("contact_by_text", mobile, locale, NOTICE_LASTS, field=field, token=token)


def _text(kind: str, mobile: str, locale: str, lifetime: timedelta, **values: str) -> Letter:
    return Letter(kind, number_of(mobile), locale, values, lifetime)
