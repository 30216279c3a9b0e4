"""Whether a paper is ours and holds: by its code, or by the very bytes of its PDF."""

import re
from datetime import timedelta

from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.services import throttle
from finportal.services.documents import drawn, shelf
from finportal.services.documents.issuing import ALPHABET
from finportal.services.documents.shelf import Issued
from finportal.services.errors import TooMany
from finportal.services.throttle import Limit
from finportal.services.visits import Surroundings

CHECKS = Limit("document_checks", 30, timedelta(minutes=10))
"""From one network: a bank's counter checks a few papers, a guesser would need 2^60 codes."""
CODE = rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}"
_APART = re.compile(r"[\s.–-]+")


def canonical(typed: str) -> str:
    """The code as it is printed, from how people type it; empty for what is no code.

    The whole address on the paper holds it at its end.
    """
    signs = _APART.sub("", typed.rstrip("/").rpartition("/")[2]).upper()
    code = "-".join((signs[:4], signs[4:8], signs[8:]))
    return code if re.fullmatch(CODE, code) else ""


def of_code(db: Database, vault: Vault, typed: str, around: Surroundings) -> Issued | None:
    """The paper of a code; None when there is none. Raises TooMany and Tampered."""
    _count(db, vault, around)
    code = canonical(typed)
    with db.reading() as link:
        return shelf.by_code(link, code) if code else None


def of_bytes(db: Database, vault: Vault, content: bytes, around: Surroundings) -> Issued | None:
    """The paper whose PDF has exactly these bytes; None for any other file.

    The file is not read beyond its SHA-256: what a stranger sends is never opened. Raises TooMany
    and Tampered.
    """
    _count(db, vault, around)
    with db.reading() as link:
        code = drawn.code_of(link, content)
        return shelf.by_code(link, code) if code else None


def _count(db: Database, vault: Vault, around: Surroundings) -> None:
    counters = [throttle.counter(vault, CHECKS, around.network)]
    with db.writing() as link:
        wait = throttle.take(link, around.now, counters)
    if wait:
        raise TooMany(wait)
