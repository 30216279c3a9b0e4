"""A gateway that is slow: few requests wait for it, and not for long."""

from dataclasses import dataclass, field, replace

from finportal.adapters.gateways import Answer, Asked, Gateway
from finportal.lending import Centavos
from finportal.services.payments import looking, notices
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
