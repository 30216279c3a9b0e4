"""Bank files loaded: every line posted once or kept, whatever is sent again, killed or at once."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from finportal.adapters.bank_files.errors import BankFileRefused
from finportal.adapters.bank_files.parsing import parse
from finportal.adapters.bank_files.profiles import EXACT, STANDARD
from finportal.adapters.letter import Letter
from finportal.adapters.mail import draw
from finportal.lending import Centavos
from finportal.models import BankFile, BankLine, Loan, LoanEvent
from finportal.services.bank_matching import Verdict
from finportal.services.payment_references import grouped, reference_of
from finportal.services.payments import bank_loading, bank_staging, bank_waiting
from finportal.services.payments.bank_loading import Loaded
from finportal.services.payments.bank_waiting import Cheque, DecidedOtherwise, NotACheque
from finportal.services.payments.errors import NotSettleable, UnknownHeld, UnknownPosting
from finportal.services.payments.holding import Decision, Outcome
from tests.adapters.bank_files.made import EXPECTED, Made, Paid
from tests.services.payments.scene import Scene

AtOnce = Callable[[Callable[[], object], int], list[Any]]
Letters = Callable[..., list[Letter]]
AMOUNT = 68_540_000
PEOPLE_SAY = {"by": "Ana", "note": "asked the bank"}


def made(*paid: Paid, **head: str) -> bytes:
    """A file of 5 February 2026."""
    values = {"collected_on": "20260205", "filed_on": "20260206"} | head
    return Made((paid,), **values).raw()


def load(scene: Scene, raw: bytes) -> Loaded:
    """Load a file as the command does."""
    today = scene.clock().date()
    expected = replace(EXPECTED, today=today)
    return bank_loading.load(scene.desk, raw, STANDARD, expected, scene.people.around())


def reference(scene: Scene) -> str:
    """The reference of the scene's credit."""
    return reference_of(scene.credit().loan_id)


def reasons(scene: Scene) -> list[str]:
    """Why what waits does."""
    with scene.desk.db.read() as session:
        return [one.reason for one in bank_waiting.waiting(session)]


def key_of(scene: Scene, at: int = 0) -> str:
    """The key of a line that waits."""
    with scene.desk.db.read() as session:
        return bank_waiting.waiting(session)[at].line.key


def test_a_line_is_posted_by_its_reference(scene: Scene, posted: Letters) -> None:
    raw = made(Paid(reference(scene), AMOUNT))
    loaded = load(scene, raw)
    assert (loaded.lines, loaded.posted, loaded.held, loaded.already) == (1, 1, 0, False)
    [posting] = scene.postings()
    assert (posting.amount, posting.source, posting.channel) == (AMOUNT, "bank:001", "cash")
    assert posting.value_date.isoformat() == "2026-02-05"
    [paid] = [record for record in scene.credit().records if record.source == "bank:001"]
    assert paid.event.value_date == posting.value_date
    [letter] = posted("bank_payment_posted")
    assert letter.values["amount"] == str(AMOUNT)
    assert letter.values["reference"].replace(" ", "") == reference(scene)
    with scene.desk.db.read() as session:
        assert session.scalars(select(BankFile.raw)).one() == raw
    assert scene.books() == []


def test_13_the_same_bytes_change_nothing(scene: Scene, posted: Letters) -> None:
    raw = made(Paid(reference(scene), AMOUNT), Paid(reference(scene), AMOUNT))
    first = load(scene, raw)
    again = load(scene, raw)
    assert (first.posted, first.classes[Verdict.DOUBLED]) == (2, (1, AMOUNT))
    assert again == replace(first, already=True)
    assert len(scene.postings()) == 2
    assert len(posted("bank_payment_posted")) == 2


def test_13_sent_again_with_another_modifier_waits_for_a_person(scene: Scene) -> None:
    load(scene, made(Paid(reference(scene), AMOUNT)))
    again = load(scene, made(Paid(reference(scene), AMOUNT), modifier="B"))
    assert (again.posted, again.held, again.waiting) == (0, 1, 1)
    assert reasons(scene) == ["alike_posted"]
    assert scene.books() == []
    around = scene.people.around()
    dismissed = Decision(outcome=Outcome.DISMISSED, **PEOPLE_SAY)
    bank_waiting.settle(scene.desk, key_of(scene), dismissed, around)
    assert reasons(scene) == []
    assert len(scene.postings()) == 1
    assert scene.books() == []


