"""The fifteen cases that a portal which takes payments must survive, a test or more for each.

The bank is the fake gateway over real HTTP, and so is the portal: the customer's browser, its way
back from the gateway and the notifications all come in through a socket. Only what comes to a
portal otherwise is called: the worker's rounds, the operator's files and decisions. Each case runs
on both databases, and with both gateways where they differ. What else each of them does is in
`test_outcomes.py`, amounts and midnights are in `test_traps.py`.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import func, select

from finportal import create_app
from finportal.adapters.bank_files import errors
from finportal.adapters.letter import Letter
from finportal.demo.gateway import wompi
from finportal.models import (
    AuditEvent,
    BankFile,
    BankLine,
    GatewayNotification,
    NotificationVerdict,
)
from finportal.services.bank_matching import Verdict
from finportal.services.payments import bank_refused, bank_waiting, reversing
from finportal.services.payments.bank_waiting import Cheque
from finportal.services.payments.desk import Desk
from finportal.services.payments.errors import AlreadyReversed
from finportal.services.payments.machine import State
from finportal.services.payments.offers import Purpose
from finportal.services.payments.reversing import Why
from finportal.settings import Settings
from finportal.web.context import Portal
from tests.adapters.bank_files.made import Paid, joined
from tests.factories import People
from tests.gateways import KEYS, Bank, post_at_once
from tests.over_http import Browser
from tests.paying import WITH_BOTH, overdue_credit
from tests.services.payments.street import Door, Street, Told
from tests.services.payments.test_bank_loading import AMOUNT, load, made, reasons
from tests.services.payments.test_bank_loading import reference as slip_of

Posted = Callable[..., list[Letter]]
AtOnce = Callable[[Callable[[], object], int], list[Any]]
FAILURES = [
    *(("placetopay", why) for why in ("rotated key", "clock", "html", "error", "drop")),
    *(("wompi", why) for why in ("rotated key", "html")),
]
"""Why a question may fail; Wompi signs no time, and one client asks both."""


@pytest.fixture
def listening() -> Iterator[Door]:
    """Where the portal listens."""
    with Door() as door:
        yield door


@pytest.fixture
def settings(settings: Settings, bank: Bank, listening: Door, gateway_name: str) -> Settings:
    """Settings of a portal whose payments go through the fake gateway."""
    chosen = {
        "gateway": gateway_name,
        "fake_gateway": bank.address,
        "base_url": listening.address,
        "gateway_timeout": 5,
    }
    return settings.model_copy(update=chosen)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, made once."""
    folder = tmp_path_factory.mktemp("house")
    app = create_app(Settings(mode="demo", instance=folder, gateway="placetopay", **KEYS))
    own: Portal = app.extensions["finportal"]
    yield app
    own.db.dispose()
    own.jobs.close()


@pytest.fixture
def house(built: Flask, portal: Portal, listening: Door) -> Portal:
    """The application with adapters of this test, behind its door."""
    built.extensions["finportal"] = portal
    listening.app = built
    return portal


@pytest.fixture
def scene(house: Portal, people: People, bank: Bank, listening: Door, gateway_name: str) -> Street:
    """A customer signed in, with two instalments overdue; it is ten in the morning in Bogotá."""
    person, number = overdue_credit(people)
    street = Street(
        desk=Desk(house.db, house.vault, bank.gateway),
        people=people,
        clock=bank.clock,
        bank=bank,
        listening=listening,
        gateway=gateway_name,
        person=person,
        number=number,
        browser=Browser(listening.address, people),
    )
    street.enter()
    return street


@WITH_BOTH
def test_01_the_same_webhook_twice_and_many_at_once(scene: Street, posted: Posted) -> None:
    reference = scene.begin()
    scene.decide(reference, "twice")
    (path, headers, body), again = scene.catch()
    assert again[2] == body
    assert post_at_once(scene.door.address + path, headers, body, 50) == [200] * 50
    assert scene.send((path, headers, body)) == 200
    with scene.desk.db.read() as session:
        for table in (GatewayNotification, NotificationVerdict):
            assert session.scalar(select(func.count(table.id))) == 1
    assert len(scene.postings()) == 1
    assert len(posted("payment_approved")) == 1
    assert scene.books() == []


