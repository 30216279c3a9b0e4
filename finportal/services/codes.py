"""Codes by mail or text: six digits for one purpose, good for one session and ten minutes."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from finportal.adapters.database import Database, Link, dialect_of
from finportal.adapters.letter import Letter
from finportal.adapters.secrets import Vault
from finportal.models import Base
from finportal.services import audit, letters, outbox, texts, throttle
from finportal.services.errors import AlreadyDone, Refused, TooMany
from finportal.services.throttle import Counter, Limit
from finportal.services.visits import CurrentVisit, Surroundings

DIGITS = 6
LASTS = letters.CODE_LASTS
TRIES = 5
AGAIN_AFTER = timedelta(minutes=1)
PER_HOUR = Limit("codes-hour", 3, timedelta(hours=1))
PER_DAY = Limit("codes-day", 6, timedelta(days=1))


class WrongCode(Refused):
    """The code is not the one that was sent last; `tries_left` more may be typed."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class CodeOver(Refused):
    """No code is open: none was sent, its time is over, it was used, or it was tried too often."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for a code and what it is to open: a purpose of `models.codes`."""

    visit: CurrentVisit
    purpose: str

    @property
    def key(self) -> dict[str, int | str]:
        """What names the one code that may be open for it."""
        return {"visit": self.visit.id, "use": self.purpose}


@dataclass(frozen=True, slots=True)
class Sent:
    """The code that is open: where it went, when another may be asked for, and its end."""

    address: str
    again_at: datetime
    expires_at: datetime

    @property
    def by_text(self) -> bool:
        """Whether it went out as a text message."""
        return texts.is_number(self.address)


@dataclass(frozen=True, slots=True)
class Right:
    """A code that was typed right and waits to be used up, and the address it proved."""

    code_id: int
    code_hash: str
    address: str


_CODES = Base.metadata.tables["mailed_codes"]
_OF_SESSION = (_CODES.c.session_id == bindparam("visit"), _CODES.c.purpose == bindparam("use"))
_OPEN = select(_CODES.c.address, _CODES.c.sent_at, _CODES.c.expires_at).where(
    *_OF_SESSION, _CODES.c.tries < TRIES
)
_TRY = (
    update(_CODES)
    .where(*_OF_SESSION, _CODES.c.tries < TRIES, _CODES.c.expires_at > bindparam("now"))
    .values(tries=_CODES.c.tries + 1)
    .returning(_CODES.c.id, _CODES.c.code_hash, _CODES.c.address, _CODES.c.tries)
)
_USE_UP = (
    delete(_CODES)
    .where(_CODES.c.id == bindparam("code"), _CODES.c.code_hash == bindparam("hashed"))
    .returning(_CODES.c.id)
)


def send(
    db: Database,
    vault: Vault,
    asked: Asked,
    letter: Callable[[str], Letter],
    around: Surroundings,
    *,
    limited_by: str,
    about: str | None = None,
    more: Sequence[Counter] = (),
    besides: Sequence[Letter] = (),
) -> Sent:
    """Send a new code; the one before it opens nothing more.

    `letter` writes the code to the address it is to prove, unless it is `about` something that
    nothing can be sent to: then that is kept as the address. `limited_by` names who is counted: the
    account or the customer, never the session, which whoever asks can have anew; `more` is counted
    too, and what is over its limit uses up no other. `besides` are letters that leave with it.
    Raises TooMany within a minute of the last one, and after three an hour or six a day, and
    AlreadyDone when the session ended meanwhile.
    """
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    written, hashed = letter(code), vault.hash_password(code)
    limits = [throttle.counter(vault, limit, limited_by) for limit in (PER_HOUR, PER_DAY)]
    limits += more
    sent = Sent(about or written.to, around.now + AGAIN_AFTER, around.now + LASTS)
    with _while_open(db) as link:
        last = sent_for(link, asked, around)
        wait = last.again_at - around.now if last and last.again_at > around.now else None
        wait = wait or throttle.take_all(link, around.now, limits)
        if wait is None:
            values = {
                "address": sent.address, "hashed": hashed,
                "now": around.now, "until": sent.expires_at,
            }  # fmt: skip
            link.execute(_putting(dialect_of(link)), asked.key | values)
            for one in (written, *besides):
                outbox.post(link, vault, one, around.now, account_id=asked.visit.account_id)
            _note(link, "code_sent", asked, around)
    if wait:
        raise TooMany(wait)
    return sent


def sent_for(link: Link, asked: Asked, around: Surroundings) -> Sent | None:
    """The code that was sent last, while it is open."""
    row = link.execute(_OPEN, asked.key).one_or_none()
    if row is None or row.expires_at <= around.now:
        return None
    return Sent(row.address, row.sent_at + AGAIN_AFTER, row.expires_at)


def check(db: Database, vault: Vault, asked: Asked, typed: str, around: Surroundings) -> Right:
    """Count a try and compare; the right code stays open until `use_up`, in the caller's write.

    One run of the key derivation function whatever is typed. Spaces and hyphens do not count.
    Raises WrongCode, and CodeOver when there is nothing to compare with or that was the last try.
    """
    with db.writing() as link:
        row = link.execute(_TRY, asked.key | {"now": around.now}).one_or_none()
    digits = "".join(sign for sign in typed if sign not in " -\u00a0\u2009\u2011")
    right = vault.password_matches(digits, row.code_hash if row else None)
    if row is None:
        raise CodeOver
    if not right:
        with db.writing() as link:
            _note(link, "code_wrong", asked, around)
        if row.tries >= TRIES:
            raise CodeOver
        raise WrongCode(TRIES - row.tries)
    return Right(row.id, row.code_hash, row.address)


def use_up(link: Link, right: Right) -> bool:
    """Use a code in the transaction of what it opens; False when it was used or replaced since."""
    values = {"code": right.code_id, "hashed": right.code_hash}
    return link.execute(_USE_UP, values).one_or_none() is not None


@contextmanager
def _while_open(db: Database) -> Iterator[Link]:
    try:
        with db.writing() as link:
            yield link
    except IntegrityError as error:  # the session that asked is gone
        raise AlreadyDone from error


def _note(link: Link, kind: str, asked: Asked, around: Surroundings) -> None:
    visit = asked.visit
    audit.record(
        link, kind, around, account_id=visit.account_id, customer_id=visit.customer_id,
        detail=asked.purpose,
    )  # fmt: skip


@cache
def _putting(dialect: str) -> Any:
    """One code for each session and purpose: a new one takes the place of the last."""
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert
    row = {
        "address": bindparam("address"), "code_hash": bindparam("hashed"), "tries": 0,
        "sent_at": bindparam("now", type_=_CODES.c.sent_at.type),
        "expires_at": bindparam("until", type_=_CODES.c.expires_at.type),
    }  # fmt: skip
    keys: dict[str, Any] = {"session_id": bindparam("visit"), "purpose": bindparam("use")}
    return (
        insert(_CODES)
        .values(**keys, **row)
        .on_conflict_do_update(
            index_elements=[_CODES.c.session_id, _CODES.c.purpose],
            set_={name: insert(_CODES).excluded[name] for name in row},
        )
    )
