"""What becomes of money paid before its day, in plain words: one wording for pages and letters."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from finportal.lending import Centavos
from finportal.lending.ahead import Kept, Returned, Spent
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
    if of == 0:
        yield _(
            "Después de este pago quedaron %(amount)s guardados a su favor.",
            amount=pesos(kept.amount),
        )
    elif of is not None and of != kept.amount:
        yield _("Con lo que ya tenía guardado, son %(amount)s.", amount=pesos(kept.amount))
    for one in kept.gone:
        told = {"day": day(one.on), "amount": pesos(one.amount)}
        if isinstance(one, Returned):
            yield _("El %(day)s le devolvimos %(amount)s de ese dinero.", **told)
        elif one.row is None:
            yield _("El %(day)s se usaron %(amount)s para pagar todo el crédito.", **told)
        elif one.row:
            yield _("El %(day)s pagó %(amount)s de la cuota %(n)s.", n=one.row, **told)
        else:
            yield _("El %(day)s pagó %(amount)s de un cargo.", **told)
    whole = [one for one in kept.ahead if not (one.lacks or one.others)]
    if whole:
        yield _whole(whole)
    for one in kept.ahead[len(whole) :]:
        yield _partly(one)
    if kept.over:
        yield _("Sobran %(amount)s: llámenos para devolvérselos.", amount=pesos(kept.over))


def _partly(one: Spent) -> str:
    told = {"day": day(one.on), "n": one.row, "amount": pesos(one.amount)}
    if one.lacks:
        words: str = _(
            "El %(day)s, cuando vence la cuota %(n)s, pagará %(amount)s de ella; faltarán "
            "%(lacks)s.",
            lacks=pesos(one.lacks), **told,
        )  # fmt: skip
        return words
    together: str = _(
        "El %(day)s, cuando vence la cuota %(n)s, pagará %(amount)s de ella; lo demás de esa cuota "
        "ya está guardado.",
        **told,
    )
    return together


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
