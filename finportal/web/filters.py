"""Money, dates and rates as customers read them: one filter each."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from babel.dates import format_skeleton
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

from finportal.adapters.catalogue import Picture
from finportal.lender import NO_BREAK, unbroken
from finportal.lending.money import Centavos
from finportal.services.contacts.fields import masked
from finportal.services.days import BOGOTA
from finportal.services.explaining import left_to_pay
from finportal.web.languages import ENGLISH
from finportal.web.user_agents import access_name, as_browser, as_network
from finportal.web.wording import (
    attempt_state,
    channel_name,
    contact_name,
    credit_state,
    declined_because,
    effect_name,
    movement_name,
    part_name,
    purpose_name,
    status_name,
)

NOON = 12
_MONTHS = {
    "es": ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


_HALVES = {
    "es": (f"a.{NO_BREAK}m.", f"p.{NO_BREAK}m."),
    "en": ("a.m.", "p.m."),
}


def init_filters(app: Flask) -> None:
    """Give the templates their filters."""
    named: dict[str, Callable[..., object]] = {
        "money": money,
        "day": day,
        "moment": moment,
        "rate": rate,
        "small_rate": small_rate,
        "exact": exact,
        "left_to_pay": left_to_pay,
        "status_name": status_name,
        "movement_name": movement_name,
        "channel_name": channel_name,
        "part_name": part_name,
        "credit_state": credit_state,
        "purpose_name": purpose_name,
        "effect_name": effect_name,
        "contact_name": contact_name,
        "contact_masked": lambda value, field: masked(field, value),
        "attempt_state": attempt_state,
        "declined_because": declined_because,
        "html_day": html_day,
        "as_moment": as_moment,
        "as_day": as_day,
        "as_month": as_month,
        "drawing": drawing,
        "as_browser": as_browser,
        "as_network": as_network,
        "access_name": access_name,
        "tel": tel,
        "unbroken": unbroken,
    }
    for name, function in named.items():
        app.add_template_filter(function, name)


def money(amount: Centavos) -> str:
    """Whole pesos with points, "$ 1.234.567", centavos rounded half up."""
    pesos = (abs(amount) + 50) // 100
    grouped = f"{pesos:,}".replace(",", "." if not english() else ",")
    return f"{'-' if amount < 0 and pesos else ''}${NO_BREAK}{grouped}"


def rate(value: str | Decimal, kind: str = "E.A.") -> str:
    """A rate with two decimals and its kind, "24,50 % E.A."; 0.245 is 24.5 %."""
    percent = (Decimal(value) * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{_decimals(percent)}{NO_BREAK}% {kind}"


def small_rate(value: Decimal) -> str:
    """A rate of a month with four decimals, "0,0600 %"; 0.0006 is 0.06 %."""
    percent = (value * 100).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return f"{_decimals(percent)}{NO_BREAK}%"


def exact(centavos: Fraction) -> str:
    """An amount before rounding, in pesos with four decimals: "$ 391.349,1667"."""
    ten_thousandths = round(centavos * 100)
    pesos, rest = divmod(abs(ten_thousandths), 10_000)
    point = "." if english() else ","
    sign = "-" if ten_thousandths < 0 else ""
    return f"{sign}{money(Centavos(pesos * 100))}{point}{rest:04d}"


def _decimals(number: Decimal) -> str:
    return f"{number}" if english() else f"{number}".replace(".", ",")


def day(value: date) -> str:
    """A calendar date, "5 nov 2026"."""
    month = _MONTHS["en" if english() else "es"][value.month - 1]
    return f"{value.day}{NO_BREAK}{month}{NO_BREAK}{value.year}"


def moment(value: datetime) -> str:
    """A moment in Bogotá, "5 nov 2026, 3:07 p. m."."""
    local = value.astimezone(BOGOTA)
    half = _HALVES["en" if english() else "es"][local.hour >= NOON]
    return f"{day(local)}, {local.hour % NOON or NOON}:{local:%M}{NO_BREAK}{half}"


def html_day(value: date) -> Markup:
    """A calendar date that machines read too."""
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), day(value))


def as_moment(text: str) -> str:
    """A moment that a letter carries as ISO text."""
    return moment(datetime.fromisoformat(text))


def as_day(text: str) -> str:
    """A day that a letter carries as ISO text."""
    return day(date.fromisoformat(text))


def as_month(text: str) -> str:
    """A month such as "2026-10", in words: "octubre de 2026"."""
    return format_skeleton("yMMMM", date.fromisoformat(f"{text}-01"), locale=get_locale())


def drawing(picture: Picture) -> Markup:
    """A picture of our own gallery inside the page; nobody else's drawing ever comes here."""
    return Markup(picture.svg)  # noqa: S704


def tel(phone: str) -> str:
    """The address that calls a Colombian telephone number."""
    return f"tel:+57{''.join(filter(str.isdigit, phone))}"


def english() -> bool:
    """Whether this page or letter is in English."""
    locale = get_locale()
    return locale is not None and locale.language == ENGLISH
