"""Money kept in the customer's favour: page, letter and receipt tell the truth of it later too."""

from collections.abc import Callable

from flask import Flask

from finportal.adapters.letter import Letter
from finportal.adapters.mail import draw
from finportal.lending import Centavos
from finportal.lending.events import Effect
from finportal.services.days import bogota_day
from finportal.services.payments.offers import Purpose
from finportal.web.context import Portal
from finportal.web.kept_words import kept_words
from tests.services.payments.scene import Scene
from tests.services.payments.street import plain

KEPT = Centavos(100_000_00)


def paid(scene: Scene, purpose: Purpose, **said: object) -> str:
    reference = scene.begin(purpose, **said)
    scene.decide(reference, "approved")
    scene.tell()
    return reference


def page(scene: Scene, app: Flask, reference: str) -> str:
    """What the payment's page says of what it kept."""
    with app.test_request_context("/?lang=es"):
        (kept,) = scene.back(reference).kept.values()
        return plain(kept_words(kept))


def test_what_a_payoff_used_is_not_offered_back(scene: Scene, app: Flask) -> None:
    paid(scene, Purpose.OVERDUE)
    first = paid(scene, Purpose.OTHER, amount=KEPT)
    assert "pagará $ 100.000 de ella; faltarán" in page(scene, app, first)
    paid(scene, Purpose.PAYOFF)
    assert scene.state().settled
    assert scene.state().as_of == bogota_day(scene.clock())
    words = page(scene, app, first)
    assert words == "El 9 feb 2026 se usaron $ 100.000 para pagar todo el crédito."


def test_what_later_money_covers_does_not_lack(scene: Scene, app: Flask) -> None:
    paid(scene, Purpose.OVERDUE)
    first = paid(scene, Purpose.OTHER, amount=KEPT)
    paid(scene, Purpose.OTHER, amount=scene.state().upcoming[0].total)
    words = page(scene, app, first)
    assert words.endswith("pagará $ 100.000 de ella; lo demás de esa cuota ya está guardado.")


def test_both_parts_of_a_letter_say_what_is_kept(
    scene: Scene, app: Flask, portal: Portal, posted: Callable[..., list[Letter]]
) -> None:
    """Though the payment itself, all of it to principal, added nothing to it."""
    paid(scene, Purpose.OVERDUE)
    paid(scene, Purpose.OTHER, amount=KEPT)
    extra = {"amount": Centavos(1_000_000_00), "effect": Effect.REDUCE_TERM}
    paid(scene, Purpose.EXTRA_PRINCIPAL, **extra)
    told = "Después de este pago quedaron $ 100.000 guardados a su favor. El 15 feb 2026"
    with app.test_request_context():
        letter = draw(posted()[-1], "<1@x>", portal.settings)
    for part in (letter.body, letter.html):
        assert part
        assert "Guardado a su favor" not in part
        assert plain(str(part)).count(told) == 1
