"""Quarantine: files that were refused as a whole, kept with the reason until somebody saw to it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from finportal.adapters import bulk
from finportal.adapters.bank_files.errors import BankFileRefused
from finportal.adapters.bank_files.parsing import begins_as
from finportal.adapters.bank_files.profiles import Profile
from finportal.adapters.database import Database, Link
from finportal.models import BankFile, RefusedBankFile, RefusedFileDismissal
from finportal.services import audit
from finportal.services.errors import Refused
from finportal.services.visits import Surroundings

COLUMNS = ("sha256", "profile", "name", "size", "raw", "error", "reason", "refused_at")
_REFUSED = (
    select(
        RefusedBankFile.sha256,
        RefusedBankFile.profile,
        RefusedBankFile.name,
        RefusedBankFile.size,
        func.length(RefusedBankFile.raw) > 0,
        RefusedBankFile.reason,
        RefusedBankFile.refused_at,
    )
    .outerjoin(BankFile, BankFile.sha256 == RefusedBankFile.sha256)
    .outerjoin(RefusedFileDismissal, RefusedFileDismissal.file_id == RefusedBankFile.id)
    .where(BankFile.id.is_(None), RefusedFileDismissal.id.is_(None))
    .order_by(RefusedBankFile.id)
)


class UnknownRefusal(Refused):
    """No refused file has this SHA-256."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as somebody gave it, and the profile it was read by."""

    name: str
    raw: bytes
    profile: Profile


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was refused: SHA-256 in hex, the profile it was read by, and why not.

    `size` in bytes; `kept`: its bytes are in the database.
    """

    sha256: str
    profile: str
    name: str
    size: int
    kept: bool
    reason: str
    refused_at: datetime


def keep(db: Database, sent: Sent, why: BankFileRefused, around: Surroundings) -> None:
    """Keep a refused file, and note it in the trail; the same one again is kept once.

    The bytes are kept only of what begins as a bank's file: another one, named by mistake, may hold
    secrets, and nothing here is ever deleted.
    """
    digest, error = hashlib.sha256(sent.raw).hexdigest(), type(why).__name__
    raw = sent.raw if begins_as(sent.raw, sent.profile) else b""
    file = (digest, sent.profile.name, sent.name, len(sent.raw), raw)
    with db.write() as session:
        row = (*file, error, str(why), bulk.moment(around.now))
        if bulk.insert_new(session, RefusedBankFile, COLUMNS, [row]):
            audit.record(session, "bank_file_refused", around, detail=f"{digest}: {error}")


def dismiss(db: Database, sha256: str, by: str, around: Surroundings) -> bool:
    """Note that a refused file waits no more, by whichever profile; False if that was noted before.

    It stays in quarantine. Raises UnknownRefusal.
    """
    with db.write() as session:
        ids = session.scalars(select(RefusedBankFile.id).where(RefusedBankFile.sha256 == sha256))
        rows = [(id_, by, bulk.moment(around.now)) for id_ in ids]
        if not rows:
            raise UnknownRefusal(sha256)
        columns = ("file_id", "by", "dismissed_at")
        new = bulk.insert_new(session, RefusedFileDismissal, columns, rows)
        if new:
            audit.record(session, "bank_file_dismissed", around, detail=f"{sha256}: {by}")
    return bool(new)


def waiting(link: Link) -> Sequence[Refusal]:
    """The files that were refused, and neither loaded nor dismissed since, the oldest first."""
    return [Refusal(*row) for row in link.execute(_REFUSED)]
