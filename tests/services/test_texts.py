"""Codes and notices by text message: who gets one, how many, and that each leaves once."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from finportal.adapters.database import Database
from finportal.adapters.letter import Letter
from finportal.models import ContactChange, OutboxMail
from finportal.models.contacts import ADDRESS, BY_CODE, EMAIL, MOBILE, NOT_PROVEN, OPERATOR, PORTAL
from finportal.models.mail import FAILED, SENT, WAITING
from finportal.services import codes, failed_mail, texts
from finportal.services.contacts import changing, own, undoing
from finportal.services.contacts.undoing import Now
from finportal.services.errors import TooMany
from finportal.services.operators import Operator
from finportal.services.visits import CurrentVisit, Surroundings
from finportal.settings import Settings
from tests.doubles import Clock, CountingVault
from tests.factories import People, Person
from tests.services.hands import Desk, Door, State
from tests.texting import REFUSED, Sender, sender

NEW, OTHER = "3201112233", "3209998877"
Posted = Callable[..., list[Letter]]


class Phone:
    """Somebody signed in who changes contact data, with or without texts."""

    def __init__(self, db: Database, vault: CountingVault, people: People, visit: Any) -> None:
        self.db, self.vault, self.people, self.visit = db, vault, people, visit

    def around(self, *, sends: bool = True) -> Surroundings:
        return self.people.around(texts=sends)

    def ask(self, typed: str = NEW, *, sends: bool = True, field: str = MOBILE) -> Any:
        return own.send_code(
            self.db, self.vault, self.visit, field, typed, around=self.around(sends=sends)
        )

    def prove(self, code: str, *, sends: bool = True, field: str = MOBILE) -> Any:
        return own.prove(
            self.db, self.vault, self.visit, field, code, around=self.around(sends=sends)
        )

    def change(self, field: str, new: str, **more: Any) -> Any:
        with self.db.writing() as link:
            return changing.change(
                link, self.vault, self.visit.customer_id, field, new,
                **{"source": PORTAL, "around": self.around()} | more,
            )  # fmt: skip


@pytest.fixture
def phone(db: Database, vault: CountingVault, people: People, visit: CurrentVisit) -> Phone:
    return Phone(db, vault, people, visit)


@pytest.fixture
def told(posted: Posted) -> Callable[[], dict[str, bool]]:
    """The numbers that were told of a change by text, and whether with a link."""

    def numbers() -> dict[str, bool]:
        return {one.to: bool(one.values["token"]) for one in posted("contact_by_text")}

    return numbers


def test_a_mobile_is_proven_by_the_code_that_went_to_it(
    phone: Phone, posted: Posted, state: State, told: Callable[[], dict[str, bool]], marta: Person
) -> None:
    sent = phone.ask("+57 320 111 2233")
    [text] = posted("code_by_text")
    assert (text.to, sent.address, sent.by_text) == ("+573201112233", "+573201112233", True)
    assert not posted("code")
    assert phone.prove(text.values["code"]).new == NEW
    [change] = state.all(ContactChange)
    assert (change.proof, change.new_value, change.old_value) == (BY_CODE, NEW, marta.mobile)
    assert told() == {f"+57{marta.mobile}": True}
    assert [one.to for one in posted("contact_changed")] == [marta.email]


def test_a_code_in_the_mail_proves_no_mobile_even_when_a_sender_came_meanwhile(
    phone: Phone, posted: Posted, state: State, marta: Person
) -> None:
    assert not phone.ask(sends=False).by_text
    [letter] = posted("code")
    assert letter.to == marta.email
    phone.prove(letter.values["code"], sends=True)
    assert state.all(ContactChange)[0].proof == NOT_PROVEN


def test_the_link_in_a_text_undoes_the_change(
    phone: Phone, posted: Posted, people: People, state: State, marta: Person
) -> None:
    phone.change(EMAIL, "nueva@correo.example")
    [text] = posted("contact_by_text")
    assert text.to == f"+57{marta.mobile}"
    done = undoing.undo(phone.db, phone.vault, text.values["token"], people.around())
    assert done
    assert done.now is Now.UNDONE
    assert state.account(marta.account_id).email == marta.email


def test_an_intruders_number_does_not_silence_the_owners(
    phone: Phone, told: Callable[[], dict[str, bool]], marta: Person, clock: Clock
) -> None:
    phone.change(MOBILE, NEW)
    clock.forward(hours=71)
    phone.change(EMAIL, "intruso@correo.example")
    assert told() == {f"+57{marta.mobile}": True, f"+57{NEW}": True}
    clock.forward(hours=2)
    phone.change(EMAIL, "intruso2@correo.example")
    assert [one.recipient for one in State(phone.db).all(OutboxMail)].count(
        f"+57{marta.mobile}"
    ) == 2


def test_a_number_nobody_proved_is_told_nothing(
    phone: Phone, told: Callable[[], dict[str, bool]], marta: Person
) -> None:
    done = phone.change(MOBILE, OTHER, proven=False)
    assert told() == {f"+57{marta.mobile}": True}
    phone.change(EMAIL, "nueva@correo.example")
    assert f"+57{OTHER}" not in told()
    with phone.db.writing() as link:
        changing.confirm(link, done.id, "Ana", phone.around())
    phone.change(EMAIL, "otra@correo.example")
    assert told()[f"+57{OTHER}"]


def test_the_lenders_number_is_known_though_it_was_typed_again(
    phone: Phone, told: Callable[[], dict[str, bool]], marta: Person
) -> None:
    for typed in (OTHER, marta.mobile):
        phone.change(MOBILE, typed, proven=False, around=phone.around(sends=False))
    phone.change(EMAIL, "intruso@correo.example")
    assert told() == {f"+57{marta.mobile}": True}


def test_a_number_that_was_typed_and_undone_stays_unknown(
    phone: Phone, told: Callable[[], dict[str, bool]], marta: Person
) -> None:
    first = phone.change(MOBILE, OTHER, proven=False)
    phone.change(MOBILE, NEW, source=OPERATOR, proven=False)
    with phone.db.writing() as link:
        undoing.take_back(link, phone.vault, first.id, "Ana", phone.around())
    phone.change(MOBILE, OTHER, proven=False)
    phone.change(EMAIL, "nueva@correo.example")
    assert set(told()) == {f"+57{marta.mobile}", f"+57{NEW}"}


def test_notices_of_a_field_to_one_number_have_a_limit_and_mail_leaves_all_the_same(
    phone: Phone, posted: Posted, marta: Person, clock: Clock, *,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def by_text() -> list[str]:
        return [one.values["field"] for one in posted("contact_by_text")]

    for n in range(5):
        phone.change(EMAIL, f"nueva{n}@correo.example")
    assert by_text() == [EMAIL] * 3
    assert len({one.values["token"] for one in posted("contact_changed")} - {""}) == 5
    assert "over a limit: 1" in caplog.text
    assert marta.mobile not in caplog.text
    phone.change(MOBILE, NEW)
    assert by_text() == [EMAIL] * 3 + [MOBILE]
    clock.forward(hours=25)
    phone.change(EMAIL, "otra@correo.example")
    assert by_text()[4:] == [EMAIL, EMAIL], "to the number in force and to the one before"


def test_notices_count_among_all_messages(
    phone: Phone, posted: Posted, door: Door, marta: Person
) -> None:
    door.tire(texts.EVERYBODY, "", texts.EVERYBODY.most - 1)
    phone.change(MOBILE, NEW)
    assert [one.to for one in posted("contact_by_text")] == [f"+57{marta.mobile}"]
    phone.change(EMAIL, "nueva@correo.example")
    assert len(posted("contact_by_text")) == 1
    assert marta.email in {one.to for one in posted("contact_changed")}
    with pytest.raises(TooMany):
        phone.ask(OTHER)


def test_a_number_that_others_used_up_costs_no_try_of_ones_own(phone: Phone, door: Door) -> None:
    door.tire(texts.PER_NUMBER, NEW, texts.PER_NUMBER.most)
    for _ in range(codes.PER_DAY.most):
        with pytest.raises(TooMany):
            phone.ask()
    assert phone.ask(OTHER).by_text


def test_staffs_change_is_told_without_a_link_and_an_address_not_at_all(
    phone: Phone, told: Callable[[], dict[str, bool]], marta: Person
) -> None:
    phone.change(ADDRESS, "Calle 1 # 2-3")
    assert told() == {}
    phone.change(MOBILE, NEW, source=OPERATOR, proven=False)
    assert told() == {f"+57{marta.mobile}": False}
    phone.change(EMAIL, "nueva@correo.example")
    assert told()[f"+57{NEW}"], "staff made sure of it"


def test_without_a_sender_nothing_is_posted(phone: Phone, posted: Posted) -> None:
    phone.change(MOBILE, NEW, around=phone.around(sends=False))
    assert [one.kind for one in posted()] == ["contact_changed"]


def test_three_codes_a_day_to_one_number_whoever_asks(
    phone: Phone, people: People, clock: Clock, db: Database, vault: CountingVault, *,
    state: State, desk: Desk, door: Door,
) -> None:  # fmt: skip
    for _ in range(3):
        phone.ask()
        clock.forward(minutes=2)
    other = Phone(db, vault, people, desk.seat(door.open(people.active())))
    with pytest.raises(TooMany) as refusal:
        other.ask()
    assert refusal.value.wait.total_seconds() > 23 * 3600
    assert other.ask(OTHER).by_text
    assert len([row for row in state.all(OutboxMail) if row.kind == "code_by_text"]) == 4


def test_all_codes_by_text_together_have_a_limit(phone: Phone, door: Door) -> None:
    door.tire(texts.EVERYBODY, "", texts.EVERYBODY.most)
    with pytest.raises(TooMany):
        phone.ask()
    assert not phone.ask(OTHER, sends=False).by_text


class TestSending:
    """The outbox against a server that speaks the wire format."""

    @pytest.fixture
    def server(self) -> Iterator[Sender]:
        with sender() as started:
            yield started

    @pytest.fixture
    def settings(self, settings: Settings, server: Sender) -> Settings:
        return Settings.model_validate(settings.model_dump() | server.settings)

    def test_it_leaves_once_and_its_body_is_erased(
        self, phone: Phone, server: Sender, deliver: Callable[[], Any], state: State
    ) -> None:
        phone.ask()
        deliver()
        deliver()
        [message] = server.messages
        assert message["To"] == f"+57{NEW}"
        phone.prove(message["Body"][:6])
        row = next(row for row in state.all(OutboxMail) if row.kind == "code_by_text")
        assert (row.state, row.values_sealed, row.last_error) == (SENT, None, None)

    def test_a_sender_in_trouble_is_asked_once_a_round_and_mail_leaves_all_the_same(
        self, phone: Phone, server: Sender, deliver: Callable[[], Any], *, state: State,
        clock: Clock,
    ) -> None:  # fmt: skip
        phone.change(EMAIL, "nueva@correo.example")
        phone.change(EMAIL, "otra@correo.example")
        for rounds, answer in enumerate([(429, {"code": 20429}), (500, {}), "hang"], start=1):
            server.answers = [answer]
            deliver()
            assert len(server.callers) == rounds
            clock.forward(minutes=2)
        rows = state.all(OutboxMail)
        by_text = [row for row in rows if row.kind == "contact_by_text"]
        assert {row.state for row in by_text} == {WAITING}
        assert {row.state for row in rows if row not in by_text} == {SENT}
        clock.forward(minutes=10)
        deliver()
        assert len(server.messages) == 2

    def test_a_refusal_is_seen_without_the_number_and_can_be_sent_again(
        self, phone: Phone, server: Sender, deliver: Callable[[], Any], *, state: State,
        caplog: pytest.LogCaptureFixture,
    ) -> None:  # fmt: skip
        caplog.set_level(logging.DEBUG)
        server.answers = [(400, REFUSED)]
        phone.ask()
        deliver()
        staff = Operator("ana", "llamada")
        [failed] = failed_mail.failed(phone.db, staff, phone.around())
        assert (failed.kind, failed.to, failed.error) == (
            "code_by_text", "•••••••••2233", "400 21211",
        )  # fmt: skip
        assert NEW not in caplog.text
        failed_mail.retry(phone.db, failed.id, staff, phone.around())
        deliver()
        [message] = server.messages
        assert message["Body"][:6] not in caplog.text
        assert [row.state for row in state.all(OutboxMail)] == [SENT]
        assert FAILED not in {row.state for row in state.all(OutboxMail)}
