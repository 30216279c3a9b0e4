"""Loading payments: what becomes an event, what never changes, and that order leaves no trace."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from finportal.adapters.database import Database
from finportal.lending import State
from finportal.models import Base, LoanEvent, Projection
from finportal.services import ledger, projections
from finportal.services.portfolio import payment_readers
from finportal.services.portfolio.files import LOANS
from finportal.services.portfolio.orders import Order, Result
from finportal.services.portfolio.payment_files import PAYMENTS
from tests.doubles import Clock
from tests.portfolio import BACK, LOAN, ORDER, PAID, TODAY, WHOLE, Lender, Line, with_loans

NEVER = "; a payment is never overwritten: reverse it with a line whose `reverses` names it"
PREPAID = PAID | {"receipt": "R-2", "paid_on": "2026-03-10", "effect": "reduce_term"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with two loans, to copy."""
    folder = tmp_path_factory.mktemp("prepared")
    db = Database(f"sqlite:///{folder / 'two.db'}")
    Base.metadata.create_all(db.engine)
    with_loans(Lender(db, folder))
    db.dispose()
    return folder / "two.db"


@pytest.fixture
def small(prepared: Path, tmp_path: Path) -> Iterator[Lender]:
    """A lender with two loans in a SQLite file."""
    (tmp_path / "small.db").write_bytes(prepared.read_bytes())
    db = Database(f"sqlite:///{tmp_path / 'small.db'}")
    yield Lender(db, tmp_path)
    db.dispose()


def state(lender: Lender, number: str = "V-1") -> State:
    with lender.db.read() as session:
        credit = ledger.of_number(session, number)
    assert credit is not None
    return credit.state(TODAY)


def test_payments_prepayments_and_reversals_become_events(lender: Lender) -> None:
    assert lender.load(PAYMENTS, BACK, PAID, PREPAID) == Result(read=3, added=3)
    day = date(2026, 2, 10)
    assert lender.events() == [
        ("V-1", "payment", day, 1_200_000_50, "pse", None, "payments", "R-1", None),
        ("V-1", "prepayment", date(2026, 3, 10), 1_200_000_50, "pse", "reduce_term", "payments",
         "R-2", None),
        ("V-1", "reversal", date(2026, 2, 12), None, "pse", None, "payments", "R-9", "R-1"),
    ]  # fmt: skip
    with lender.db.read() as session:
        assert set(session.scalars(select(LoanEvent.recorded_at))) == {ORDER.now}


def test_the_same_file_again_changes_nothing(lender: Lender) -> None:
    lender.load(PAYMENTS, PAID, BACK, PREPAID)
    before = lender.events()
    later = replace(ORDER, now=Clock().now + timedelta(days=30))
    again = lender.load(PAYMENTS, PREPAID, PAID | {"amount": " 1200000.5 "}, BACK, order=later)
    assert again == Result(read=3, unchanged=3)
    assert lender.events() == before
    more = PAID | {"receipt": "R-0", "paid_on": "2026-01-10", "amount": "7"}
    assert lender.load(PAYMENTS, PAID, more, BACK) == Result(read=3, added=1, unchanged=2)


def test_a_line_that_differs_is_reported_and_never_stored(lender: Lender) -> None:
    lender.load(PAYMENTS, PAID, PREPAID, BACK)
    before = lender.events()
    result = lender.load(
        PAYMENTS,
        PAID | {"loan_number": "V-2", "amount": "2", "channel": "cash", "paid_on": "2026-02-11"},
        PREPAID | {"effect": ""},
        BACK | {"reverses": "R-2"},
    )
    assert result == Result(read=3, changed=3, accepted=False)
    assert [(problem.line, problem.column, problem.reason) for problem in lender.problems] == [
        (2, "loan_number", f"changed: loan_number V-1 -> V-2{NEVER}"),
        (2, "paid_on", f"changed: paid_on 2026-02-10 -> 2026-02-11{NEVER}"),
        (2, "amount", f"changed: amount 1200000.50 -> 2.00{NEVER}"),
        (2, "channel", f"changed: channel pse -> cash{NEVER}"),
        (3, "effect", f"changed: effect reduce_term -> instalments{NEVER}"),
        (4, "reverses", f"changed: reverses R-1 -> R-2{NEVER}"),
    ]
    assert lender.events() == before


def test_of_two_lines_with_one_receipt_the_first_counts(lender: Lender) -> None:
    result = lender.load(PAYMENTS, PAID, PAID, PAID | {"amount": "1"})
    assert result == Result(read=3, added=1, unchanged=1, changed=1, accepted=False)
    assert [(problem.line, problem.column) for problem in lender.problems] == [(4, "amount")]
    of_second = PAID | {"receipt": "R-2", "loan_number": "V-2"}
    lender.load(PAYMENTS, of_second, of_second | {"loan_number": "V-1"})
    assert [event[0] for event in lender.events()] == ["V-1", "V-2"]


