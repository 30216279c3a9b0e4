"""What becomes of money paid before its day: the right instalment, day and amount, in words."""

import json
from datetime import date

from flask import Flask

from finportal.lending import Centavos
from finportal.lending.ahead import Kept, Returned, Spent
from finportal.services.payments.keeping import as_text, of_text
from finportal.web.kept_words import as_kept, kept_words
from tests.pages.credit_scenes import plain


def kept(
    amount: int,
    done: list[Spent] | None = None,
    ahead: list[Spent] | None = None,
    over: int = 0,
    returned: int = 0,
) -> Kept:
    back = (Returned(date(2026, 6, 6), Centavos(returned)),) if returned else ()
    return Kept(Centavos(amount), tuple(done or ()), tuple(ahead or ()), Centavos(over), back)


def to(row: int | None, month: int, amount: int, lacks: int = 0, others: int = 0) -> Spent:
    on = date(2026, month, 5)
    return Spent(row, on, Centavos(amount), Centavos(lacks), Centavos(others))


CASES = {
    "El 5 dic 2026, cuando vence, pagará completa la cuota 13. Con las cifras de hoy, no tiene que "
    "pagarla otra vez.": kept(80_000_00, ahead=[to(13, 12, 80_000_00)]),
    "El 5 dic 2026, cuando vence la cuota 13, pagará $ 30.000 de ella; faltarán $ 50.000.": kept(
        30_000_00, ahead=[to(13, 12, 30_000_00, 50_000_00)]
    ),
    "Pagará completas las cuotas 1 a 3, cada una el día que vence, del 5 ene 2026 al 5 mar 2026. "
    "Con las cifras de hoy, no tiene que pagarlas otra vez. El 5 abr 2026, cuando vence la cuota "
    "4, pagará $ 20 de ella; faltarán $ 70.": kept(
        290_00, ahead=[*(to(row, row, 90_00) for row in (1, 2, 3)), to(4, 4, 20_00, 70_00)]
    ),
    "El 5 jun 2026 pagó $ 70 de la cuota 7. El 5 jun 2026 pagó $ 30 de un cargo.": kept(
        100_00, done=[to(7, 6, 70_00), to(0, 6, 30_00)]
    ),
    "El 5 jun 2026 pagó $ 70 de la cuota 7. El 6 jun 2026 le devolvimos $ 20 de ese dinero. "
    "El 5 jul 2026 pagó $ 10 de un cargo.": kept(
        100_00, done=[to(7, 6, 70_00), to(0, 7, 10_00)], returned=20_00
    ),
    "El 5 jun 2026 se usaron $ 93 para pagar todo el crédito. Sobran $ 7: llámenos para "
    "devolvérselos.": kept(100_00, done=[to(None, 6, 93_00)], over=7_00),
    "El 5 dic 2026, cuando vence la cuota 13, pagará $ 30.000 de ella; lo demás de esa cuota ya "
    "está guardado.": kept(30_000_00, ahead=[to(13, 12, 30_000_00, 0, 50_000_00)]),
    "El 5 dic 2026, cuando vence la cuota 13, pagará $ 30.000 de ella; faltarán $ 40.000.": kept(
        30_000_00, ahead=[to(13, 12, 30_000_00, 40_000_00, 10_000_00)]
    ),
    "Sobran $ 7: llámenos para devolvérselos.": kept(7_00, over=7_00),
}


def test_in_plain_words(app: Flask) -> None:
    with app.test_request_context("/?lang=es"):
        for words, what in CASES.items():
            assert plain(kept_words(what)) == words
            assert plain(as_kept(as_text(what), str(what.amount))) == words
            assert of_text(as_text(what)) == what


def test_what_was_there_before_is_counted_too(app: Flask) -> None:
    with app.test_request_context("/?lang=es"):
        words = plain(as_kept(as_text(kept(80_000_00, over=80_000_00)), "10000"))
        none = plain(as_kept(as_text(kept(80_000_00, over=80_000_00)), "0"))
    assert none.startswith("Después de este pago quedaron $ 80.000 guardados a su favor. Sobran")
    assert words.startswith("Con lo que ya tenía guardado, son $ 80.000. Sobran $ 80.000")


def test_a_letter_that_waited_for_long_is_still_read() -> None:
    row = [4, "2026-12-05", 30_000_00, 50_000_00]
    text = json.dumps([30_000_00, [], [row], 0])
    assert of_text(text) == kept(30_000_00, ahead=[to(4, 12, 30_000_00, 50_000_00)])
