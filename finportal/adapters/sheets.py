"""Tables for spreadsheets: CSV and XLSX in which no text is ever taken for a formula."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from finportal.adapters.rejects import plain_cell

WIDTH = 18

Cell = str | int | Decimal | date | None
"""Amounts are Decimal pesos."""


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with BOM and semicolons, as a spreadsheet in Spanish opens it by itself.

    Whole pesos are written without decimals, so that they are numbers in every language.
    """
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(plain_cell, header))
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet; dates and amounts are dates and numbers."""
    from openpyxl import Workbook  # noqa: PLC0415 - as large as all else a web process loads
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    sheet.append([_written(sheet, cell, bold=True) for cell in header])
    for row in rows:
        sheet.append([_written(sheet, cell) for cell in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _text(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:.0f}" if cell == cell.to_integral_value() else f"{cell:.2f}"
    if isinstance(cell, str):
        return plain_cell(cell)
    return "" if cell is None else str(cell)


def _written(sheet: Any, cell: Cell, *, bold: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    written: Any = WriteOnlyCell(sheet, value=cell)
    if isinstance(cell, str):
        written.data_type = "s"  # a text that begins with = would become a formula
    if isinstance(cell, Decimal):
        written.number_format = "#,##0.00"
    if bold:
        written.font = Font(bold=True)
    return written
