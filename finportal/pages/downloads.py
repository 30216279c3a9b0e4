"""A credit's schedule and movements as files for spreadsheets, its due dates for a calendar."""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlsplit

from flask import Blueprint, Response
from flask_babel import gettext as _

from finportal.adapters.calendars import Entry, ics_bytes
from finportal.adapters.sheets import Cell, csv_bytes, xlsx_bytes
from finportal.lending import Centavos
from finportal.lending.state import RowState
from finportal.services.history import Line, history
from finportal.web.context import here
from finportal.web.filters import money
from finportal.web.own_credit import looked_at
from finportal.web.wording import channel_name, movement_name, status_name

bp = Blueprint("downloads", __name__, url_prefix="/credito")

CSV, XLSX = "csv", "xlsx"
_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
}


@bp.get("/<number>/plan.<any(csv, xlsx):kind>")
def plan(number: str, kind: str) -> Response:
    """The schedule, a line for each row."""
    looked = looked_at(number, day_in_form=False)
    header = (
        _("Cuota"), _("Vence"), _("Saldo inicial"), _("Interés"), _("Capital"),
        _("Valor de la cuota"), _("Seguro"), _("Total"), _("Saldo"), _("Estado"),
    )  # fmt: skip
    rows = [_row(row) for row in looked.state().rows]
    return _sheet(f"plan-{number}-{looked.on}", kind, header, rows)


@bp.get("/<number>/movimientos.<any(csv, xlsx):kind>")
def movements(number: str, kind: str) -> Response:
    """The movements with their split, a line for each."""
    looked = looked_at(number, day_in_form=False)
    header = (
        _("Fecha"), _("Movimiento"), _("Comprobante"), _("Canal"), _("Valor"), _("Gastos"),
        _("Seguro"), _("Interés de mora"), _("Interés corriente"), _("Capital"),
        _("Saldo a favor"), _("Reversado el"),
    )  # fmt: skip
    rows = [_movement(line) for line in history(looked.credit, looked.state())]
    return _sheet(f"movimientos-{number}-{looked.on}", kind, header, rows)


@bp.get("/<number>/vencimientos.ics")
def due_dates(number: str) -> Response:
    """The due dates to come."""
    looked = looked_at(number, day_in_form=False)
    portal = here()
    host = urlsplit(portal.settings.base_url).hostname
    entries = [
        Entry(
            uid=f"{number}-{row.number}@{host}",
            on=row.due_date,
            summary=_("Cuota %(n)s del crédito %(number)s", n=row.number, number=number),
            description=_("Valor: %(amount)s", amount=money(row.total)),
        )
        for row in looked.state().upcoming
    ]
    name = _("Cuotas del crédito %(number)s", number=number)
    return _file(f"vencimientos-{number}-{looked.on}.ics", ics_bytes(name, entries, portal.clock()))


def _row(row: RowState) -> Sequence[Cell]:
    return (row.number, row.due_date, *map(_pesos, row[2:9]), status_name(row.status))


def _movement(line: Line) -> Sequence[Cell]:
    movement = line.movement
    parts = [_pesos(amount) for amount in movement.parts] if movement else [None] * 5
    return (
        line.value_date, movement_name(line.kind), line.receipt, channel_name(line.channel),
        _pesos(line.amount), *parts, _pesos(movement.credit) if movement else None,
        line.reversed_on,
    )  # fmt: skip


def _pesos(amount: Centavos) -> Decimal:
    return Decimal(amount) / 100


def _sheet(name: str, kind: str, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Response:
    content = csv_bytes(header, rows) if kind == CSV else xlsx_bytes(name[:31], header, rows)
    return _file(f"{name}.{kind}", content)


def _file(name: str, content: bytes) -> Response:
    response = Response(content, content_type=_TYPES[name.rpartition(".")[2]])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