@WITH_BOTH
@pytest.mark.parametrize("first", ["webhook", "return"])
def test_02_webhook_before_the_return_and_return_before_the_webhook(
    scene: Street, first: str
) -> None:
    reference = scene.begin()
    amount = scene.attempt(reference).amount
    scene.decide(reference, "approved")
    if first == "webhook":
        scene.tell()
    result = scene.back(reference)
    assert scene.browser.heading == "Pago aprobado"
    scene.tell()
    assert scene.door.answered == [200]
    assert [line.amount for line in result.lines] == [amount]
    assert sum(one.parts.total for one in result.lines[0].allocations) == amount
    assert [one.amount for one in scene.postings()] == [amount]
    assert scene.state().due.total == 0
    assert scene.books() == []


@WITH_BOTH
def test_03_no_webhook_at_all(scene: Street) -> None:
    reference = scene.begin()
    scene.decide(reference, "silent")
    assert scene.poll() == 0
    scene.clock.forward(minutes=1)
    assert scene.poll() == 1
    assert scene.attempt(reference).state == State.APPROVED
    assert len(scene.postings()) == 1
    assert scene.door.notices == []


@WITH_BOTH
def test_04_pse_pending_for_hours(scene: Street, posted: Posted) -> None:
    reference = scene.begin()
    scene.decide(reference, "pending")
    scene.back(reference)
    assert scene.browser.heading == "Pago en proceso"
    assert (scene.postings(), scene.state().due.total > 0) == ([], True)
    scene.browser.open(f"/credito/{scene.number}/plan")
    assert scene.row(1).endswith("Pagada")
    assert "debe" in scene.row(2)
    scene.review(scene.wish()).fill("/pagar")
    cus = scene.attempt(reference).authorisation
    assert scene.browser.status == 422
    for words in ("no pague otra vez", reference, "9 feb 2026, 10:00 a. m.", cus):
        assert words
        assert words in scene.words
    assert scene.attempts() == [reference]
    assert len(posted("payment_in_process")) == 1
    scene.clock.forward(hours=2)
    scene.tell()
    scene.poll()
    [posting] = scene.postings()
    assert posting.value_date == date(2026, 2, 9)
    scene.back(reference)
    assert scene.browser.heading == "Pago aprobado"


@WITH_BOTH
@pytest.mark.parametrize("lost", [State.EXPIRED, State.REJECTED])
def test_05_late_approval_after_it_was_lost_here(scene: Street, lost: State) -> None:
    reference = scene.begin()
    if lost is State.REJECTED:
        scene.decide(reference, "declined")
        scene.tell()
    else:
        scene.clock.forward(minutes=91)
        scene.poll()
    assert scene.attempt(reference).state == lost
    scene.people.paid(scene.number, date(2026, 2, 9), 3_000_000)
    before = scene.state().credit
    scene.say(reference, "approved")
    scene.tell()
    scene.tell()
    scene.poll()
    assert scene.attempt(reference).state == State.APPROVED
    [posting] = scene.postings()
    assert scene.alerts("payment_late") == 1
    assert before > 0
    assert scene.state().credit == before + posting.amount
    scene.enter()
    scene.back(reference)
    assert scene.browser.heading == "Pago aprobado"
    assert scene.books() == []


Said = dict[str, Any]
Change = Callable[[Said], object]


def sha1_of(said: Said, secret: str) -> None:
    """Sign as sites do that were not switched."""
    status = said["status"]
    signed = f"{said['requestId']}{status['status']}{status['date']}{secret}"
    said["signature"] = hashlib.sha1(signed.encode()).hexdigest()  # noqa: S324 - theirs


