"""Loading a bank's file: whole or not at all, each line posted once or kept for a person.

The file and its judged lines are stored first; then they are posted, some in each transaction. A
load that stops in the middle goes on in the worker's round, or when the same file is loaded again;
two at once share the work. A line's key is its posting's key, so that nothing is ever posted twice.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from finportal.adapters.bank_files.errors import BankFileRefused
from finportal.adapters.bank_files.parsing import Expected, parse
from finportal.adapters.bank_files.profiles import Profile
from finportal.adapters.gateways import CURRENCY
from finportal.lending import Centavos, LendingError
from finportal.models import (
    BankFile,
    BankLine,
    HeldPayment,
    HeldResolution,
    LoanEvent,
    Posting,
)
from finportal.services import audit, projections
from finportal.services.bank_matching import POSTED, Verdict
from finportal.services.payments import bank_letters, bank_refused, bank_staging, journal
from finportal.services.payments.bank_unfinished import unfinished
from finportal.services.payments.desk import Desk
from finportal.services.payments.posting import Money, post
from finportal.services.portfolio.orders import PAUSE
from finportal.services.visits import Surroundings

LINES_A_TRANSACTION = 20
LOADS_FOR = timedelta(minutes=10)
"""A load that is not done after so long was cut off."""
PAID_ELSEWHERE = "paid_elsewhere"
"""The credit has a payment of the same amount and day that came by no bank's file."""
REFUSED = "refused"
"""The credit's arithmetic refuses the money."""