LONG = "9" * 61
BAD: list[tuple[Line, str, str]] = [
    ({"loan_number": "V-3"}, "loan_number", "no such credit: load the loans file first"),
    ({"loan_number": ""}, "loan_number", "is empty"),
    ({"amount": "0"}, "amount", "must be above zero"),
    ({"amount": "0.00"}, "amount", "must be above zero"),
    ({"amount": "-5"}, "amount", "is below zero"),
    *(
        ({"amount": text}, "amount", "write pesos with a point and no separators")
        for text in ("NaN", "1e309", "1.000,00", "1.005", "1,5", "$5", "Infinity", "٣", ".50", "5.")
    ),
    ({"amount": ""}, "amount", "is empty"),
    ({"paid_on": "2026-02-30"}, "paid_on", "is no day of the calendar"),
    ({"paid_on": "10/02/2026"}, "paid_on", "write the date as YYYY-MM-DD"),
    ({"paid_on": "2026-11-24"}, "paid_on", "is after today, 2026-11-23"),
    ({"paid_on": "2026-01-09"}, "paid_on", "is before the credit begins, on 2026-01-10"),
    ({"channel": "cheque"}, "channel", "write one of pse, card, cash, bank, other"),
    ({"channel": ""}, "channel", "is empty"),
    ({"effect": "both"}, "effect", "write one of instalments, reduce_term, reduce_instalment"),
    ({"receipt": ""}, "receipt", "is empty"),
    ({"receipt": LONG}, "receipt", "is longer than 60 characters"),
    ({"receipt": "R\u200b1"}, "receipt", "holds the hidden character U+200B"),
    ({"reverses": LONG}, "reverses", "is longer than 60 characters"),
    ({"reverses": "R-7"}, "reverses", "no payment with this receipt is loaded"),
    ({"reverses": "R-3"}, "reverses", "no payment with this receipt is loaded"),
    ({"reverses": "R-1", "loan_number": "V-2"}, "reverses", "is a payment of another credit"),
    ({"reverses": "R-9"}, "reverses", "is a reversal itself, which cannot be reversed"),
    ({"reverses": "R-1"}, "reverses", "is reversed already, by R-9"),
    ({"reverses": "R-2"}, "paid_on", "is before the payment it reverses, of 2026-03-10"),
    (
        {"reverses": "R-2", "paid_on": "2026-03-11", "amount": "5"},
        "amount",
        "must be that of the payment it reverses, 1200000.50",
    ),
    ({"reverses": "R-2", "effect": "reduce_term"}, "effect", "must be empty: a reversal has no"),
]


@pytest.mark.parametrize(("change", "column", "reason"), BAD)
@pytest.mark.parametrize("order", [ORDER, WHOLE], ids=["lines", "whole"])
def test_a_payment_that_cannot_be_is_refused(
    small: Lender, change: Line, column: str, reason: str, order: Order
) -> None:
    small.load(PAYMENTS, PAID, PREPAID, BACK)
    before = small.events()
    result = small.load(PAYMENTS, PAID | {"receipt": "R-3"} | change, order=order)
    assert result == Result(read=1, rejected=1)
    assert [(problem.line, problem.column) for problem in small.problems] == [(2, column)]
    assert small.problems[0].reason.startswith(reason)
    assert small.events() == before


def test_a_migrated_credit_begins_with_its_opening_balance(small: Lender) -> None:
    migrated = {"loan_number": "V-3", "opening_on": "2026-06-30", "opening_principal": "41000000"}
    small.load(LOANS, LOAN | migrated)
    early = PAID | {"loan_number": "V-3", "paid_on": "2026-06-29"}
    assert small.refused(PAYMENTS, early) == {"paid_on"}
    assert small.load(PAYMENTS, early | {"paid_on": "2026-06-30"}).added == 1


