"""A bank's file into the database: its bytes and every line as it is judged, in one transaction."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.orm import Session

from finportal.adapters.bank_files.collection import CollectionFile, Detail, Means
from finportal.adapters.database import Database, dialect_of
from finportal.models import BankFile, BankLine, Loan
from finportal.services import audit
from finportal.services.bank_matching import Before, Judged, Verdict, match
from finportal.services.payment_references import reference_of
from finportal.services.visits import Surroundings

KEYS_AT_ONCE = 500
MARK_LENGTH = 12
"""How much of a file's digest tells its lines from those of another file with the same keys."""

_Key = TypeVar("_Key")
_ONE_AT_A_TIME = text("LOCK TABLE bank_files IN SHARE ROW EXCLUSIVE MODE")
_KNOWN_BEFORE = select(BankLine.line_key, BankLine.likeness).where(
    BankLine.verdict != Verdict.RETURNED.value,
    BankLine.line_key.in_(bindparam("keys", expanding=True))
    | BankLine.likeness.in_(bindparam("alike", expanding=True)),
)
_TAKEN = select(BankLine.key).where(BankLine.key.in_(bindparam("keys", expanding=True)))


def stage(db: Database, raw: bytes, file: CollectionFile, around: Surroundings) -> tuple[int, bool]:
    """Keep a file and its judged lines; its id, and False if these bytes were kept before.

    Nothing is posted by it. Files are judged one after another, so that each knows of every line
    that came before it.
    """
    with db.write() as session:
        if dialect_of(session) == "postgresql":
            session.execute(_ONE_AT_A_TIME)
        known = session.scalar(select(BankFile.id).where(BankFile.sha256 == file.sha256))
        if known is not None:
            return known, False
        values = {"sha256": file.sha256, "profile": file.profile, "raw": raw}
        added = insert(BankFile).values(**values, loaded_at=around.now).returning(BankFile.id)
        file_id = session.execute(added).scalar_one()
        rows = list(_rows(session, file_id, file))
        if rows:
            session.execute(insert(BankLine), rows)
        detail = f"{file.sha256}: {file.count} lines, {file.total} centavos"
        audit.record(session, "bank_file_loaded", around, detail=detail)
        return file_id, True


def source_of(file: CollectionFile) -> str:
    """What `loan_events` and `postings` call this bank's payments, whatever the profile."""
    return f"bank:{file.header.bank}"


def _rows(session: Session, file_id: int, file: CollectionFile) -> Iterator[dict[str, object]]:
    lines = match(file, _references(session), {}, _before(session, file))
    taken = _taken(session, [one.line_key for one in lines])
    for one in lines:
        mark = f"#{file.sha256[:MARK_LENGTH]}" if one.line_key in taken else ""
        yield {
            "file_id": file_id,
            "source": source_of(file),
            "key": one.line_key + mark,
            "value_date": file.header.value_date,
            **_judged(one),
        }


def _judged(one: Judged) -> dict[str, object]:
    detail = one.detail
    return {
        "line": detail.line,
        "line_key": one.line_key,
        "likeness": one.likeness_key,
        "reference": detail.raw_reference.strip(),
        "amount": detail.amount,
        "channel": _channel(detail),
        "means": detail.means.value,
        "authorisation": detail.authorisation.strip("0"),
        "verdict": one.verdict.value,
        "reasons": " ".join(sorted(one.reasons)),
        "loan_id": one.loan_id,
    }


def _channel(detail: Detail) -> str:
    return "cash" if detail.means is Means.CASH else "bank"


def _references(session: Session) -> dict[str, int]:
    return {reference_of(loan_id): loan_id for loan_id in session.scalars(select(Loan.id))}


def _before(session: Session, file: CollectionFile) -> Before:
    """What other files told: also lines that still wait for a person, who may yet post them."""
    keys = [(file.line_key(*pair), file.likeness_key(pair[1])) for pair in file.lines()]
    lines: set[str] = set()
    alike: set[str] = set()
    for some in _some_at_once(keys):
        wanted = {"keys": [key for key, _ in some], "alike": [like for _, like in some]}
        for key, like in session.execute(_KNOWN_BEFORE, wanted):
            lines.add(key)
            alike.add(like)
    return Before(frozenset(lines), frozenset(alike))


def _taken(session: Session, keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in _some_at_once(keys):
        found.update(session.scalars(_TAKEN, {"keys": list(some)}))
    return found


def _some_at_once(keys: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    return (keys[at : at + KEYS_AT_ONCE] for at in range(0, len(keys), KEYS_AT_ONCE))
