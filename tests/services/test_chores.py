"""A round of the worker: requests answered, letters sent, what is over forgotten."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from finportal.adapters.database import Database
from finportal.adapters.gateways import Gateway
from finportal.adapters.letter import Letter
from finportal.adapters.mail import SmtpPostman
from finportal.models import Bucket, OutboxMail, Projection, RecoveryLink, RecoveryRequest, Visit
from finportal.models.mail import SENT
from finportal.services import audit_seals, chores, outbox, visits
from finportal.services.payments import inbox
from finportal.web.context import Portal
from tests.doubles import Clock, CountingVault
from tests.factories import People, Person
from tests.services.hands import Door, Recovery, State


def test_one_round_answers_a_request_and_sends_the_letter(
    office: Recovery, marta: Person, deliver: Callable[[], object], state: State
) -> None:
    office.ask(marta.email)
    assert deliver() == outbox.Delivered(1, 0, 0)
    assert state.count(RecoveryRequest) == 0
    [letter] = state.all(OutboxMail)
    assert (letter.kind, letter.recipient, letter.state) == ("recovery", marta.email, SENT)


def test_one_round_forgets_sessions_and_limits_that_are_over(
    door: Door, marta: Person, deliver: Callable[[], object], state: State, clock: Clock
) -> None:
    door.open(marta)
    deliver()
    assert (state.count(Visit), state.count(Bucket)) == (1, 2)
    clock.forward(minutes=15)
    deliver()
    assert state.count(Bucket) == 0
    clock.forward(hours=8)
    deliver()
    assert state.count(Visit) == 0


def test_one_round_removes_files_nobody_was_handed_for_long(
    portal: Portal, deliver: Callable[[], object], clock: Clock
) -> None:
    folder = portal.settings.instance / "documents"
    folder.mkdir()
    for name, age in (("old.pdf", timedelta(days=31)), ("new.pdf", timedelta(days=29))):
        (folder / name).touch()
        then = (clock() - age).timestamp()
        os.utime(folder / name, (then, then))
    deliver()
    assert [path.name for path in folder.iterdir()] == ["new.pdf"]


def test_a_folder_that_cannot_be_swept_stops_nothing_else(
    portal: Portal, people: People, deliver: Callable[[], object], clock: Clock, state: State
) -> None:
    people.caps()
    people.loan(people.customer())
    stubborn = portal.settings.instance / "documents" / "old.pdf"
    stubborn.mkdir(parents=True)
    os.utime(stubborn, (0, 0))
    assert deliver() == outbox.Delivered(0, 0, 0)
    assert state.count(Projection) == 1


def test_a_request_nobody_can_read_does_not_stop_the_mail(
    db: Database, vault: CountingVault, deliver: Callable[[], object], clock: Clock, state: State
) -> None:
    with db.write() as session:
        session.add(RecoveryRequest(typed_sealed=b"garbage", asked_at=clock()))
        letter = Letter("already_registered", "a@x.co", "es_CO", {"name": "Marta"})
        outbox.post(session, vault, letter, clock())
    deliver()
    assert [row.state for row in state.all(OutboxMail)] == [SENT]


def test_old_links_and_old_letters_are_forgotten_in_the_end(
    office: Recovery, marta: Person, deliver: Callable[[], object], state: State, clock: Clock
) -> None:
    office.link(marta)
    deliver()
    clock.forward(days=1)
    deliver()
    assert (state.count(RecoveryLink), state.count(OutboxMail)) == (1, 1)
    clock.forward(minutes=30)
    deliver()
    assert (state.count(RecoveryLink), state.count(OutboxMail)) == (0, 1)
    clock.forward(days=89)
    deliver()
    assert state.count(OutboxMail) == 0


def test_an_idle_worker_changes_nothing(
    door: Door, marta: Person, deliver: Callable[[], object], db: Database, clock: Clock
) -> None:
    opened = door.open(marta)
    deliver()
    assert deliver() == outbox.Delivered(0, 0, 0)
    with db.read() as session:
        assert visits.find(session, opened.token, clock())


def test_a_round_copies_what_lists_show(
    people: People, deliver: Callable[[], object], state: State
) -> None:
    people.caps()
    people.loan(people.customer())
    deliver()
    assert [(copy.rows_paid, copy.refusal) for copy in state.all(Projection)] == [(0, None)]


def test_a_round_seals_the_trail_and_tells_the_log_its_head(
    door: Door,
    marta: Person,
    deliver: Callable[[], object],
    db: Database,
    caplog: pytest.LogCaptureFixture,
) -> None:
    door.open(marta)
    deliver()
    deliver()
    with db.reading() as link:
        last = audit_seals.head(link)
    [line] = [vars(one) for one in caplog.records if one.message == "trail sealed"]
    assert (line["rows"], line["place"], line["head"]) == (last.place, last.place, last.digest)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_trail_that_cannot_be_sealed_stops_nothing(
    office: Recovery, marta: Person, deliver: Callable[[], object], db: Database
) -> None:
    with db.write() as session:
        session.execute(text("DROP TABLE audit_seals"))
    for _ in range(2):
        office.ask(marta.email)
        assert deliver() == outbox.Delivered(1, 0, 0)


def test_the_mail_leaves_before_gateways_are_asked(
    app: Flask, portal: Portal, people: People, clock: Clock, state: State
) -> None:
    db = portal.db
    with db.write() as session:
        letter = Letter("already_registered", "a@x.co", "es_CO", {"name": "Marta"})
        outbox.post(session, portal.vault, letter, clock())
    inbox.keep(db, "placetopay", {}, b"{}", people.around())
    seen: list[list[str]] = []

    def gateways(_: str) -> Gateway:
        seen.append([row.state for row in state.all(OutboxMail)])
        raise LookupError

    postman = SmtpPostman(app, portal.settings)
    chores.do(db, portal.vault, postman, portal.drawings, clock, gateways=gateways)
    assert seen == [[SENT]]
