"""Reconciliation: every entry in one bucket, sums that add up, and no side preferred."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.lending.money import Centavos
from finportal.services.reconciliation import Entry, Reconciliation, reconcile

DAY = date(2026, 11, 5)
PAID = Entry("100000000106", Centavos(68_540_000), DAY, "T1")
OTHER = replace(PAID, reference="100000000202", amount=Centavos(100), id="T2")
ENTRIES = st.lists(
    st.builds(
        Entry,
        reference=st.sampled_from(["", "1", "01", "2"]),
        amount=st.integers(1, 3).map(Centavos),
        on=st.sampled_from([DAY, date(2026, 11, 6)]),
        id=st.sampled_from(["", "A", "B", "C"]),
    ),
    max_size=8,
)
BUCKETS = ("missing_here", "missing_there", "doubled_here", "doubled_there")


def sides(found: Reconciliation) -> tuple[list[Entry], list[Entry]]:
    pairs = [*found.matched, *found.different]
    here = [entry for entry, _ in pairs] + [*found.missing_there, *found.doubled_here]
    there = [entry for _, entry in pairs] + [*found.missing_here, *found.doubled_there]
    return here, there


def lengths(found: Reconciliation) -> dict[str, int]:
    names = ("matched", "different", *BUCKETS)
    return {name: len(getattr(found, name)) for name in names if getattr(found, name)}


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ([], [], {}),
        ([PAID, OTHER], [OTHER, PAID], {"matched": 2}),
        ([PAID], [replace(PAID, id="")], {"matched": 1}),
        ([PAID], [replace(PAID, reference="000100000000106")], {"matched": 1}),
        ([PAID], [], {"missing_there": 1}),
        ([], [PAID], {"missing_here": 1}),
        ([PAID], [OTHER], {"missing_here": 1, "missing_there": 1}),
        ([PAID], [replace(PAID, amount=Centavos(1))], {"different": 1}),
        ([PAID], [replace(PAID, on=date(2026, 11, 6))], {"different": 1}),
        ([PAID], [replace(PAID, reference="2")], {"different": 1}),
        ([PAID], [replace(PAID, id="T9")], {"different": 1}),
        ([PAID], [replace(PAID, amount=Centavos(1), id="")], {"different": 1}),
        ([PAID], [replace(PAID, on=date(2026, 11, 6), id="T9")], {"different": 1}),
        (
            [PAID],
            [replace(PAID, on=date(2026, 11, 6), amount=Centavos(1), id="")],
            {"missing_here": 1, "missing_there": 1},
        ),
        ([PAID, PAID], [PAID], {"matched": 1, "doubled_here": 1}),
        ([PAID, replace(PAID, id="T9")], [PAID], {"matched": 1, "doubled_here": 1}),
        ([PAID], [PAID, replace(PAID, amount=Centavos(1))], {"matched": 1, "doubled_there": 1}),
        ([PAID, PAID], [], {"missing_there": 1, "doubled_here": 1}),
        ([replace(PAID, id="")] * 2, [replace(PAID, id="")] * 2, {"matched": 2}),
        ([replace(PAID, id="")] * 2, [], {"missing_there": 2}),
    ],
)
def test_each_case_has_its_bucket(
    here: list[Entry], there: list[Entry], expected: dict[str, int]
) -> None:
    found = reconcile(here, there)
    assert lengths(found) == expected
    assert found.clean == (set(expected) <= {"matched"})


@given(ENTRIES, ENTRIES)
def test_every_entry_is_in_exactly_one_bucket(here: list[Entry], there: list[Entry]) -> None:
    found = reconcile(here, there)
    given_here, given_there = sides(found)
    assert Counter(given_here) == Counter(here)
    assert Counter(given_there) == Counter(there)
    assert sum(entry.amount for entry in given_here) == sum(entry.amount for entry in here)


@given(ENTRIES, ENTRIES)
def test_matched_entries_agree_and_different_ones_do_not(
    here: list[Entry], there: list[Entry]
) -> None:
    found = reconcile(here, there)
    for one, other in found.matched:
        assert one.content == other.content
        assert one.id == other.id or not (one.id and other.id)
    for one, other in found.different:
        assert one != other


@given(ENTRIES, ENTRIES)
def test_no_side_is_preferred(here: list[Entry], there: list[Entry]) -> None:
    found, mirrored = reconcile(here, there), reconcile(there, here)
    for name, other in zip(
        BUCKETS, ("missing_there", "missing_here", "doubled_there", "doubled_here"), strict=True
    ):
        assert Counter(getattr(found, name)) == Counter(getattr(mirrored, other))
    for name in ("matched", "different"):
        turned = Counter((there, here) for here, there in getattr(mirrored, name))
        assert Counter(getattr(found, name)) == turned


@given(ENTRIES)
def test_a_list_agrees_with_itself(entries: list[Entry]) -> None:
    found = reconcile(entries, entries)
    assert found.clean
    assert len(found.matched) == len(entries)