def test_13_one_line_resent_in_a_longer_file_is_posted_once(
    scene: Scene, posted: Callable[..., list[Letter]]
) -> None:
    load(scene, made(Paid(reference(scene), AMOUNT)))
    longer = load(scene, made(Paid(reference(scene), AMOUNT), Paid(reference(scene), 5_000_000)))
    assert (longer.posted, longer.held) == (1, 1)
    assert [one.amount for one in scene.postings()] == [AMOUNT, 5_000_000]
    settled = bank_waiting.settle(
        scene.desk,
        key_of(scene),
        Decision(outcome=Outcome.POSTED, loan_number=scene.number, **PEOPLE_SAY),
        scene.people.around(),
    )
    assert settled
    assert len(scene.postings()) == 3
    told = posted("bank_payment_posted")
    assert [one.values["amount"] for one in told] == [str(AMOUNT), "5000000", str(AMOUNT)]
    assert {*told[2].values} == {*told[0].values}
    assert scene.books() == []


def test_a_line_that_waits_is_not_posted_by_a_later_file(scene: Scene) -> None:
    """Whoever settles the first would post it twice."""
    later = reference_of(scene.credit().loan_id + 1)
    assert load(scene, made(Paid(later, AMOUNT))).waiting == 1
    scene.people.loan(scene.person)
    assert load(scene, made(Paid(later, AMOUNT), modifier="B")).waiting == 1
    assert load(scene, made(Paid(later, 5_000_000), modifier="C")).posted == 1
    assert [one.amount for one in scene.postings()] == [5_000_000]
    assert scene.books() == []


def test_what_was_paid_through_the_gateway_too_waits(scene: Scene) -> None:
    attempt = scene.begin()
    scene.decide(attempt, "approved")
    scene.back(attempt)
    [paid] = scene.postings()
    day = f"{paid.value_date:%Y%m%d}"
    raw = made(Paid(reference(scene), paid.amount), collected_on=day, filed_on=day)
    assert load(scene, raw).held == 1
    assert reasons(scene) == [bank_loading.PAID_ELSEWHERE]
    assert len(scene.postings()) == 1
    assert scene.books() == []


def test_what_the_bank_gave_back_can_never_be_posted(scene: Scene) -> None:
    load(scene, made(Paid(reference(scene), AMOUNT, cause="R01")))
    decision = Decision(outcome=Outcome.POSTED, loan_number=scene.number, **PEOPLE_SAY)
    with pytest.raises(NotSettleable):
        bank_waiting.settle(scene.desk, key_of(scene), decision, scene.people.around())
    assert scene.postings() == []
    assert scene.books() == []


def test_a_cheque_that_bounces_reopens_what_it_paid(scene: Scene, posted: Letters) -> None:
    due = scene.state().due.total
    load(scene, made(Paid(reference(scene), 40_000_000, means="02")))
    assert scene.state().due.total < due
    assert reasons(scene) == ["cheque"]
    key, around = key_of(scene), scene.people.around()
    assert bank_waiting.decide(scene.desk, key, Cheque.BOUNCED, "Ana", around)
    assert not bank_waiting.decide(scene.desk, key, Cheque.BOUNCED, "Ana", around)
    with pytest.raises(DecidedOtherwise):
        bank_waiting.decide(scene.desk, key, Cheque.CLEARED, "Ana", around)
    assert [one.kind for one in scene.postings()] == ["payment", "reversal"]
    assert scene.state().due.total >= due
    assert reasons(scene) == []
    assert len(posted("bank_cheque_bounced")) == 1
    assert scene.books() == []


def test_a_cheque_that_clears_waits_no_more(scene: Scene) -> None:
    load(scene, made(Paid(reference(scene), AMOUNT), Paid(reference(scene), 7_000, means="02")))
    key, around = key_of(scene), scene.people.around()
    assert bank_waiting.decide(scene.desk, key, Cheque.CLEARED, "Ana", around)
    assert reasons(scene) == []
    cash = next(one.source_key for one in scene.postings() if one.channel == "cash")
    for unknown, error in ((cash, NotACheque), ("nothing", UnknownPosting)):
        with pytest.raises(error):
            bank_waiting.decide(scene.desk, unknown, Cheque.BOUNCED, "Ana", around)
    decision = Decision(outcome=Outcome.RETURNED, **PEOPLE_SAY)
    with pytest.raises(UnknownHeld):
        bank_waiting.settle(scene.desk, cash, decision, around)


