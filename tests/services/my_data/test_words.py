"""The copy says every code of the system in Spanish."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

import finportal
from finportal.adapters.bank_files.collection import Means
from finportal.models import Base
from finportal.services import bank_matching
from finportal.services.contacts import fields
from finportal.services.my_data.tables import SUBJECTS
from finportal.services.my_data.words import WORDS, in_words
from finportal.services.payments.machine import State

PACKAGE = Path(finportal.__file__).parent
NOT_OF_CUSTOMERS = {
    "bank_file_dismissed", "bank_file_loaded", "bank_file_refused", "contacts_exported",
    "mismatch_handled", "notification_refused", "rate_cap_changed", "registration_mismatch",
    "statements_issued",
}  # fmt: skip


def allowed() -> Iterator[tuple[str, str, str]]:
    """Every code that the database lets a told column hold."""
    for subject in SUBJECTS:
        for check in Base.metadata.tables[subject.table].constraints:
            words = str(check.sqltext) if isinstance(check, CheckConstraint) else ""
            found = re.fullmatch(r"(\w+) IN \((.*)\)", words)
            if found and found[1] in subject.told:
                for code in re.findall(r"'([^']*)'", found[2]):
                    yield subject.table, found[1], code


def test_every_code_that_may_be_stored_has_words() -> None:
    listed = list(allowed())
    assert len(listed) > 80
    listed += [("bank_lines", "means", one.value) for one in Means]
    listed += [("bank_lines", "verdict", one.value) for one in bank_matching.Verdict]
    listed += [("attempt_moves", "left", one.value) for one in State]
    listed += [("contact_marks", "dato", one) for one in fields.FIELDS]
    assert [one for one in listed if not WORDS.get(one[:2], {}).get(one[2])] == []


def test_every_letter_has_words() -> None:
    letters = {folder.name for folder in (PACKAGE / "templates" / "mail").iterdir()}
    texts = {path.stem for path in (PACKAGE / "templates" / "texts").iterdir()}
    assert letters | texts == set(WORDS["outbox", "kind"])


def test_every_act_of_the_trail_has_words() -> None:
    acts = set()
    for path in (PACKAGE / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in {"audit.record", "audit.record_each", "operators.note", "_note", "alert"}:
                assert isinstance(node, ast.Call)
                acts |= {
                    one.value
                    for one in node.args[1:2]
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    assert len(acts) > 40
    assert acts - set(WORDS["audit_events", "kind"]) - NOT_OF_CUSTOMERS == set()


@pytest.mark.parametrize(
    ("value", "words"),
    [("mail call", "correo, llamada"), ("", None), (None, None), ("nobody knows", None)],
)
def test_several_codes_and_none(value: str | None, words: str | None) -> None:
    assert in_words("contact_preferences", "channels", value) == words
