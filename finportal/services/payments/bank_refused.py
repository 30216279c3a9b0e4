"""Quarantine: banks' files that were refused as a whole, kept byte for byte with the reason."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from finportal.adapters import bulk
from finportal.adapters.bank_files.errors import BankFileRefused
from finportal.adapters.bank_files.profiles import Profile
from finportal.adapters.database import Database, Link
from finportal.models import BankFile, RefusedBankFile
from finportal.services import audit
from finportal.services.visits import Surroundings

COLUMNS = ("sha256", "profile", "raw", "error", "reason", "refused_at")
_REFUSED = (
    select(
        RefusedBankFile.sha256,
        RefusedBankFile.profile,
        RefusedBankFile.reason,
        RefusedBankFile.refused_at,
    )
    .outerjoin(BankFile, BankFile.sha256 == RefusedBankFile.sha256)
    .where(BankFile.id.is_(None))
    .order_by(RefusedBankFile.id)
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was refused: SHA-256 in hex, the profile it was read by, and why not."""

    sha256: str
    profile: str
    reason: str
    refused_at: datetime


def keep(
    db: Database, raw: bytes, profile: Profile, why: BankFileRefused, around: Surroundings
) -> None:
    """Keep a refused file, and note it in the trail; the same one again is kept once."""
    digest = hashlib.sha256(raw).hexdigest()
    error = type(why).__name__
    row = (digest, profile.name, raw, error, str(why), bulk.moment(around.now))
    with db.write() as session:
        if bulk.insert_new(session, RefusedBankFile, COLUMNS, [row]):
            audit.record(session, "bank_file_refused", around, detail=f"{digest}: {error}")


def waiting(link: Link) -> Sequence[Refusal]:
    """The files that were refused and not loaded since, the oldest first."""
    return [Refusal(*row) for row in link.execute(_REFUSED)]
