"""The customer's own credit that an address names, on the day the customer looks at it."""

from dataclasses import dataclass
from datetime import date

from flask import abort, request
from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import Optional

from finportal.lending import State, Trace
from finportal.services import credits as portfolio
from finportal.services.credits import About
from finportal.services.days import bogota_day
from finportal.services.ledger import Credit
from finportal.web import session
from finportal.web.context import here
from finportal.web.filters import html_day
from finportal.web.forms import BaseForm

NOT_A_DAY = _("Escriba una fecha del calendario, como 05/11/2026")


class DayForm(BaseForm):
    """The day to look at."""

    class Meta:
        """Asking changes nothing, so it needs no token."""

        csrf = False

    fecha = DateField(_("Ver el crédito en esta fecha"), validators=[Optional()])

    @property
    def typed(self) -> bool:
        """Whether a day was asked for."""
        return bool((request.args.get("fecha") or "").strip())


@dataclass(frozen=True, slots=True)
class Looked:
    """A credit and the day it is looked at; a day that cannot be is told in the form.

    `today` is the first day of a credit that has not `begun`.
    """

    credit: Credit
    about: About
    today: date
    on: date
    form: DayForm
    begun: bool

    @property
    def status(self) -> int:
        """422 when the day asked for cannot be shown."""
        return 422 if self.form.problems else 200

    @property
    def past(self) -> date | None:
        """The day for links to the credit's other pages; None when it is today."""
        return None if self.on == self.today else self.on

    def state(self, on: date | None = None, trace: Trace | None = None) -> State:
        """The credit on the day looked at, or another. Raises what `lending.replay` raises."""
        return self.credit.state(on or self.on, trace)


def looked_at(number: str, *, day_in_form: bool = True) -> Looked:
    """The credit of this number, 404 unless it is this customer's.

    Without a form on the page to tell it in, a day that cannot be shown is a page of its own (422).
    """
    with here().db.reading() as link:
        own = portfolio.own(link, session.the_visit().customer_id or 0, number)
    if own is None:
        abort(404)
    now, begins = bogota_day(here().clock()), own.credit.contract.begins
    today = max(now, begins)
    form = DayForm(request.args)
    on = _day(form, own.credit, today)
    looked = Looked(own.credit, own.about, today, on, form, begun=begins <= now)
    if form.problems and not day_in_form:
        abort(422)
    return looked


def _day(form: DayForm, credit: Credit, today: date) -> date:
    begins = credit.contract.begins
    if not form.typed:
        return today
    if not form.validate() or form.fecha.data is None:
        form.fecha.errors = [NOT_A_DAY]
    elif not begins <= form.fecha.data <= today:
        form.fecha.errors = [
            _("Elija una fecha desde el %(day)s hasta hoy", day=html_day(begins).striptags())
        ]
    else:
        day: date = form.fecha.data
        return day
    return today
