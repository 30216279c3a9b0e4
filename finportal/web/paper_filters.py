"""How papers write amounts, dates and identities: to the centavo, in full, and in words."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask import Flask
from flask_babel import get_locale, gettext

from finportal.lender import NO_BREAK
from finportal.lending import parts
from finportal.lending.day_counts import DayCount
from finportal.lending.money import Centavos
from finportal.lending.rates import (
    DAYS,
    MONTHS,
    SCALE,
    nominal_rate,
    periodic_rate,
    scaled_growth,
)
from finportal.services.documents.facts import Holder, Split
from finportal.services.documents.figures import SpanFact, Working
from finportal.services.documents.offer import Month
from finportal.services.documents.papers import BalanceLine, CapitalPoint
from finportal.services.documents.shelf import Listed
from finportal.services.identity import IdType
from finportal.web.amounts_in_words import in_words
from finportal.web.charts import Curve, curve_through
from finportal.web.filters import day, english, money
from finportal.web.languages import SPANISH
from finportal.web.wording import (
    balance_column,
    document_name,
    id_type_name,
    interest_rule,
    lien_stage,
    rate_head,
    void_reason,
)

LATE = "late_interest"
MOVEMENTS = {"disbursed": 1, "charged": 1, "paid": -1, "waived": -1, "restored": 1, "adjusted": 1}
"""The movements of a balance in the order of a statement, and whether they raise or lower it."""

ALWAYS_TOLD = ("principal", "interest")


def init_paper_filters(app: Flask) -> None:
    """Give the templates of the papers their filters."""
    named: dict[str, Callable[..., object]] = {
        "pesos": pesos,
        "in_words": in_words,
        "exact_pesos": exact_pesos,
        "long_day": long_day,
        "month_name": month_name,
        "identity": identity,
        "in_groups": in_groups,
        "row_ranges": row_ranges,
        "rate_of": rate_of,
        "rate_head": rate_head,
        "interest_rule": interest_rule,
        "moved": moved,
        "signed": signed,
        "total_moved": total_moved,
        "worth_a_row": worth_a_row,
        "plus": plus,
        "through_points": through_points,
        "document_name": document_name,
        "void_reason": void_reason,
        "balance_column": balance_column,
        "id_type_name": id_type_name,
        "by_year": by_year,
        "paper_detail": paper_detail,
        "lien_stage": lien_stage,
    }
    for name, function in named.items():
        app.add_template_filter(function, name)


def pesos(amount: Centavos) -> str:
    """The whole amount: "$ 1.234.567", and "$ 1.234.567,50" where there are centavos."""
    whole, cents = divmod(abs(amount), 100)
    if not cents:
        return money(amount)
    sign = "-" if amount < 0 else ""
    return f"{sign}{money(Centavos(whole * 100))}{_point()}{cents:02d}"


def exact_pesos(value: Decimal) -> str:
    """Pesos before rounding, with six decimals: "$ 391.349,166667"."""
    whole, _, rest = f"{abs(value):.6f}".partition(".")
    sign = "-" if value < 0 else ""
    return f"{sign}{money(Centavos(int(whole) * 100))}{_point()}{rest}"


def long_day(value: date) -> str:
    """A date in full, "15 de marzo de 2026"."""
    first, *between, last = format_date(value, "long", locale=_locale()).split(" ")
    return NO_BREAK.join((first, " ".join(between), last))


def month_name(month: str) -> str:
    """The month "2026-10" in full, "octubre de 2026"."""
    first = date.fromisoformat(f"{month}-01")
    return format_skeleton("yMMMM", first, locale=_locale())


def identity(holder: Holder) -> str:
    """The kind of identification and its number, "Cédula de ciudadanía 1.020.304.050"."""
    return f"{id_type_name(holder.id_type)} {_grouped(holder.id_type, holder.id_number)}"


def _grouped(id_type: str, number: str) -> str:
    if not (number.isascii() and number.isdigit()) or id_type == IdType.PAS or number[0] == "0":
        return number
    if id_type == IdType.NIT:
        return f"{_thousands(number[:-1])}-{number[-1]}"
    return _thousands(number)


def _thousands(digits: str) -> str:
    return f"{int(digits or '0'):,}".replace(",", ".")


def in_groups(reference: str) -> str:
    """A long number in groups of four, as people read it out; anything else as it is."""
    if not reference.isdecimal():
        return reference
    return NO_BREAK.join(reference[at : at + 4] for at in range(0, len(reference), 4))


def row_ranges(rows: Iterable[int]) -> str:
    """The instalments that money went to, "7–9, 11"; row 0 is a charge outside the plan."""
    numbers = sorted(set(rows))
    plan = [number for number in numbers if number]
    texts = [gettext("cargo")] if 0 in numbers else []
    starts = [number for number in plan if number - 1 not in plan]
    ends = [number for number in plan if number + 1 not in plan]
    texts += [
        f"{first}" if first == last else f"{first}–{last}"
        for first, last in zip(starts, ends, strict=True)
    ]
    return ", ".join(texts)


def rate_of(span: SpanFact, working: Working) -> str:
    """The rate that the days of a span bore, as `rate_head` calls it, in percent.

    Ten decimals: with them the interest of 1,000 million in a month comes out to the centavo.
    """
    percent = _bore(span, working) * 100
    return f"{percent:.10f}".replace(".", _point()) + f"{NO_BREAK}%"


def _bore(span: SpanFact, working: Working) -> Decimal:
    if working.figure == LATE:
        return periodic_rate(span.rate_ea, DAYS)
    match working.day_count:
        case DayCount.MONTH:
            return periodic_rate(span.rate_ea, MONTHS)
        case DayCount.EFF_365:
            return Decimal(scaled_growth(span.rate_ea, span.days) - SCALE) / SCALE
        case _:
            return nominal_rate(span.rate_ea, MONTHS)


def moved(lines: Sequence[BalanceLine]) -> list[str]:
    """The movements that any line of a statement had, in order."""
    return [name for name in MOVEMENTS if any(getattr(line, name) for line in lines)]


def worth_a_row(lines: Iterable[BalanceLine]) -> list[BalanceLine]:
    """Principal and interest always, the other parts where there is anything to tell of them."""
    told = ("opening", "closing", *MOVEMENTS)
    return [
        line
        for line in lines
        if line.part in ALWAYS_TOLD or any(getattr(line, name) for name in told)
    ]


def signed(line: BalanceLine, movement: str) -> Centavos:
    """A movement as it counts: below zero where it lowers the balance."""
    return Centavos(getattr(line, movement) * MOVEMENTS.get(movement, 1))


def total_moved(lines: Sequence[BalanceLine], movement: str) -> Centavos:
    """A movement of all parts together, as it counts."""
    return Centavos(sum(signed(line, movement) for line in lines))


def plus(split: Split, other: Split) -> Split:
    """Two amounts together, part by part."""
    return Split.of(parts.plus(split.parts, other.parts))


def through_points(points: Sequence[CapitalPoint], on: date) -> Curve | None:
    """The curve of capital of a statement."""
    return curve_through([(point.on, point.balance) for point in points], on)


def by_year(months: Iterable[Month]) -> list[tuple[str, list[Month]]]:
    """Months under their years, in the order they come in."""
    years: dict[str, list[Month]] = {}
    for one in months:
        years.setdefault(one.month[:4], []).append(one)
    return list(years.items())


def _locale() -> Locale | str:
    return get_locale() or SPANISH


def _point() -> str:
    return "." if english() else ","


def paper_detail(one: Listed) -> str:
    """What tells a paper from others of its kind: its day, its range, its year, whom it is for."""
    words = one.key.split(" ", 1)
    match one.kind:
        case "payoff":
            return f"{day(date.fromisoformat(words[0]))} · {words[1]}"
        case "history":
            return " – ".join(day(date.fromisoformat(word)) for word in words)
        case "balance" | "tax" | "lien_release":
            return one.key
        case _:
            return ""
