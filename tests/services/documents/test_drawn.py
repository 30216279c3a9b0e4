"""The bytes that were handed out, remembered once however many hand them out at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from finportal.adapters.database import Database
from finportal.models import DocumentDrawing
from finportal.services.documents import drawn, kinds, shelf
from finportal.services.documents.issuing import Desk
from finportal.services.documents.shelf import Issued
from finportal.web.context import Portal
from tests.factories import People

NOW = datetime(2026, 11, 10, 15, tzinfo=UTC)
CONTENT = b"%PDF-1.7 ... %%EOF"


@pytest.fixture
def issued(portal: Portal, people: People) -> Issued:
    """A paper that was issued."""
    people.caps()
    person = people.customer()
    number = people.loan(person)
    desk = Desk(portal.db, portal.vault, portal.settings.lender)
    return desk.issue(person.customer_id, number, kinds.coupon(), people.around())


def size_in(link: Session, issued: Issued, locale: str) -> int | None:
    found = shelf.own(link, issued.customer_id, issued.code, locale)
    assert found
    return found.size


def test_the_same_bytes_are_remembered_once(db: Database, issued: Issued) -> None:
    for size in (None, len(CONTENT)):
        with db.read() as session:
            assert drawn.is_known(session, CONTENT) is (size is not None)
            assert size_in(session, issued, "es_CO") == size
        with db.writing() as link:
            drawn.remember(link, issued.id, "es_CO", CONTENT, NOW)
    with db.read() as session:
        assert session.scalar(select(func.count(DocumentDrawing.id))) == 1
        assert drawn.code_of(session, CONTENT) == issued.code
        assert drawn.code_of(session, CONTENT + b" ") is None


def test_two_first_downloads_at_once_are_one(db: Database, issued: Issued) -> None:
    def other() -> None:
        with db.writing() as link:
            drawn.remember(link, issued.id, "es_CO", CONTENT, NOW)

    with ThreadPoolExecutor(1) as pool:
        with db.writing() as link:
            drawn.remember(link, issued.id, "es_CO", CONTENT, NOW)
            waiting = pool.submit(other)
            time.sleep(0.3)
        waiting.result(30)
    with db.read() as session:
        assert session.scalar(select(func.count(DocumentDrawing.id))) == 1
