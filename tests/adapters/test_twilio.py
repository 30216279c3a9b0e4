"""Handing text messages over, against a server that speaks the wire format."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from finportal.adapters.letter import MailRefused, MailServerDown
from finportal.adapters.twilio import Twilio
from finportal.settings import Settings
from tests.texting import ACCOUNT, KEY, REFUSED, SECRET, SENDER, SERVICE, Sender, sender

TO = "+573201112233"


@pytest.fixture(scope="module")
def server() -> Iterator[Sender]:
    """One server for all tests."""
    with sender() as started:
        yield started


@pytest.fixture
def account(server: Sender) -> Callable[..., Twilio]:
    """The account with that server, with some of its settings changed."""
    server.answers, server.messages, server.callers = [], [], []

    def changed(**other: Any) -> Twilio:
        return Twilio.of(Settings(**server.settings | other))

    return changed


def test_a_message_is_taken(account: Callable[..., Twilio], server: Sender) -> None:
    assert account().send(TO, "482913 confirma su celular. ¡Ñandú & más!") == "SM" + "3" * 32
    assert server.messages == [
        {"To": TO, "From": SENDER, "Body": "482913 confirma su celular. ¡Ñandú & más!"}
    ]
    assert server.callers == [f"{KEY}:{SECRET}"]


def test_a_service_chooses_the_number_and_the_account_may_sign_itself(
    account: Callable[..., Twilio], server: Sender
) -> None:
    account(sms_from="", sms_service=SERVICE, sms_key="").send(TO, "hola")
    assert server.messages == [{"To": TO, "MessagingServiceSid": SERVICE, "Body": "hola"}]
    assert server.callers == [f"{ACCOUNT}:{SECRET}"]


def test_what_is_refused_for_good_tells_a_code_and_no_number(
    account: Callable[..., Twilio], server: Sender
) -> None:
    server.answers = [(400, REFUSED)]
    with pytest.raises(MailRefused) as refused:
        account().send(TO, "hola")
    assert str(refused.value) == "400 21211"


@pytest.mark.parametrize(
    "answer",
    [
        (401, {"code": 20003, "status": 401}),
        (403, {"code": 20005, "status": 403}),
        (429, {"code": 20429, "status": 429}),
        (500, {}),
        (503, {"code": 20503}),
        "hang",
    ],
    ids=str,
)
def test_what_may_go_better_later(
    account: Callable[..., Twilio], server: Sender, answer: Any
) -> None:
    server.answers = [answer]
    with pytest.raises(MailServerDown) as down:
        account().send(TO, "hola")
    assert TO not in str(down.value)


@pytest.mark.parametrize(
    "answer", ["html", (201, {"status": "queued"}), (200, {"sid": None}), (202, [])], ids=str
)
def test_what_was_taken_is_not_sent_again_for_want_of_a_name(
    account: Callable[..., Twilio], server: Sender, answer: Any
) -> None:
    server.answers = [answer]
    assert account().send(TO, "hola") == ""


def test_a_refusal_without_json_is_final(account: Callable[..., Twilio], server: Sender) -> None:
    server.answers = [(400, b"<html>bad</html>")]
    with pytest.raises(MailRefused) as refused:
        account().send(TO, "hola")
    assert str(refused.value) == "400"


def test_another_account_and_nobody_at_all(account: Callable[..., Twilio]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    for other in ({"sms_account": "AC" + "9" * 32}, {"sms_api": nobody}):
        with pytest.raises(MailServerDown):
            account(**other).send(TO, "hola")
