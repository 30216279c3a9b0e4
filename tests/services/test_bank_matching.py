"""Matching: each line in one class, sums that add up, nothing posted twice or to a neighbour."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.adapters.bank_files.collection import CollectionFile
from finportal.adapters.bank_files.parsing import parse
from finportal.adapters.bank_files.profiles import OF_1998, STANDARD
from finportal.lending.money import Centavos
from finportal.services.bank_matching import (
    HARMLESS,
    POSTED,
    Before,
    Judged,
    Reason,
    Verdict,
    match,
    tally,
)
from finportal.services.payment_references import reference_of
from tests.adapters.bank_files.made import EXPECTED, KNOWN, MADE, PAID, Made, Paid, joined

LOANS = {reference_of(loan_id): loan_id for loan_id in range(1, 40)}
PAYMENT = Paid(reference_of(7), 68_540_000)
REFERENCES = st.sampled_from([*LOANS, "0123", "9", "0", "100000000701"])
FILES = st.builds(
    Made,
    st.lists(
        st.lists(st.builds(replace, PAID, reference=REFERENCES), max_size=6).map(tuple),
        min_size=1,
        max_size=2,
    ).map(tuple),
)


def file_of(*payments: Paid, **head: str) -> CollectionFile:
    return parse(Made((payments,)).but(**head).raw(), STANDARD, EXPECTED)


def judged(*payments: Paid, before: Before | None = None, **head: str) -> list[Judged]:
    return match(file_of(*payments, **head), LOANS, {}, before or Before())


def told(one: Judged) -> tuple[Verdict, set[Reason]]:
    return one.verdict, set(one.reasons)


def posted_by(lines: list[Judged]) -> Before:
    posted = [one for one in lines if one.posts]
    return Before(
        frozenset(one.line_key for one in posted), frozenset(one.likeness_key for one in posted)
    )


def test_a_payment_finds_its_credit() -> None:
    (one,) = judged(PAYMENT)
    assert told(one) == (Verdict.MATCHED, set())
    assert (one.loan_id, one.candidates, one.posts) == (7, (PAYMENT.reference,), True)
    assert one.line_key == "aso2001:001:123456789:20261105:20261106:A:0001:0000002"


def test_the_known_file_posts_both_equal_payments() -> None:
    known = {"1234567890": 1, "4455667788": 2}
    lines = match(parse(KNOWN, STANDARD, EXPECTED), known, {}, Before())
    assert [one.verdict for one in lines] == [
        Verdict.MATCHED,
        Verdict.DOUBLED,
        Verdict.TO_CLEAR,
        Verdict.UNKNOWN,
    ]
    assert tally(lines)[Verdict.DOUBLED] == (1, 68_540_000)
    assert tally(lines)[Verdict.SUSPECT] == (0, 0)


def test_two_equal_cheques_are_both_subject_to_clearing() -> None:
    cheque = replace(PAYMENT, means="02")
    first, second = judged(cheque, cheque)
    assert told(first) == (Verdict.TO_CLEAR, set())
    assert told(second) == (Verdict.TO_CLEAR, {Reason.EQUAL_LINE})


def test_another_amount_is_posted_and_told() -> None:
    expected = {7: frozenset({Centavos(68_540_000), Centavos(100)})}
    lines = match(
        file_of(PAYMENT, replace(PAYMENT, amount=68_540_001), Paid(reference_of(8), 5)),
        LOANS,
        expected,
        Before(),
    )
    assert [told(one) for one in lines] == [
        (Verdict.MATCHED, set()),
        (Verdict.MATCHED, {Reason.AMOUNT_DIFFERS}),
        (Verdict.MATCHED, set()),
    ]


@pytest.mark.parametrize(
    "reference",
    [
        "100000000740",  # the last two exchanged
        "100000000705",  # the check digit wrong
        "10000000704",  # a digit left out
        "1000000007044",  # a digit too many
        "000000000704",  # the first digit wrong
    ],
)
def test_a_slip_of_the_hand_is_shown_to_a_person(reference: str) -> None:
    assert reference_of(7) == "100000000704"
    (one,) = judged(replace(PAYMENT, reference=reference))
    assert told(one) == (Verdict.SUSPECT, {Reason.NEAR_MISS})
    assert "100000000704" in one.candidates
    assert (one.loan_id, one.posts) == (None, False)


@pytest.mark.parametrize("reference", ["", "999999999999", "12", "1" * 48])
def test_what_is_like_no_reference_is_unknown(reference: str) -> None:
    (one,) = judged(replace(PAYMENT, reference=reference))
    assert told(one) == (Verdict.UNKNOWN, {Reason.NO_SUCH_REFERENCE})
    assert one.candidates == ()


def test_a_returned_payment_is_never_posted() -> None:
    (one,) = judged(replace(PAYMENT, cause="R01"))
    assert told(one) == (Verdict.RETURNED, {Reason.RETURN_CAUSE})


@pytest.mark.parametrize(
    ("payment", "reason"),
    [
        (replace(PAYMENT, means="77"), Reason.MEANS_UNKNOWN),
        (replace(PAYMENT, amount=0), Reason.NO_AMOUNT),
    ],
)
def test_what_nobody_can_tell_is_shown_to_a_person(payment: Paid, reason: Reason) -> None:
    (one,) = judged(payment)
    assert told(one) == (Verdict.SUSPECT, {reason})


def test_zeros_decide_nothing() -> None:
    known = {"000123": 1, "5": 2}
    raw = Made(((replace(PAYMENT, reference="123"), replace(PAYMENT, reference="5")),)).raw()
    lines = match(parse(raw, STANDARD, EXPECTED), known, {}, Before())
    assert [(one.loan_id, told(one)) for one in lines] == [
        (1, (Verdict.MATCHED, set())),
        (2, (Verdict.MATCHED, set())),
    ]
    blanks = raw.replace(b"06" + b"0" * 45 + b"123", b"06" + b"123" + b" " * 45)
    (one, _) = match(parse(blanks, STANDARD, EXPECTED), known, {}, Before())
    assert (one.loan_id, told(one)) == (1, (Verdict.MATCHED, {Reason.ZEROS_LOST}))


def test_references_that_differ_by_zeros_only_are_never_guessed() -> None:
    lines = match(file_of(replace(PAYMENT, reference="12")), {"012": 1, "12": 2}, {}, Before())
    assert told(lines[0]) == (Verdict.SUSPECT, {Reason.AMBIGUOUS})
    assert lines[0].candidates == ("012", "12")
    assert lines[0].loan_id is None


def test_the_same_day_sent_again_posts_nothing() -> None:
    first = judged(PAYMENT, replace(PAYMENT, means="02"))
    again = judged(PAYMENT, replace(PAYMENT, means="02"), before=posted_by(first), modifier="B")
    assert {told(one)[0] for one in again} == {Verdict.SUSPECT}
    assert all(one.reasons == {Reason.ALIKE_POSTED} for one in again)


def test_one_line_sent_again_is_held_and_the_others_are_posted() -> None:
    first = judged(PAYMENT)
    new = Paid(reference_of(9), 100)
    again = judged(new, PAYMENT, before=posted_by(first), filed_on="20261107")
    assert [one.verdict for one in again] == [Verdict.MATCHED, Verdict.SUSPECT]
    corrected = judged(replace(PAYMENT, amount=1), before=posted_by(first))
    assert told(corrected[0]) == (Verdict.SUSPECT, {Reason.LINE_POSTED})


def test_the_same_payment_on_another_day_is_another_payment() -> None:
    first = judged(PAYMENT)
    (one,) = judged(PAYMENT, before=posted_by(first), collected_on="20261106")
    assert one.verdict is Verdict.MATCHED


def test_lines_of_asobancaria_98_go_to_a_person() -> None:
    lines = [
        f"01{'9001234568':0>13}20261105001{'123456789':0>15}",
        f"02{PAYMENT.reference:0>25}{PAYMENT.amount:013d}010000001",
        f"09000000001{PAYMENT.amount:018d}",
    ]
    file = parse(joined(lines, 128), OF_1998, EXPECTED)
    (one,) = match(file, LOANS, {}, Before())
    assert (one.loan_id, told(one)) == (7, (Verdict.SUSPECT, {Reason.MEANS_UNKNOWN}))


@given(FILES | MADE)
def test_nothing_of_a_file_is_posted_twice(made: Made) -> None:
    file = parse(made.raw(), STANDARD, EXPECTED)
    before = posted_by(match(file, LOANS, {}, Before()))
    assert not any(one.posts for one in match(file, LOANS, {}, before))
    other = parse(made.but(modifier="B").raw(), STANDARD, EXPECTED)
    assert not any(one.posts for one in match(other, LOANS, {}, before))


@given(FILES | MADE)
def test_every_line_has_one_class_and_the_sums_add_up(made: Made) -> None:
    file = parse(made.raw(), STANDARD, EXPECTED)
    lines = match(file, LOANS, {7: frozenset({Centavos(1)})}, Before())
    assert [(one.batch, one.detail) for one in lines] == list(file.lines())
    found = tally(lines)
    assert set(found) == set(Verdict)
    assert sum(count for count, _ in found.values()) == file.count
    assert sum(total for _, total in found.values()) == file.total
    assert len({one.line_key for one in lines}) == file.count
    for one in lines:
        assert one.posts == (one.verdict in POSTED) == (one.reasons <= HARMLESS)
        if one.posts:
            assert one.loan_id == LOANS[one.detail.reference]
            assert not one.detail.returned
            assert one.detail.amount > 0


@given(st.integers(1, 39), st.integers(0, 11), st.integers(0, 9))
def test_a_wrong_digit_never_reaches_another_credit(loan_id: int, at: int, digit: int) -> None:
    right = reference_of(loan_id)
    wrong = f"{right[:at]}{digit}{right[at + 1 :]}"
    (one,) = judged(replace(PAYMENT, reference=wrong))
    if wrong == right:
        assert one.loan_id == loan_id
    else:
        assert told(one) == (Verdict.SUSPECT, {Reason.NEAR_MISS})
        assert right in one.candidates
