"""The text messages customers receive, as values, and how many may go out."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from finportal.adapters.database import Link
from finportal.adapters.letter import Letter
from finportal.adapters.secrets import Vault
from finportal.services import identity, letters, throttle
from finportal.services.throttle import Counter, Limit

log = logging.getLogger(__name__)

COLOMBIA = "+57"
NOTICE_LASTS = timedelta(hours=72)
PER_NUMBER = Limit("texts-number", 3, timedelta(days=1))
NOTICES = Limit("texts-notices", 3, timedelta(days=1))
"""Of changes of one field, to one number: the link of the first undoes those after it, too."""

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


def may_be_told(
    link: Link, vault: Vault, mobiles: Iterable[str], field: str, now: datetime
) -> list[str]:
    """Those of some numbers to which one more notice of a field may go, each counted.

    Notices count among all messages. The counter of all comes last, so that two customers who
    share numbers never wait for each other.
    """
    wanted, everybody = sorted(mobiles), throttle.counter(vault, EVERYBODY, "")
    within = [] if throttle.over(link, now, [everybody]) else wanted
    about = {one: throttle.counter(vault, NOTICES, f"{field} {one}") for one in within}
    within = [one for one in within if throttle.take(link, now, [about[one]]) is None]
    within = [one for one in within if throttle.take(link, now, [everybody]) is None]
    if len(within) < len(wanted):
        log.warning("notices by text left out, over a limit: %d", len(wanted) - len(within))
    return within


def code(mobile: str, locale: str, digits: str) -> Letter:
    """Six digits that prove the number they go to."""
    return _text("code_by_text", mobile, locale, letters.CODE_LASTS, code=digits)


def contact_changed(mobile: str, locale: str, field: str, token: str) -> Letter:
    """E-mail or mobile changed, with the link that undoes it; without a token it only tells."""
    return _text("contact_by_text", mobile, locale, NOTICE_LASTS, field=field, token=token)


def _text(kind: str, mobile: str, locale: str, lifetime: timedelta, **values: str) -> Letter:
    return Letter(kind, number_of(mobile), locale, values, lifetime)
