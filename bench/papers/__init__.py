"""Documents to measure the drawing with: an invented credit, in the words of a real statement."""

import random
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from finportal.adapters.qr import qr_png

ROOT = Path(__file__).parent.parent.parent
MONTHS = "enefebmarabrmayjunjulagosepoctnovdic"
HEADS = ["Fecha", "Movimiento", "Valor", "Mora y gastos", "Seguro", "Interés", "Capital", "Saldo"]
NOTES = [
    "Los pagos se aplican en este orden: gastos, mora, seguro, interés corriente y capital.",
    "La tasa de mora nunca pasa del tope que certifica la Superintendencia Financiera.",
    "Puede pagar antes todo o una parte de su crédito, sin cobro alguno (Ley 2032 de 2020).",
    "Si ve un error, escríbanos: respondemos en quince días hábiles como máximo.",
    "Este documento no es un paz y salvo ni cambia las condiciones del contrato.",
    "Guarde el código de verificación: con él cualquiera puede comprobar este documento.",
]


def pesos(amount: int) -> str:
    return f"$\u00a0{amount:,}".replace(",", ".")


def day(value: date) -> str:
    return f"{value.day}\u00a0{MONTHS[3 * value.month - 3 : 3 * value.month]}\u00a0{value.year}"


ADDRESS = "https://creditos.example/verificar/7KQ2-9FWX-3MHD"


def statement(rows: int, seed: int = 7) -> dict[str, Any]:
    """What a template needs for a statement of so many movements."""
    rng, lines, balance = random.Random(seed), [], 48_000_000  # noqa: S311
    totals = [0] * 5
    for number in range(rows):
        paid_on = date(2026, 10, 16) - timedelta(days=15 * number)
        parts = [rng.choice((0, 0, 12_400)), 28_800, rng.randint(300, 900) * 1000]
        capital = rng.randint(400, 900) * 1000
        balance += capital
        amounts = [sum(parts) + capital, *parts, capital]
        undone = number % 11 == 5
        if not undone:
            totals = [one + other for one, other in zip(totals, amounts, strict=True)]
        lines.append(
            SimpleNamespace(
                iso=paid_on.isoformat(),
                day=day(paid_on),
                kind=f"Pago por PSE, {10_400_000 + number}",
                amount=pesos(amounts[0]),
                parts=[*map(pesos, amounts[1:]), pesos(balance)],
                undone=undone,
            )
        )
    return {
        "name": "María Fernanda Ñáñez Peña",
        "first": "16 de septiembre de 2026",
        "last": "15 de octubre de 2026",
        "due": "16 de noviembre de 2026",
        "total": pesos(1_482_300),
        "summary": [
            ("Saldo anterior", pesos(48_000_000)),
            ("Pagos del mes", pesos(1_482_300)),
            ("Interés corriente", pesos(812_000)),
            ("Seguro de vida", pesos(28_800)),
            ("Tasa pactada", "24,50\u00a0% E.A."),
            ("Saldo a la fecha", pesos(47_358_500)),
        ],
        "heads": HEADS,
        "lines": lines,
        "sums": [*map(pesos, totals), ""],
        "notes": NOTES,
        "curve": None,
        "issued": SimpleNamespace(
            number="EX-2026-000417",
            code="7KQ2-9FWX-3MHD",
            check_url=ADDRESS,
            qr=qr_png(ADDRESS),
        ),
        "paper": SimpleNamespace(
            issued_on="16 de octubre de 2026",
            issuer=SimpleNamespace(
                name="Crédito Demo", legal_name="Crédito Demo S.A.S.", nit="900.000.000-5"
            ),
        ),
    }


def page(values: dict[str, Any], template: str = "extracto.html") -> str:
    """The document as HTML under the portal's own print layout, without the portal around it."""
    folders = [ROOT / "bench" / "papers", ROOT / "finportal" / "templates"]
    jinja = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters["day"] = str
    jinja.globals |= {
        "language_tag": lambda: "es-CO",
        "_": lambda text, **given: text % given if given else text,
    }
    return jinja.get_template(template).render(layout="layouts/print.html", **values)