def test_an_odd_line_counts_in_its_place(small: Lender, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    odd, plain = "V-1,R-1,2026-02-10,5,pse,", "V-1,R-1,2026-02-10,6,pse"
    path.write_text(f"loan_number,receipt,paid_on,amount,channel\n{odd}\n{plain}\n", "utf-8")
    result = PAYMENTS.load(small.db, PAYMENTS.open(path), ORDER, report=small.problems.append)
    assert (result.added, result.changed) == (1, 1)
    assert small.problems[0].line == 3


def test_everything_wrong_with_a_line_is_said_at_once(small: Lender) -> None:
    line = {"loan_number": "V-9", "receipt": "", "paid_on": "x", "amount": "x", "channel": "x",
            "reverses": "R-1", "effect": "reduce_term"}  # fmt: skip
    assert small.refused(PAYMENTS, line) == {
        "loan_number", "receipt", "paid_on", "amount", "channel", "effect",
    }  # fmt: skip


def test_all_or_nothing_stores_nothing_of_a_bad_file(lender: Lender) -> None:
    bad = PAID | {"receipt": "R-5", "amount": "x"}
    assert lender.load(PAYMENTS, PAID, BACK, bad, order=WHOLE) == Result(read=3, rejected=1)
    other = PAID | {"amount": "5"}
    changed = lender.load(PAYMENTS, PAID, other, order=WHOLE)
    assert changed == Result(read=2, changed=1, accepted=False)
    twice = BACK | {"receipt": "R-8"}
    assert lender.load(PAYMENTS, twice, BACK, PAID, order=WHOLE).rejected == 1
    assert lender.events() == []
    assert lender.load(PAYMENTS, BACK, PAID, PAID, order=WHOLE) == Result(3, added=2, unchanged=1)
    assert len(lender.events()) == 2


def test_a_stored_event_takes_the_list_s_copy_of_its_credit_away(lender: Lender) -> None:
    projections.refresh(lender.db, TODAY)

    def copied() -> int:
        with lender.db.read() as session:
            return session.scalar(select(func.count(Projection.loan_id))) or 0

    assert copied() == 2
    lender.load(PAYMENTS, PAID | {"amount": "x"})
    assert copied() == 2
    lender.load(PAYMENTS, PAID)
    assert copied() == 1
    projections.refresh(lender.db, TODAY)
    lender.load(PAYMENTS, PAID)
    assert copied() == 2
    lender.load(PAYMENTS, BACK)
    assert copied() == 1


def test_what_was_stored_before_the_file_ended_badly(lender: Lender, tmp_path: Path) -> None:
    path = tmp_path / "payments.csv"
    path.write_bytes(
        b"loan_number,receipt,paid_on,amount,channel\nV-1,R-1,2026-02-10,5,pse\n\xff\n"
    )
    with pytest.raises(ValueError, match="line 3 is not UTF-8"):
        PAYMENTS.load(lender.db, PAYMENTS.open(path), ORDER, report=print)
    assert lender.events() == []


def _many(count: int) -> list[Line]:
    return [PAID | {"receipt": f"M-{number}", "amount": f"{number + 1}"} for number in range(count)]


def test_more_than_one_transaction_and_rows_that_exist_in_between(lender: Lender) -> None:
    lines = _many(payment_readers.PAYMENTS_A_TRANSACTION + 50)
    lender.load(PAYMENTS, *lines[10:20])
    backs = [
        line | {"receipt": f"B{line['receipt']}", "reverses": line["receipt"]}
        for line in lines[5:15]
    ]
    result = lender.load(PAYMENTS, *backs, *lines)
    assert result == Result(read=len(lines) + 10, added=len(lines), unchanged=10)


def _receipt(number: int, day: date, pesos: int, effect: str) -> Line:
    return {
        "loan_number": f"V-{number % 2 + 1}",
        "receipt": f"R-{number}",
        "paid_on": str(day),
        "amount": f"{pesos}.25",
        "channel": "bank",
        "effect": effect,
        "reverses": "",
    }


_DAYS = st.dates(date(2026, 1, 10), date(2026, 11, 1))
_EFFECTS = st.sampled_from(["", "instalments", "reduce_term", "reduce_instalment"])


@st.composite
def _files(draw: st.DrawFn) -> tuple[list[Line], list[list[Line]]]:
    """Consistent lines, and the same cut into files in some order with repetitions."""
    lines = [
        _receipt(number, draw(_DAYS), draw(st.integers(1, 3_000_000)), draw(_EFFECTS))
        for number in range(draw(st.integers(1, 6)))
    ]
    for line in draw(st.lists(st.sampled_from(lines), unique_by=lambda line: line["receipt"])):
        on = str(date.fromisoformat(line["paid_on"]) + timedelta(days=draw(st.integers(0, 20))))
        back = {"receipt": f"B{line['receipt']}", "paid_on": on, "reverses": line["receipt"]}
        lines.append(line | back | {"effect": ""})
    mixed = draw(st.permutations(lines + draw(st.lists(st.sampled_from(lines), max_size=4))))
    cuts = sorted(draw(st.lists(st.integers(0, len(mixed)), max_size=3)))
    edges = [0, *cuts, len(mixed)]
    return lines, [mixed[a:b] for a, b in pairwise(edges)]


@settings(deadline=None, max_examples=30)
@given(drawn=_files())
def test_any_order_and_cutting_of_the_lines_gives_the_same_credit(
    prepared: Path,
    tmp_path_factory: pytest.TempPathFactory,
    drawn: tuple[list[Line], list[list[Line]]],
) -> None:
    lines, files = drawn
    folder = tmp_path_factory.mktemp("order")
    lenders = []
    for name in ("whole.db", "cut.db"):
        (folder / name).write_bytes(prepared.read_bytes())
        lenders.append(Lender(Database(f"sqlite:///{folder / name}"), folder))
    whole, cut = lenders
    assert whole.load(PAYMENTS, *lines).added == len(lines)
    for file in [
        *files,
        *files,
    ]:  # a reversal whose payment comes in a later file needs a second go
        cut.load(PAYMENTS, *file)
    assert cut.load(PAYMENTS, *lines) == Result(read=len(lines), unchanged=len(lines))
    assert cut.events() == whole.events()
    for number in ("V-1", "V-2"):
        assert state(cut, number) == state(whole, number)
    for lender in lenders:
        lender.db.dispose()