def forgeries(scene: Street) -> list[Change]:
    """Everything that may be wrong with a notification of a decline."""
    secret = scene.bank.flask.extensions["placetopay"].secret.get_secret_value()
    return {
        "placetopay": [
            lambda said: said["status"].update(status="APPROVED"),
            lambda said: said.update(signature="sha256:" + "0" * 64),
            lambda said: said.update(signature="md5:" + "0" * 32),
            lambda said: sha1_of(said, secret),
            lambda said: said.pop("signature"),
            lambda said: said["status"].pop("date"),
        ],
        "wompi": [
            lambda said: said["data"]["transaction"].update(status="APPROVED"),
            lambda said: said["signature"].update(checksum="0" * 64),
            lambda said: said.update(environment="prod"),
            lambda said: said["data"]["transaction"].pop("status"),
            lambda said: said.pop("timestamp"),
        ],
    }[scene.gateway]


def changed(told: Told, change: Change) -> Told:
    """A notification with something changed on its way."""
    path, headers, body = told
    said = json.loads(body)
    change(said)
    return path, headers, json.dumps(said).encode()


@WITH_BOTH
def test_06_forged_or_tampered_webhook(scene: Street, logged: list[str]) -> None:
    reference = scene.begin()
    scene.decide(reference, "forged")
    scene.tell()
    other = scene.begin(Purpose.INSTALMENT, anyway=True)
    scene.decide(other, "declined")
    [genuine] = scene.catch()
    wrong = [changed(genuine, change) for change in forgeries(scene)]
    wrong.append((genuine[0], genuine[1], b"<html>"))
    assert [scene.send(one) for one in wrong] == [400] * len(wrong)
    assert {scene.attempt(one).state for one in (reference, other)} == {State.SENT}
    assert scene.postings() == []
    assert scene.alerts("notification_refused") == 1 + len(wrong)
    with scene.desk.db.read() as session:
        trail = [f"{one.kind} {one.detail}" for one in session.scalars(select(AuditEvent))]
    for secret in secrets_of(scene):
        assert secret not in "\n".join([*logged, *trail])
    assert scene.send(genuine) == 200
    assert scene.attempt(other).state == State.REJECTED


