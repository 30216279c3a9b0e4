"""Staying signed in when the session is about to close."""

from tests.doubles import Clock
from tests.factories import People
from tests.visitor import Visitor


def test_staying_gives_another_quarter_of_an_hour(
    visitor: Visitor, people: People, clock: Clock
) -> None:
    visitor.sign_in(people.active())
    clock.forward(minutes=14)
    visitor.fill("/sesion")
    clock.forward(minutes=14)
    assert visitor.open("/cuenta").heading == "Mis créditos"


def test_the_notice_after_twelve_minutes_always_leaves_two(
    visitor: Visitor, people: People, clock: Clock
) -> None:
    visitor.sign_in(people.active())
    clock.forward(seconds=59)
    visitor.open("/cuenta")
    clock.forward(minutes=12 + 2)
    assert visitor.open("/cuenta").heading == "Mis créditos"


def test_a_stranger_has_nothing_to_keep(visitor: Visitor) -> None:
    assert visitor.client.post("/sesion").headers["Location"] == "/ingresar?aviso=sign_in_first"