@pytest.mark.parametrize("locale", ["es_CO", "en"])
def test_the_letters_say_what_happened(
    scene: Scene, app: Flask, posted: Letters, locale: str
) -> None:
    load(scene, made(Paid(reference(scene), 500_000_000, means="02")))
    bank_waiting.decide(scene.desk, key_of(scene), Cheque.BOUNCED, "Ana", scene.people.around())
    letters = posted()
    assert [one.kind for one in letters] == ["bank_payment_posted", "bank_cheque_bounced"]
    for one in letters:
        with app.test_request_context():
            settings = app.extensions["finportal"].settings
            message = draw(Letter(one.kind, one.to, locale, one.values), "<1@x>", settings)
        for part in (message.body, message.html):
            assert part
            assert grouped(reference(scene)) in part
            assert "5.000.000" in part or "5,000,000" in part
            assert scene.number not in part


def test_14_a_file_that_is_wrong_leaves_nothing(scene: Scene) -> None:
    raw = made(Paid(reference(scene), AMOUNT)).replace(b"09000000001", b"09000000002")
    with pytest.raises(BankFileRefused):
        load(scene, raw)
    with scene.desk.db.read() as session:
        assert session.scalar(select(func.count(BankFile.id))) == 0
        assert session.scalar(select(func.count(BankLine.id))) == 0
    assert scene.postings() == []


def test_money_that_the_credit_refuses_waits(scene: Scene) -> None:
    """The credit began in October 2025."""
    head = {"collected_on": "20250505", "filed_on": "20250506"}
    assert load(scene, made(Paid(reference(scene), AMOUNT), **head)).held == 1
    assert reasons(scene) == [bank_loading.REFUSED]
    assert scene.books() == []


def test_the_profile_does_not_make_a_line_another(scene: Scene) -> None:
    raw = made(Paid(reference(scene), AMOUNT))
    load(scene, raw)
    expected = replace(EXPECTED, today=scene.clock().date())
    around = scene.people.around()
    assert bank_loading.load(scene.desk, raw, EXACT, expected, around).already
    assert len(scene.postings()) == 1


def test_loads_at_once_share_the_work(scene: Scene, at_once: AtOnce) -> None:
    amounts = [Centavos(1_000_000 + 100 * n) for n in range(30)]
    raw = made(*(Paid(reference(scene), amount) for amount in amounts))
    found = at_once(lambda: load(scene, raw), 3)
    assert [one.posted for one in found] == [30, 30, 30], found
    assert [one.amount for one in scene.postings()] == amounts
    assert scene.books() == []


def _die_while_loading(scene: Scene, raw: bytes, table: str, rows: int) -> None:
    scene.desk.db.dispose()
    left = count(rows - 1, -1)

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(f"INSERT INTO {table} ") and next(left) <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(scene.desk.db.engine, "after_cursor_execute", look)
    load(scene, raw)


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("bank_files", 1),
        ("bank_lines", 1),
        ("loan_events", 5),
        ("postings", 24),
        ("journal_lines", 30),
        ("outbox", 25),
        ("held_payments", 1),
    ],
)
def test_killed_while_loading_and_loaded_again(scene: Scene, table: str, rows: int) -> None:
    paid = [Paid(reference(scene), 1_000_000 + 100 * n) for n in range(30)]
    raw = made(*paid, Paid("999", AMOUNT))
    scene.desk.db.dispose()
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_die_while_loading, args=(scene, raw, table, rows))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    loaded = load(scene, raw)
    assert (loaded.posted, loaded.waiting) == (30, 1)
    assert sorted(one.amount for one in scene.postings()) == [one.amount for one in paid]
    assert load(scene, raw).already
    assert scene.books() == []
    with scene.desk.db.read() as session:
        events = select(func.count(LoanEvent.id)).join(Loan, Loan.id == LoanEvent.loan_id)
        assert session.scalar(events.where(LoanEvent.source == "bank:001")) == 30


def test_a_load_that_was_cut_off_is_a_fault_until_the_worker_ends_it(scene: Scene) -> None:
    raw = made(Paid(reference(scene), AMOUNT))
    file = parse(raw, STANDARD, replace(EXPECTED, today=scene.clock().date()))
    bank_staging.stage(scene.desk.db, raw, file, scene.people.around())
    [fault] = scene.books()
    assert fault == f"bank file {file.sha256}: 1 lines are neither posted nor held"
    assert bank_loading.finish(scene.desk, scene.people.around()) == 0, "somebody may be loading it"
    scene.clock.forward(minutes=11)
    assert bank_loading.finish(scene.desk, scene.people.around()) == 1
    assert ([one.amount for one in scene.postings()], scene.books()) == ([AMOUNT], [])