def secrets_of(scene: Street) -> list[str]:
    """What signs at both gateways."""
    accounts = scene.bank.flask.extensions
    one, two = accounts["placetopay"], accounts["wompi"]
    return [
        secret.get_secret_value()
        for secret in (one.secret, two.private_key, two.integrity_secret, two.events_secret)
    ]


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Everything that the log is told, with all its fields."""
    lines: list[str] = []

    class Noting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.__dict__}")

    noting, log = Noting(), logging.getLogger("finportal")
    log.addHandler(noting)
    yield lines
    log.removeHandler(noting)


@WITH_BOTH
@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        ("wrong-amount", "amount"),
        ("wrong-currency", "currency"),
        ("other-reference", "reference"),
    ],
)
def test_07_valid_signature_and_wrong_amount_currency_or_reference(
    scene: Street, plan: str, reason: str
) -> None:
    reference = scene.begin()
    amount = scene.attempt(reference).amount
    scene.decide(reference, plan)
    scene.tell()
    assert scene.door.answered == [200]
    scene.back(reference)
    if (scene.gateway, plan) == ("wompi", "other-reference"):
        assert [kind for kind, _ in scene.held()] in (["unknown"], ["reference"])
        assert scene.browser.heading == "Pago en proceso"
    else:
        assert [kind for kind, _ in scene.held()] == [reason]
        assert scene.browser.heading == "Pago en revisión"
    assert scene.postings() == []
    assert scene.state().due.total == amount
    assert scene.books() == []


def rotated(scene: Street) -> Callable[[], object]:
    """The bank takes other keys from now on; what takes the old ones again."""
    name = scene.gateway
    accounts, account = scene.bank.flask.extensions, scene.bank.flask.extensions[name]
    key = "secret" if name == "placetopay" else "private_key"
    accounts[name] = account.model_copy(update={key: SecretStr("rotated")})
    return lambda: accounts.update({name: account})


def renamed(scene: Street) -> Callable[[], object]:
    """The bank knows this merchant by another login; what makes it know us again."""
    if scene.gateway == "wompi":
        return rotated(scene)
    accounts, account = scene.bank.flask.extensions, scene.bank.flask.extensions["placetopay"]
    accounts["placetopay"] = account.model_copy(update={"login": "another"})
    return lambda: accounts.update(placetopay=account)


@WITH_BOTH
def test_07_valid_signature_and_another_login_when_asked(scene: Street) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved")
    again = renamed(scene)
    scene.tell()
    assert scene.door.answered == [200]
    assert (scene.postings(), scene.held()) == ([], [])
    assert scene.attempt(reference).state == State.SENT
    assert (scene.attempt(reference).problem or "").startswith("CredentialsRefused")
    assert scene.alerts("payment_alert") == 1
    again()
    scene.clock.forward(minutes=1)
    scene.poll()
    assert len(scene.postings()) == 1


def test_07_a_session_that_ended_while_paying_leads_to_the_way_in_and_the_result(
    scene: Street,
) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved")
    scene.clock.forward(minutes=20)
    scene.back(reference)
    browser = scene.browser
    assert browser.heading == "Pago aprobado"
    assert scene.number not in scene.words
    browser.open(browser.page.find("a", string="Ingresar para ver el detalle")["href"])
    assert browser.address.startswith("/ingresar")
    browser.sign_in(scene.person)
    link = browser.open("/pagos").page.find("a", href=f"/pagos/{reference}")
    assert "Cuota 2" in browser.open(link["href"]).words
    assert len(scene.postings()) == 1


@WITH_BOTH
def test_08_declined_then_approved_under_one_reference(scene: Street, posted: Posted) -> None:
    reference = scene.begin()
    scene.decide(reference, "declined-then-approved")
    scene.tell()
    scene.back(reference)
    assert scene.postings() == []
    scene.clock.forward(minutes=2)
    scene.tell()
    scene.poll()
    deal = scene.deal(reference)
    refused, approved = deal.tries
    assert (refused.said, approved.said) == ("declined", "approved")
    ids = {"placetopay": str(approved.number), "wompi": wompi.transaction_id(deal, approved)}
    assert [one.source_key for one in scene.postings()] == [ids[scene.gateway]]
    assert scene.attempt(reference).state == State.APPROVED
    assert len(posted("payment_approved")) == 1


@pytest.mark.parametrize("kind", ["slow", "html", "error", "drop"])
def test_09_timeout_or_no_json_when_it_is_created(scene: Street, kind: str) -> None:
    scene.bank.control(fault={"kind": kind, "on": "start", "seconds": 3})
    scene.review(scene.wish())
    form = scene.form()
    with scene.impatient(kind == "slow"):
        scene.browser.fill("/pagar")
    assert "No se le cobró nada" in scene.words
    [reference] = scene.attempts()
    assert scene.attempt(reference).state == State.UNKNOWN
    ordered = scene.orders()
    answer = scene.browser.client.post("/pagar", data=form)
    assert (answer.status_code, scene.orders()) == (422, ordered)
    again = scene.begin()
    assert scene.orders() == [*ordered, again]
    scene.decide(again, "approved")
    scene.tell()
    scene.clock.forward(minutes=91)
    scene.poll()
    assert scene.attempt(reference).state == State.EXPIRED
    assert (len(scene.postings()), scene.orders()) == (1, [*ordered, again])


@pytest.mark.parametrize("gateway_name", ["wompi"])
def test_09_wompi_is_recovered_by_reference(scene: Street) -> None:
    reference = scene.begin()
    assert scene.attempt(reference).external_id is None
    scene.decide(reference, "silent")
    scene.bank.control(fault={"kind": "slow", "on": "ask", "seconds": 3})
    with scene.impatient():
        scene.back(reference)
    assert scene.browser.heading == "Pago en proceso"
    assert scene.attempt(reference).external_id is None
    scene.clock.forward(minutes=1)
    scene.poll()
    deal = scene.deal(reference)
    assert scene.attempt(reference).external_id == wompi.transaction_id(deal, deal.tries[0])
    assert [one.attempt_id for one in scene.postings()] == [scene.attempt(reference).id]


@pytest.mark.parametrize(("gateway_name", "why"), FAILURES)
def test_10_a_query_that_fails_rejects_nothing(scene: Street, why: str) -> None:
    reference = scene.begin()
    scene.decide(reference, "pending")
    scene.back(reference)
    mended: Callable[[], object] = lambda: None  # noqa: E731
    if why == "rotated key":
        mended = rotated(scene)
    elif why == "clock":
        theirs = scene.bank.flask.extensions["bank"]
        right, theirs.clock = theirs.clock, lambda: datetime(2026, 2, 9, 16, tzinfo=UTC)
        mended = lambda: setattr(theirs, "clock", right)  # noqa: E731
    else:
        scene.bank.control(fault={"kind": why, "on": "ask"})
    scene.back(reference)
    assert scene.browser.heading == "Pago en proceso"
    attempt = scene.attempt(reference)
    assert scene.moves(reference) == ["created", "sent", "pending"]
    refused = why in {"rotated key", "clock"}
    assert (attempt.problem or "").startswith("CredentialsRefused") is refused
    assert scene.alerts("payment_alert") == 1
    assert attempt.next_poll_at
    mended()
    scene.clock.forward(hours=2, minutes=10)
    scene.poll()
    assert scene.attempt(reference).problem is None
    assert len(scene.postings()) == 1


@WITH_BOTH
def test_11_double_click_two_tabs_and_the_back_button(scene: Street, at_once: AtOnce) -> None:
    scene.review(scene.wish())
    form = scene.form()
    amount = int(form["centavos"])

    def press() -> tuple[int, str]:
        reply = scene.browser.client.post("/pagar", data=form)
        return reply.status_code, reply.headers.get("Location", "")

    clicks = at_once(press, 4)
    went = {where for status, where in clicks if status == 303}
    assert {status for status, _ in clicks} <= {303, 422}
    assert len(went) == 1
    [reference] = scene.attempts()
    assert press() == (303, *went)
    scene.review(scene.wish()).fill("/pagar")
    assert "no pague otra vez" in scene.words
    assert scene.attempts() == [reference]
    scene.browser.fill("/pagar")
    other = scene.sent().reference
    for one in (reference, other):
        scene.browser.open(f"/pagos/{one}/ir")
        scene.bank.visit(scene.sent().go_to)
        scene.decide(one, "approved")
    scene.tell()
    assert [one.amount for one in scene.postings()] == [amount, amount]
    state = scene.state()
    assert (state.due.total, state.credit) == (0, amount)
    assert scene.books() == []


@WITH_BOTH
def test_12_the_quote_expired_meanwhile(scene: Street, posted: Posted) -> None:
    reference = scene.begin(Purpose.PAYOFF)
    amount = scene.attempt(reference).amount
    scene.clock.forward(hours=13, minutes=50)
    scene.decide(reference, "pending")
    scene.clock.forward(hours=2)
    scene.tell()
    scene.enter()
    scene.back(reference)
    [posting] = scene.postings()
    assert (posting.amount, posting.value_date) == (amount, date(2026, 2, 10))
    state = scene.state()
    assert 0 < state.payoff < 5_000_000
    assert state.credit == 0
    [letter] = posted("payment_approved")
    assert letter.values["late"] == "1"
    for words in ("era del 9 feb 2026", "pagó el 10 feb 2026", "Puede quedar un saldo pequeño"):
        assert words in scene.words
    assert scene.books() == []


def test_12_another_payment_came_meanwhile(scene: Street) -> None:
    reference = scene.begin(Purpose.PAYOFF)
    amount = scene.attempt(reference).amount
    scene.people.paid(scene.number, date(2026, 2, 9), 1_000_000)
    scene.decide(reference, "approved")
    scene.tell()
    assert [one.amount for one in scene.postings()] == [amount]
    state = scene.state()
    assert (state.payoff, state.credit) == (0, 100_000_000)
    assert scene.books() == []


def test_13_a_bank_s_file_imported_twice(scene: Street) -> None:
    slip = slip_of(scene)
    raw = made(Paid(slip, AMOUNT), Paid(slip, AMOUNT))
    first = load(scene, raw)
    assert (first.posted, first.held) == (2, 0)
    assert load(scene, raw).already
    exported = load(scene, made(Paid(slip, AMOUNT), Paid(slip, AMOUNT), modifier="B"))
    assert (exported.posted, exported.held) == (0, 2)
    resent = load(scene, made(Paid(slip, AMOUNT), Paid(slip, 5_000_000), modifier="C"))
    assert (resent.posted, resent.held) == (1, 1)
    assert [one.amount for one in scene.postings()] == [AMOUNT, AMOUNT, 5_000_000]
    assert set(reasons(scene)) == {"alike_posted"}
    assert scene.books() == []


Edit = Callable[[bytes], bytes]
DEFECTS: list[tuple[Edit, type[errors.BankFileRefused]]] = [
    (lambda raw: raw.replace(b"0900000000", b"0900000001"), errors.CountMismatch),
    (lambda raw: raw.replace(b"0800000000", b"0800000001"), errors.CountMismatch),
    (lambda raw: raw.replace(b"000068540000", b"000068540001", 1), errors.TotalMismatch),
    (lambda raw: raw[: raw.index(b"09000000")], errors.EndMissing),
    (lambda raw: raw.replace(b"\n08", b"\n07"), errors.UnknownRecord),
    (lambda raw: raw[: raw.index(b"09000000") + 20], errors.LineCut),
    (lambda raw: raw.replace(b"20260205", b"20260230"), errors.BadDate),
    (lambda raw: raw.replace(b"00000068540000", b"0000006854O000", 1), errors.NotDigits),
    (lambda raw: raw.replace(b"9001234568", b"9001234575"), errors.WrongBiller),
    (lambda raw: raw.replace(b"7709998123458", b"7709998123465"), errors.WrongService),
    (lambda raw: raw.replace(b"0 ", b"\x810", 1), errors.BadCharacter),
    (lambda raw: raw + raw, errors.ContentAfterEnd),
]


def test_14_a_bank_s_file_that_is_wrong_is_refused_whole(scene: Street) -> None:
    raw = made(Paid(slip_of(scene), AMOUNT))
    for edit, error in DEFECTS:
        wrong = edit(raw)
        assert wrong != raw, error
        with pytest.raises(error) as refused:
            load(scene, wrong)
        assert str(refused.value)
    with scene.desk.db.read() as session:
        for table in (BankFile, BankLine):
            assert session.scalar(select(func.count(table.id))) == 0
        kept = bank_refused.waiting(session)
    assert len(kept) == len(DEFECTS)
    assert all(one.reason and one.kept for one in kept)
    assert (scene.postings(), scene.held()) == ([], [])
    assert load(scene, raw).posted == 1


def test_14_a_bank_s_line_that_is_wrong_waits_alone(scene: Street) -> None:
    slip = slip_of(scene)
    letter = joined([slip.zfill(48).replace("0", "Ñ", 1)]).decode("latin-1").strip()
    loaded = load(
        scene,
        made(
            Paid("999", AMOUNT),
            Paid(slip, AMOUNT, cause="R01"),
            Paid(letter, AMOUNT),
            Paid(slip, AMOUNT),
        ),
    )
    assert (loaded.posted, loaded.held) == (1, 3)
    classes = {verdict: count for verdict, (count, _) in loaded.classes.items() if count}
    assert classes == dict.fromkeys(
        (Verdict.MATCHED, Verdict.UNKNOWN, Verdict.RETURNED, Verdict.SUSPECT), 1
    )
    assert all(reasons(scene))
    assert [one.amount for one in scene.postings()] == [AMOUNT]
    assert scene.books() == []


@WITH_BOTH
def test_15_voided_after_it_was_posted(scene: Street, posted: Posted) -> None:
    before = scene.state()
    reference = scene.begin()
    scene.decide(reference, "voided", "card")
    scene.tell()
    scene.back(reference)
    assert scene.browser.heading == "Pago aprobado"
    button = scene.browser.page.find("button", attrs={"name": "movimiento"})
    receipt = scene.browser.fill("/documentos/comprobante", movimiento=button["value"]).address
    scene.clock.forward(hours=1)
    scene.tell()
    scene.clock.forward(days=1)
    scene.poll()
    if scene.gateway == "placetopay":  # its answer only hints: a person decides
        assert "refunded" in (scene.attempt(reference).problem or "")
        reversing.reverse(scene.desk, 1, Why.VOID, "Ana", scene.people.around())
    original, reversal = scene.postings()
    assert (original.kind, reversal.kind) == ("payment", "reversal")
    assert (reversal.reverses_id, reversal.amount) == (original.id, original.amount)
    assert scene.attempt(reference).state == State.REVERSED
    after = scene.state()
    assert after.oldest_due_date == before.oldest_due_date
    assert after.due.total > before.due.total
    scene.enter()
    scene.back(reference)
    assert scene.browser.heading == "Pago reversado"
    assert "ANULADO" in scene.browser.open(receipt).words
    scene.tell()
    scene.learn(reference)
    assert len(scene.postings()) == 2
    assert len(posted("payment_reversed")) == 1
    assert scene.books() == []


@WITH_BOTH
def test_15_refunded_as_a_state_of_its_own(scene: Street) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved", "card")
    scene.tell()
    scene.say(reference, "refunded")
    for _ in range(2):
        scene.learn(reference)
    assert [one.kind for one in scene.postings()] == ["payment", "reversal"]
    assert scene.attempt(reference).state == State.REVERSED
    assert (scene.attempt(reference).problem, scene.books()) == (None, [])


def test_15_a_chargeback(scene: Street) -> None:
    reference = scene.begin()
    scene.decide(reference, "approved", "card")
    scene.tell()
    scene.clock.forward(days=20)
    around = scene.people.around()
    reversing.reverse(scene.desk, 1, Why.CHARGEBACK, "Ana", around)
    with pytest.raises(AlreadyReversed):
        reversing.reverse(scene.desk, 1, Why.CHARGEBACK, "Ana", around)
    assert scene.attempt(reference).state == State.REVERSED
    assert scene.state().oldest_due_date == date(2025, 12, 15)
    lines = scene.back(reference).lines
    assert sorted((line.kind, line.reversed_on is not None) for line in lines) == [
        ("payment", True),
        ("reversal", False),
    ]
    scene.learn(reference)
    assert ([one.kind for one in scene.postings()], scene.books()) == (["payment", "reversal"], [])


def test_15_a_cheque_that_bounced(scene: Street, posted: Posted) -> None:
    before = scene.state()
    load(scene, made(Paid(slip_of(scene), AMOUNT, means="02")))
    [original] = scene.postings()
    key, around = original.source_key, scene.people.around()
    assert bank_waiting.decide(scene.desk, key, Cheque.BOUNCED, "Ana", around)
    assert not bank_waiting.decide(scene.desk, key, Cheque.BOUNCED, "Ana", around)
    assert [one.reverses_id for one in scene.postings()] == [None, original.id]
    assert scene.state().oldest_due_date == before.oldest_due_date
    assert len(posted("bank_cheque_bounced")) == 1
    assert scene.books() == []


@WITH_BOTH
def test_also_another_customer_s_attempt_does_not_exist(scene: Street) -> None:
    reference = scene.begin()
    own, scene.person = scene.person, scene.people.active()
    scene.enter()
    for address in (f"/pagos/{reference}", f"/pagos/{reference}/ir", f"/pagos/{reference}/estado"):
        assert scene.browser.open(address).status == 404
    scene.person = own
    scene.enter()
    assert scene.browser.open(f"/pagos/{reference}").status == 200