_POSTING = (Posting.source == BankLine.source) & (Posting.source_key == BankLine.key)
_HELD = (HeldPayment.source == BankLine.source) & (HeldPayment.source_key == BankLine.key)
_UNDONE = (
    select(BankLine)
    .outerjoin(Posting, _POSTING)
    .outerjoin(HeldPayment, _HELD)
    .where(Posting.id.is_(None), HeldPayment.id.is_(None))
    .order_by(BankLine.id)
    .limit(LINES_A_TRANSACTION)
)
_reversal = aliased(LoanEvent)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file came to, all loads of it together; sums in centavos.

    `already`: it was in whole before. `classes`: lines and their sum by verdict. `held`: lines that
    were kept for a person, `waiting`: those that nobody has settled yet.
    """

    sha256: str
    already: bool
    lines: int
    total: Centavos
    classes: dict[Verdict, tuple[int, Centavos]]
    posted: int
    held: int
    waiting: int


def load(
    desk: Desk,
    raw: bytes,
    profile: Profile,
    expected: Expected,
    around: Surroundings,
    *,
    name: str = "",
) -> Loaded:
    """Load a file; `name` is what it is called.

    Raises what `bank_files.parsing.parse` raises: then none of its lines is stored, and the file
    is kept as `bank_refused.keep` does.
    """
    try:
        file = parse(raw, profile, expected)
    except BankFileRefused as error:
        bank_refused.keep(desk.db, bank_refused.Sent(name, raw, profile), error, around)
        raise
    file_id, new = bank_staging.stage(desk.db, raw, file, around)
    entered, after = 0, 0
    while some := enter_some(desk, file_id, after, around):
        entered, after = entered + len(some), some[-1]
        time.sleep(PAUSE)
    with desk.db.read() as session:
        return _told(session, file_id, already=not new and not entered)


def finish(desk: Desk, around: Surroundings, more: Callable[[], bool] = lambda: True) -> int:
    """Go on with loads that were cut off, while there is `more` time; how many lines were entered.

    A file that came just now is left to whoever loads it.
    """
    with desk.db.read() as session:
        files = unfinished(session)
    entered = 0
    for file in files:
        after = 0
        while (
            file.loaded_at < around.now - LOADS_FOR
            and more()
            and (some := enter_some(desk, file.file_id, after, around))
        ):
            entered, after = entered + len(some), some[-1]
    return entered


def enter_some(desk: Desk, file_id: int, after: int, around: Surroundings) -> list[int]:
    """Post or hold some lines that are neither yet, in one transaction; their ids.

    They come after those that this load has done: to look through all of them again for each
    transaction would take the square of a file's length.
    """
    with desk.db.write() as session:
        session.execute(select(BankFile.id).where(BankFile.id == file_id).with_for_update())
        undone = _UNDONE.where(BankLine.file_id == file_id, BankLine.id > after)
        lines = session.scalars(undone).all()
        projections.lock(session, sorted({line.loan_id for line in lines if line.loan_id}))
        for line in lines:
            _enter(desk, session, line, around)
        return [line.id for line in lines]


def _enter(desk: Desk, session: Session, line: BankLine, around: Surroundings) -> None:
    if Verdict(line.verdict) not in POSTED or line.loan_id is None:
        _hold(session, line, line.reasons, around)
    elif _paid_elsewhere(session, line):
        _hold(session, line, PAID_ELSEWHERE, around)
    else:
        _post(desk, session, line, line.loan_id, around)


def _post(desk: Desk, session: Session, line: BankLine, loan_id: int, around: Surroundings) -> None:
    money = Money(
        source=line.source,
        key=line.key,
        amount=Centavos(line.amount),
        value_date=line.value_date,
        channel=line.channel,
        authorisation=line.authorisation,
    )
    try:
        posted = post(session, loan_id, money, around)
    except LendingError as error:
        _hold(session, line, REFUSED, around)
        detail = f"{line.source}:{line.key}: {type(error).__name__}: {error}"
        audit.record(session, "payment_refused", around, detail=detail)
        return
    if posted:
        bank_letters.posted(session, desk.vault, loan_id, posted, around)


def _paid_elsewhere(session: Session, line: BankLine) -> bool:
    """Whether the same money may have come by the gateway or with a payments file."""
    query = (
        select(LoanEvent.id)
        .outerjoin(_reversal, _reversal.reverses_id == LoanEvent.id)
        .where(
            LoanEvent.loan_id == line.loan_id,
            LoanEvent.kind.in_(("payment", "prepayment")),
            LoanEvent.amount == line.amount,
            LoanEvent.value_date == line.value_date,
            LoanEvent.source.not_like("bank:%"),
            _reversal.id.is_(None),
        )
        .limit(1)
    )
    return session.scalar(query) is not None


def _hold(session: Session, line: BankLine, reason: str, around: Surroundings) -> None:
    """Keep a line for a person; what the bank gave back is held at zero: none of it is here."""
    held = HeldPayment(
        source=line.source,
        source_key=line.key,
        reason=reason,
        amount=0 if line.verdict == Verdict.RETURNED else line.amount,
        currency=CURRENCY,
        reference=line.reference,
        channel=line.channel,
        authorisation=line.authorisation,
        value_date=line.value_date,
        held_at=around.now,
    )
    session.add(held)
    session.flush()
    if held.amount:
        journal.hold(session, held, journal.HELD, around.now)
    detail = f"{line.source}:{line.key}: {reason}"
    audit.record(session, "payment_held", around, detail=detail)


def _told(session: Session, file_id: int, *, already: bool) -> Loaded:
    of_file = BankLine.file_id == file_id
    query = select(BankLine.verdict, func.count(), func.sum(BankLine.amount))
    rows = session.execute(query.where(of_file).group_by(BankLine.verdict)).all()
    classes = dict.fromkeys(Verdict, (0, Centavos(0)))
    classes |= {Verdict(name): (count, Centavos(int(total))) for name, count, total in rows}
    held = select(func.count(HeldPayment.id)).join(BankLine, _HELD).where(of_file)
    settled = held.join(HeldResolution, HeldResolution.held_id == HeldPayment.id)
    posted = select(func.count(Posting.id)).join(BankLine, _POSTING).where(of_file)
    kept = session.scalar(held) or 0
    return Loaded(
        sha256=session.scalars(select(BankFile.sha256).where(BankFile.id == file_id)).one(),
        already=already,
        lines=sum(count for count, _ in classes.values()),
        total=Centavos(sum(total for _, total in classes.values())),
        classes=classes,
        posted=session.scalar(posted) or 0,
        held=kept,
        waiting=kept - (session.scalar(settled) or 0),
    )
