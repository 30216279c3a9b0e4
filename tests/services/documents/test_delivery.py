"""Delivery: what a customer chose, and the proof that a statement reached them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import AuditEvent, IssuedDocument, OutboxMail
from finportal.models.mail import SENT, WAITING
from finportal.services import outbox
from finportal.services.documents import delivery, month_end
from finportal.services.documents.delivery import MAIL, PORTAL
from finportal.services.documents.month_end import Office
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.visitor import Visitor

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def issue(portal: Portal, people: People, clock: Clock) -> Callable[[], int]:
    """Issue November on its 10th; gives the id of the only paper."""
    clock.now = datetime(2026, 11, 10, 15, tzinfo=UTC)
    people.caps()
    office = Office(portal.db, portal.vault, portal.settings.lender, clock)

    def run() -> int:
        month_end.issue(office, NOVEMBER, report=lambda _: None)
        with portal.db.read() as session:
            return session.scalars(select(IssuedDocument.id)).one()

    return run


def choose(db: Database, person: Person, people: People, *media: str) -> None:
    with db.write() as session:
        for medium in media:
            delivery.choose(session, person.customer_id, medium, people.around())


def test_the_last_choice_holds_and_each_is_in_the_trail(db: Database, people: People) -> None:
    person = people.customer()
    with db.read() as session:
        assert delivery.chosen(session, person.customer_id) == PORTAL
    choose(db, person, people, MAIL, MAIL, PORTAL, MAIL)
    with db.read() as session:
        assert delivery.chosen(session, person.customer_id) == MAIL
        trail = select(AuditEvent.detail).where(AuditEvent.kind == "delivery_chosen")
        assert session.scalars(trail).all() == [MAIL, PORTAL, MAIL]


def test_a_medium_nobody_knows_is_refused(db: Database, people: People) -> None:
    with pytest.raises(ValueError, match="pigeon"):
        choose(db, people.customer(), people, "pigeon")


def test_a_notice_is_proof_for_good(
    issue: Callable[[], int],
    people: People,
    db: Database,
    clock: Clock,
    deliver: Callable[[], object],
) -> None:
    person = people.active()
    people.loan(person)
    choose(db, person, people, MAIL)
    issued_at = clock()
    document_id = issue()
    with db.read() as session:
        waiting = delivery.of(session, document_id)
    assert (waiting.medium, waiting.state, waiting.taken_at) == (MAIL, WAITING, None)
    assert waiting.available_since == waiting.posted_at == issued_at
    clock.forward(minutes=3)
    deliver()
    taken_at = clock()
    clock.forward(days=400)
    with db.write() as session:
        outbox.sweep(session, clock())
    with db.read() as session:
        kept = delivery.of(session, document_id)
        row = session.scalars(select(OutboxMail)).one()
    assert (kept.state, kept.recipient, kept.taken_at) == (SENT, person.email, taken_at)
    assert kept.message_id == waiting.message_id
    assert row.values_sealed is None


def test_other_letters_are_forgotten_beside_it(
    issue: Callable[[], int],
    people: People,
    db: Database,
    clock: Clock,
    deliver: Callable[[], object],
) -> None:
    person = people.active()
    people.loan(person)
    choose(db, person, people, MAIL)
    people.registered()
    issue()
    deliver()
    clock.forward(days=91)
    with db.write() as session:
        outbox.sweep(session, clock() + timedelta(days=1))
    with db.read() as session:
        assert [row.kind for row in session.scalars(select(OutboxMail))] == ["statement_ready"]


def test_without_a_choice_the_portal_is_the_medium(
    issue: Callable[[], int], people: People, db: Database, clock: Clock
) -> None:
    people.loan(people.active())
    issued_at = clock()
    document_id = issue()
    with db.read() as session:
        proof = delivery.of(session, document_id)
        with pytest.raises(LookupError):
            delivery.of(session, document_id + 1)
    assert proof == delivery.Delivery(PORTAL, issued_at, None, None, None, None, None)


def test_the_notice_says_what_to_pay_and_no_more_of_the_credit(
    issue: Callable[[], int],
    people: People,
    db: Database,
    visitor: Visitor,
    deliver: Callable[[], object],
) -> None:
    person = people.active()
    number = people.loan(person)
    choose(db, person, people, MAIL)
    issue()
    deliver()
    with db.read() as session:
        code = session.scalars(select(IssuedDocument.code)).one()
    visitor.open("/demo/mail")
    visitor.open(visitor.page.select_one(".mails a")["href"])
    assert visitor.heading == "Su extracto de noviembre de 2026 está listo"
    text = visitor.page.find("pre").get_text()
    html = visitor.client.get(visitor.page.find("iframe")["src"]).get_data(as_text=True)
    for part in (text, html):
        assert f"/documentos/{code}" in part
        assert "15\u00a0nov\u00a02026" in part
        assert number[-4:] in part
        assert number not in part
        assert person.id_number not in part
