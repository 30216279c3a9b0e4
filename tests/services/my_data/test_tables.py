"""Every table and column is told of in the copy of one's data, or says why not."""

import pytest

from finportal.models import Base
from finportal.services.my_data.subject import Subject
from finportal.services.my_data.tables import LEFT_OUT, SUBJECTS

TABLES = Base.metadata.tables
HIDDEN = ("hash", "sealed", "secret", "token")


def test_every_table_is_told_of_or_says_why_not() -> None:
    told = [one.table for one in SUBJECTS]
    assert len(set(told)) == len(told)
    assert not set(told) & set(LEFT_OUT)
    assert {*told, *LEFT_OUT} == set(TABLES), "a new table: is it about a person?"
    assert all(LEFT_OUT.values())


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: one.name)
def test_every_column_is_told_or_says_why_not(subject: Subject) -> None:
    columns = TABLES[subject.table].columns
    assert not set(subject.told) & set(subject.kept_back)
    assert {*subject.told, *subject.kept_back} == set(columns.keys()), "a new column: is it told?"
    assert all(subject.kept_back.values())
    assert subject.money <= set(subject.told)
    assert len(set(subject.header)) == len(subject.header)
    assert not [name for name in subject.told if any(word in name for word in HIDDEN)]


def test_names_of_files_are_different_and_have_words_for_their_reader() -> None:
    names = [one.name for one in SUBJECTS]
    assert len(set(names)) == len(names)
    assert all(one.about.endswith(".") for one in SUBJECTS)
