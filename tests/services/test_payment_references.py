"""References for the counter: one a credit, and typing errors never lead to another credit."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from finportal.services.payment_references import (
    LAST_LOAN,
    LENGTH,
    NoLoan,
    NotAReference,
    NotOnlyDigits,
    WrongBeginning,
    WrongCheckDigit,
    WrongLength,
    grouped,
    loan_of,
    reference_of,
    typed,
    unpadded,
)

LOANS = st.integers(1, LAST_LOAN)
PLACES = st.integers(0, LENGTH - 1)


def remainder(reference: str) -> int:
    """ISO 7064 MOD 11-2 by its definition: the sum of digits times powers of two, modulo 11."""
    weights = [2**power for power in reversed(range(len(reference)))]
    return sum(int(digit) * weight for digit, weight in zip(reference, weights, strict=True)) % 11


@pytest.mark.parametrize(
    ("loan_id", "reference"),
    [(1, "100000000106"), (2, "100000000202"), (19, "100000001918"), (LAST_LOAN, "199999999906")],
)
def test_references_never_change(loan_id: int, reference: str) -> None:
    assert reference_of(loan_id) == reference
    assert remainder(reference) == 1


@given(LOANS)
@example(1)
@example(LAST_LOAN)
def test_a_reference_leads_back_to_its_credit(loan_id: int) -> None:
    reference = reference_of(loan_id)
    assert len(reference) == LENGTH
    assert reference.isdigit()
    assert remainder(reference) == 1
    assert loan_of(reference) == loan_id


@given(LOANS, PLACES, st.integers(1, 9))
def test_a_wrong_digit_is_always_refused(loan_id: int, place: int, more: int) -> None:
    digits = list(reference_of(loan_id))
    digits[place] = str((int(digits[place]) + more) % 10)
    with pytest.raises(NotAReference):
        loan_of("".join(digits))


@given(LOANS, PLACES, st.integers(1, 9))
def test_exchanged_digits_are_always_refused(loan_id: int, place: int, apart: int) -> None:
    digits = list(reference_of(loan_id))
    other = place + apart
    if other >= LENGTH or digits[place] == digits[other]:
        return
    digits[place], digits[other] = digits[other], digits[place]
    with pytest.raises(NotAReference):
        loan_of("".join(digits))


@given(LOANS, PLACES)
def test_a_digit_left_out_or_doubled_is_always_refused(loan_id: int, place: int) -> None:
    reference = reference_of(loan_id)
    for wrong in (
        reference[:place] + reference[place + 1 :],
        reference[:place] + reference[place] + reference[place:],
    ):
        with pytest.raises(WrongLength):
            loan_of(wrong)


@given(LOANS, st.sampled_from([" ", "-", ".", "\u00a0", "\u2013"]), st.integers(1, 6))
def test_people_may_type_it_in_groups(loan_id: int, between: str, size: int) -> None:
    reference = reference_of(loan_id)
    groups = [reference[at : at + size] for at in range(0, LENGTH, size)]
    assert typed(f"  {between.join(groups)} ") == reference
    assert typed(grouped(reference)) == reference


@given(LOANS, st.integers(0, 36))
def test_banks_may_pad_it(loan_id: int, zeros: int) -> None:
    reference = reference_of(loan_id)
    assert unpadded(" " + "0" * zeros + reference + "   ") == reference
    if zeros:
        with pytest.raises(WrongLength):
            typed("0" * zeros + reference)


def test_it_reads_in_groups_of_four() -> None:
    assert grouped("100000000106") == "1000 0000 0106"
    assert grouped("1234567890123") == "1234 5678 9012 3"
    assert grouped("") == ""


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", NotOnlyDigits),
        ("10000000010A", NotOnlyDigits),
        ("10000000010²", NotOnlyDigits),
        ("１０００００００１０９", NotOnlyDigits),
        ("100000000106\n", NotOnlyDigits),
        ("10000000010", WrongLength),
        ("1000000001069", WrongLength),
        ("200000000109", WrongBeginning),
        ("000000000109", WrongBeginning),
        ("100000000107", WrongCheckDigit),
        ("100000000016", WrongCheckDigit),
        ("100000000018", WrongCheckDigit),
    ],
)
def test_what_is_wrong_has_a_name(text: str, error: type[NotAReference]) -> None:
    with pytest.raises(error):
        loan_of(text)


def test_a_reference_with_the_other_turn_does_not_exist() -> None:
    canonical = reference_of(1)
    other = next(f"10000000011{digit}" for digit in range(10) if not _misfits(digit))
    assert other != canonical
    with pytest.raises(WrongCheckDigit):
        loan_of(other)


def _misfits(digit: int) -> bool:
    return remainder(f"10000000011{digit}") != 1


@pytest.mark.parametrize("loan_id", [0, -1, LAST_LOAN + 1])
def test_a_number_out_of_range_has_none(loan_id: int) -> None:
    with pytest.raises(NoLoan):
        reference_of(loan_id)


@given(st.text(max_size=80) | st.from_regex(r"1[0-9]{8}[0-9 -]{3,6}", fullmatch=True))
def test_any_text_is_a_reference_or_a_named_error(text: str) -> None:
    for reader in (typed, unpadded):
        try:
            reference = reader(text)
        except NotAReference:
            continue
        assert reference_of(loan_of(reference)) == reference
