"""`check` says whether the machines of the gateway and of the sender of texts answer."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from finportal.commands.check import check
from finportal.settings import Settings
from tests.gateways import Served
from tests.texting import SECRET, SENDER, sender

Line = Callable[..., str]


@pytest.fixture
def line(make_app: Callable[[Settings], Flask], settings: Settings) -> Line:
    """What `check` says of one part with these settings."""

    def say(part: str = "gateway", **given: Any) -> str:
        app = make_app(settings.model_copy(update=given))
        output = app.test_cli_runner().invoke(check).output
        return next(one for one in output.splitlines() if one.startswith(part))

    return say


def test_without_a_gateway_nothing_is_wrong(line: Line) -> None:
    assert line() == "gateway   ok    none: customers pay at a bank"


def test_a_gateway_that_answers(line: Line) -> None:
    with Served() as bank:
        said = line(gateway="placetopay", fake_gateway=bank.address)
    assert said == f"gateway   ok    placetopay at {bank.address}, 0 payments held for a person"


@pytest.mark.parametrize("name", ["placetopay", "wompi"])
def test_a_gateway_that_does_not(line: Line, name: str) -> None:
    said = line(gateway=name, fake_gateway="http://127.0.0.1:9")
    assert said.startswith(f"gateway   FAIL  {name} does not answer at http://127.0.0.1:9")


def test_without_a_sender_it_says_what_happens_instead(line: Line) -> None:
    assert line("texts") == "texts     ok    no sender: texts are read at /demo/mail"
    assert line("texts", mode="development").endswith("a new mobile is proven by a call")


def test_a_sender_of_texts_answers_or_not(line: Line) -> None:
    with sender() as server:
        said = line("texts", **server.settings)
    assert said == f"texts     ok    {server.address} from {SENDER}"
    said = line("texts", **server.settings)
    assert said.startswith(f"texts     FAIL  the sender does not answer at {server.address}")
    assert SECRET not in said
