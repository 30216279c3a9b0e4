"""What becomes of money paid before its day, in plain words: one wording for pages and letters."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from finportal.lending import Centavos
from finportal.lending.ahead import Kept, Spent
from finportal.services.payments.keeping import of_text
from finportal.web.filters import day
from finportal.web.paper_filters import pesos


def kept_words(kept: Kept, of: Centavos | None = None) -> str:
    """Which instalments it paid and will pay, and when; `of` is what one payment added to it."""
    return " ".join(_sentences(kept, of))


def as_kept(text: str, of: str) -> str:
    """The same of what a letter carries."""
    return kept_words(of_text(text), Centavos(int(of)))


def _sentences(kept: Kept, of: Centavos | None) -> Iterator[str]:
    if of is not None and of != kept.amount:
        yield _("Con lo que ya tenía guardado, son %(amount)s.", amount=pesos(kept.amount))
    for one in kept.done:
        told = {"day": day(one.on), "amount": pesos(one.amount)}
        if one.row:
            yield _("El %(day)s pagó %(amount)s de la cuota %(n)s.", n=one.row, **told)
        else:
            yield _("El %(day)s pagó %(amount)s de un cargo.", **told)
    whole = [one for one in kept.ahead if not one.lacks]
    if whole:
        yield _whole(whole)
    for one in kept.ahead[len(whole) :]:
        yield _(
            "El %(day)s, cuando vence la cuota %(n)s, pagará %(amount)s de ella; faltarán "
            "%(lacks)s.",
            day=day(one.on), n=one.row, amount=pesos(one.amount), lacks=pesos(one.lacks),
        )  # fmt: skip
    if kept.over:
        yield _("Sobran %(amount)s: llámenos para devolvérselos.", amount=pesos(kept.over))


def _whole(rows: Sequence[Spent]) -> str:
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        words: str = _(
            "El %(day)s, cuando vence, pagará completa la cuota %(n)s. Con las cifras de hoy, no "
            "tiene que pagarla otra vez.",
            day=day(first.on), n=first.row,
        )  # fmt: skip
        return words
    many: str = _(
        "Pagará completas las cuotas %(first)s a %(last)s, cada una el día que vence, del %(day)s "
        "al %(until)s. Con las cifras de hoy, no tiene que pagarlas otra vez.",
        first=first.row, last=last.row, day=day(first.on), until=day(last.on),
    )  # fmt: skip
    return many
