"""A gateway that is slow: few requests wait for it, and not for long."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from finportal.adapters.gateways import Answer, Asked, Gateway, Notification
from finportal.adapters.gateways.errors import GatewayRefused
from finportal.lending import Centavos
from finportal.services.payments import inbox, looking, notices, polling
from finportal.services.payments.inbox import Received
from finportal.services.payments.machine import State
from finportal.services.payments.offers import Purpose
from tests.services.payments.scene import Scene


@dataclass
class Counting:
    """The real gateway with a short limit, and the references it was asked about."""

    real: Gateway
    asked: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)

    def ask(self, asked: Asked) -> Answer:
        self.asked.append(asked.reference)
        return self.real.ask(asked)


def hurried(scene: Scene, slow: int) -> Counting:
    """The scene's gateway has 0.2 seconds to answer, and takes a second for the next questions."""
    counting = Counting(scene.bank.gateway(scene.gateway, total=0.2, read=0.2))
    scene.desk = replace(scene.desk, named=lambda _: counting)  # type: ignore[arg-type,return-value]
    scene.bank.control(fault={"kind": "slow", "on": "ask", "times": slow, "seconds": 1})
    return counting


def look(scene: Scene, reference: str) -> State:
    """The customer's page asks."""
    around = scene.people.around()
    found = looking.returned(scene.desk, scene.person.customer_id, reference, around)
    return found.seen.state


def test_one_request_in_thirty_seconds_waits_for_a_silent_gateway(scene: Scene) -> None:
    one = scene.begin()
    other = scene.begin(Purpose.OTHER, amount=Centavos(500_000))
    scene.decide(one, "approved")
    counting = hurried(scene, slow=2)
    assert look(scene, one) is State.SENT
    assert look(scene, other) is State.SENT
    assert counting.asked == [one]
    scene.clock.forward(seconds=31)
    look(scene, other)
    look(scene, one)
    assert counting.asked == [one, other]
    scene.clock.forward(seconds=31)
    counting.real = scene.bank.gateway(scene.gateway)
    assert look(scene, one) is State.APPROVED
    look(scene, other)
    assert counting.asked == [one, other, one, other]


def test_a_notification_does_not_wait_for_a_silent_gateway_and_the_worker_asks(
    scene: Scene,
) -> None:
    one = scene.begin()
    other = scene.begin(Purpose.OTHER, amount=Centavos(500_000))
    receive, scene.listening.receive = scene.listening.receive, None
    scene.decide(one, "approved")
    scene.tell()
    assert receive
    counting = hurried(scene, slow=1)
    look(scene, other)
    path, headers, body = scene.listening.notices[0]
    told = notices.receive(
        scene.desk, path.rpartition("/")[2], headers, body, scene.people.around()
    )
    assert (told, counting.asked) == (Received.ACCEPTED, [other])
    counting.real = scene.bank.gateway(scene.gateway)
    scene.poll()
    assert scene.attempt(one).state == State.APPROVED


def kept(scene: Scene, *references: str) -> None:
    """Notifications of approved attempts that nobody judged."""
    scene.listening.receive = None
    for reference in references:
        scene.decide(reference, "approved")
    scene.tell()
    for path, headers, body in scene.listening.notices:
        signed = {name.lower(): value for name, value in headers.items()}
        signed = {name: signed[name] for name in notices.SIGNING_HEADERS if name in signed}
        gateway = path.rpartition("/")[2]
        inbox.keep(scene.desk.db, gateway, signed, body, scene.people.around())


def test_a_gateway_that_is_down_stops_only_its_own_notifications(scene: Scene) -> None:
    around = scene.people.around()
    scene.gateway = "wompi"
    first = scene.begin()
    kept(scene, first)
    scene.listening.notices.clear()
    scene.gateway = "placetopay"
    second = scene.begin(Purpose.OTHER, amount=Centavos(500_000))
    third = scene.begin(Purpose.OTHER, amount=Centavos(600_000), anyway=True)
    kept(scene, second, third)
    scene.bank.control(fault={"kind": "html", "on": "ask", "times": 1})
    assert notices.judge_waiting(scene.desk, around) == 2
    states = [scene.attempt(one).state for one in (first, second, third)]
    assert states == [State.APPROVED, State.SENT, State.SENT]


def test_a_round_leaves_payments_alone_once_its_time_is_over(scene: Scene) -> None:
    one = scene.begin()
    kept(scene, one)
    scene.clock.forward(minutes=5)
    turns = iter((True, False, False))
    around = scene.people.around()
    assert notices.judge_waiting(scene.desk, around, lambda: next(turns)) == 1
    assert notices.judge_waiting(scene.desk, around, lambda: False) == 0
    assert polling.poll_due(scene.desk, scene.clock, around, lambda: False) == 0


def test_what_is_refused_for_ever_does_not_hold_up_what_is_newer(scene: Scene) -> None:
    one = scene.begin()
    scene.decide(one, "approved")
    refusing = Refusing(scene.bank.gateway(scene.gateway))
    inbox.keep(scene.desk.db, scene.gateway, {}, b"for ever", scene.people.around())
    kept(scene, one)
    scene.desk = replace(scene.desk, named=lambda _: refusing)  # type: ignore[arg-type,return-value]
    turns = iter((True, False))
    assert notices.judge_waiting(scene.desk, scene.people.around(), lambda: next(turns)) == 1
    assert scene.attempt(one).state == State.APPROVED
    assert notices.judge_waiting(scene.desk, scene.people.around()) == 0


@dataclass
class Refusing(Counting):
    """The real gateway, which refuses to tell of what is no attempt of ours."""

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        if body == b"for ever":
            return Notification("payment", "999", "999-GONE", "APPROVED")
        return self.real.read_notification(headers, body)

    def ask(self, asked: Asked) -> Answer:
        if asked.reference == "999-GONE":
            raise GatewayRefused("unknown")
        return self.real.ask(asked)
