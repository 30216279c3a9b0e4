"""Rounds of questions about the credit, before an e-mail that the lender does not know is taken."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from finportal.adapters.database import Database, Link
from finportal.adapters.secrets import Vault
from finportal.models import Customer, QuestionRound, Visit
from finportal.models.cases import RIGHT, WRONG
from finportal.services import audit, question_book
from finportal.services.errors import AlreadyDone, Refused
from finportal.services.question_book import Kind, Offer
from finportal.services.visits import CurrentVisit, Surroundings

ASKED, FEWEST = 4, 3
A_DAY, A_MONTH = 3, 9
DAY, MONTH = timedelta(days=1), timedelta(days=30)
OPEN_FOR = timedelta(minutes=15)


class NoMoreRounds(Refused):
    """Nothing may be asked now: too many rounds, or a credit that can answer too little."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked and the answers to choose from, by their place."""

    kind: Kind
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """The questions that are open for a session."""

    id: int
    questions: tuple[Question, ...]


def ask(db: Database, vault: Vault, visit: CurrentVisit, around: Surroundings) -> Round:
    """The session's open round, or a new one with other questions.

    A round counts from the moment it is shown: three in 24 hours and nine in 30 days for each
    customer, whatever the session. Raises NoMoreRounds.
    """
    customer_id = visit.customer_id or 0
    with db.read() as session:
        if open_now := _open(session, vault, visit, around.now):
            return open_now
        offered = _offered(session, customer_id, around.now)
    with db.write() as session:
        session.execute(select(Customer.id).where(Customer.id == customer_id).with_for_update())
        if open_now := _open(session, vault, visit, around.now):
            return open_now
        if _used_up(session, customer_id, around.now):
            raise NoMoreRounds
        asked = _chosen(session, offered, around.now)
        row = QuestionRound(
            customer_id=customer_id,
            session_id=visit.id,
            asked_at=around.now,
            sealed=vault.seal({"asked": asked}),
        )
        session.add(row)
        session.flush()
        return _round(row.id, asked)


def answer(
    db: Database,
    vault: Vault,
    visit: CurrentVisit,
    around: Surroundings,
    *,
    round_id: int,
    picked: Sequence[int],
) -> bool:
    """Whether every answer is right; the round is over either way, and which was wrong is not told.

    `picked`: the place of each chosen option. Raises AlreadyDone for a round that is not open.
    """
    with db.write() as session:
        this = select(QuestionRound.sealed).where(*_is_open(visit, around.now))
        sealed = session.scalars(
            this.where(QuestionRound.id == round_id).with_for_update()
        ).one_or_none()
        if sealed is None:
            raise AlreadyDone
        asked = vault.unseal(sealed)["asked"]
        right = list(picked) == [one["right"] for one in asked]
        session.execute(
            update(QuestionRound)
            .where(QuestionRound.id == round_id)
            .values(sealed=None, answered_at=around.now, outcome=RIGHT if right else WRONG)
        )
        kind = "questions_right" if right else "questions_wrong"
        audit.record(session, kind, around, customer_id=visit.customer_id)
    return right


def keep_typed(link: Link, vault: Vault, visit: CurrentVisit, address: str) -> None:
    """Remember, by its fingerprint, the e-mail that this session's right answers came with."""
    mark = _fingerprint(vault, address)
    link.execute(update(QuestionRound).where(*_right(visit)).values(sealed=mark))


def typed_here(session: Session, vault: Vault, visit: CurrentVisit, address: str) -> bool:
    """Whether an e-mail is the one that was typed with right answers in this very session."""
    began = select(Visit.created_at).where(Visit.id == visit.id).scalar_subquery()
    found = select(QuestionRound.id).where(
        *_right(visit),
        QuestionRound.asked_at >= began,
        QuestionRound.sealed == _fingerprint(vault, address),
    )
    return session.scalars(found).first() is not None


def sweep(link: Link, now: datetime) -> None:
    """Forget rounds that no longer count."""
    link.execute(delete(QuestionRound).where(QuestionRound.asked_at <= now - MONTH))


def _fingerprint(vault: Vault, address: str) -> bytes:
    return vault.fingerprint("typed-email", address).encode()


def _right(visit: CurrentVisit) -> tuple[Any, ...]:
    return (
        QuestionRound.session_id == visit.id,
        QuestionRound.customer_id == visit.customer_id,
        QuestionRound.outcome == RIGHT,
    )


def _is_open(visit: CurrentVisit, now: datetime) -> tuple[Any, ...]:
    return (
        QuestionRound.session_id == visit.id,
        QuestionRound.customer_id == visit.customer_id,
        QuestionRound.answered_at.is_(None),
        QuestionRound.asked_at > now - OPEN_FOR,
    )


def _open(session: Session, vault: Vault, visit: CurrentVisit, now: datetime) -> Round | None:
    row = session.scalars(select(QuestionRound).where(*_is_open(visit, now))).one_or_none()
    return _round(row.id, vault.unseal(row.sealed or b"")["asked"]) if row else None


def _used_up(session: Session, customer_id: int, now: datetime) -> bool:
    """Windows that move with the clock: a calendar's day would allow twice as many at midnight."""
    since = [
        select(func.count())
        .where(QuestionRound.customer_id == customer_id, QuestionRound.asked_at > now - window)
        .scalar_subquery()
        for window in (DAY, MONTH)
    ]
    today, lately = session.execute(select(*since)).one()
    return bool(today >= A_DAY or lately >= A_MONTH)


def _offered(session: Session, customer_id: int, now: datetime) -> list[Offer]:
    """What may be asked. It replays a part of the book, so it comes before anything is locked."""
    if _used_up(session, customer_id, now):
        raise NoMoreRounds
    offered = list(question_book.offered(session, customer_id).values())
    if len(offered) < FEWEST:
        raise NoMoreRounds
    return offered


def _chosen(session: Session, offered: list[Offer], now: datetime) -> list[dict[str, Any]]:
    """Some of the questions the credit can answer, in any order."""
    kept = [question_book.settled(session, offer, now) for offer in offered]
    return [
        {"kind": one.kind.value, "options": one.options, "right": one.right}
        for one in secrets.SystemRandom().sample(kept, min(ASKED, len(kept)))
    ]


def _round(round_id: int, asked: list[dict[str, Any]]) -> Round:
    return Round(
        round_id, tuple(Question(Kind(one["kind"]), tuple(one["options"])) for one in asked)
    )
