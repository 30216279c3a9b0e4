"""What the public page says of a paper: enough to compare it, and no more than it says itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from finportal.services.days import bogota_day
from finportal.services.documents.papers import AnyPaper, Coupon, Payoff, Receipt
from finportal.services.documents.shelf import Issued, Void
from finportal.services.identity import initials, masked
from finportal.web.context import here
from finportal.web.filters import day
from finportal.web.paper_filters import month_name, pesos
from finportal.web.wording import document_name

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """A paper as a stranger may see it.

    `expired_on`: until when its figures held, once that day is over. `reversed_on`: the payment
    that it tells of does not count since that day.
    """

    name: str
    number: str
    code: str
    issued_at: datetime
    issuer: str
    void: Void | None
    expired_on: date | None
    reversed_on: date | None
    lines: tuple[Line, ...]


def checked(issued: Issued) -> Checked:
    """The paper's main figures, with the names of people cut short."""
    paper = issued.paper
    held_until = _held_until(paper)
    over = held_until is not None and held_until < bogota_day(here().clock())
    lines = (
        (_("Titular"), initials(paper.holder.name)),
        (_("Identificación"), f"{paper.holder.id_type} {masked(paper.holder.id_number)}"),
        (_("Crédito No."), masked(paper.loan.loan_number)),
        *_LINES[issued.kind](paper),
    )
    return Checked(
        document_name(issued.kind),
        issued.number,
        issued.code,
        issued.issued_at,
        paper.issuer.legal_name,
        issued.void,
        held_until if over else None,
        paper.line.reversed_on if isinstance(paper, Receipt) else None,
        tuple(line for line in lines if line[1]),
    )


def _held_until(paper: AnyPaper) -> date | None:
    if isinstance(paper, Payoff):
        return paper.valid_until
    return paper.due_on or paper.on if isinstance(paper, Coupon) else None


def _statement(paper: Any) -> tuple[Line, ...]:
    return (
        (_("Mes"), month_name(paper.month)),
        (_("Fecha límite de pago"), day(paper.due_on)),
        (_("Total a pagar"), pesos(paper.to_pay)),
    )


def _payoff(paper: Any) -> tuple[Line, ...]:
    return (
        (_("Dirigido a"), paper.addressed_to),
        (_("Total para pagar todo el %(day)s", day=day(paper.on)), pesos(paper.total)),
        (_("Válido hasta"), day(paper.valid_until)),
    )


def _balance(paper: Any) -> tuple[Line, ...]:
    return ((_("Debía el %(day)s", day=day(paper.on)), pesos(paper.owed.total)),)


def _history(paper: Any) -> tuple[Line, ...]:
    return (
        (_("Periodo"), f"{day(paper.first)} – {day(paper.last)}"),
        (_("Pagos que cuentan"), pesos(paper.amount)),
    )


def _settlement(paper: Any) -> tuple[Line, ...]:
    name = _("En ceros desde el") if paper.waived.total else _("Pagado por completo el")
    return ((name, day(paper.settled_on)),)


def _tax(paper: Any) -> tuple[Line, ...]:
    return (
        (_("Año gravable"), str(paper.year)),
        (_("Intereses pagados"), pesos(paper.paid.interest + paper.paid.late_interest)),
        (_("Debía el 31 de diciembre"), pesos(paper.owed.total)),
    )


def _lien_release(paper: Any) -> tuple[Line, ...]:
    return (
        (_("Dirigido a"), paper.addressed_to),
        (_("Placa"), paper.loan.plate or ""),
        (_("VIN"), masked(paper.loan.vin) if paper.loan.vin else ""),
    )


def _coupon(paper: Any) -> tuple[Line, ...]:
    return (
        (_("Total a pagar"), pesos(paper.to_pay)),
        (_("Fecha límite de pago"), day(paper.due_on) if paper.due_on else ""),
    )


def _receipt(paper: Any) -> tuple[Line, ...]:
    return (
        (_("Comprobante"), paper.line.receipt),
        (_("Fecha"), day(paper.line.on)),
        (_("Valor"), pesos(paper.line.amount)),
    )


_LINES: Mapping[str, Callable[[Any], tuple[Line, ...]]] = MappingProxyType(
    {
        "statement": _statement,
        "payoff": _payoff,
        "balance": _balance,
        "history": _history,
        "settlement": _settlement,
        "tax": _tax,
        "lien_release": _lien_release,
        "coupon": _coupon,
        "receipt": _receipt,
    }
)
