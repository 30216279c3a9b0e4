"""The answers of `loan` for people: the same plain objects as --json, in aligned text."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import click

from finportal.services.terms_json import ROW_AMOUNTS, Json

_AMOUNT = re.compile(r"-?\d+\.\d\d")
_RATE = re.compile(r"\d+\.\d{4,}")
_HUNDREDTH_OF_PERCENT = Decimal("0.0001")
_GAP = "  "
PARTS = ("fees", "insurance", "late_interest", "interest", "principal")


class Amount(str):
    """An amount grouped for reading; a column of whole pesos loses its centavos."""

    __slots__ = ()


def answer(found: Json, text: Callable[[Json], Iterable[str]], *, as_json: bool) -> None:
    """Print one JSON object, or the same for people."""
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for line in text(found):
        click.echo(line)


def show(found: Json) -> Iterator[str]:
    """A credit's figures, terms, rows and payments."""
    yield from _title(found, found["status"])
    yield from _figures(found)
    yield from ("", "terms")
    yield from _terms(found["terms"])
    yield from ("", "schedule")
    yield from _rows(found["schedule"])
    yield from _history(found)


def schedule(found: Json) -> Iterator[str]:
    """The rows in force and their sums."""
    yield from _title(found, f"instalment {cell(found['instalment']).removesuffix('.00')}")
    yield from _rows(found["schedule"])
    totals = found["totals"]
    yield from ("", "totals")
    yield from _pairs(
        {name: totals[name] for name in totals if name not in {"paid", "owed"}}
        | {name: totals[name]["total"] for name in ("paid", "owed")}
    )


def payoff(found: Json) -> Iterator[str]:
    """What settles the credit, and what one day more adds."""
    yield from _title(found, f"payoff, valid on {found['valid_on']} only")
    yield from _pairs(
        {part: found["due"][part] for part in PARTS}
        | {name: found[name] for name in ("accrued_interest", "principal_not_due")}
        | {"insurance of this period": found["payoff_insurance"]}
        | {"less credit": found["credit"]}
        | {"payoff": found["payoff"], "the next day adds": found["per_diem"]}
    )


def explain(found: Json) -> Iterator[str]:
    """Every step: its figure, its rule, its inputs."""
    yield from _title(found, f"payoff {cell(found['payoff']).removesuffix('.00')}")
    for step in found["steps"]:
        row = f", row {step['row']}" if step["row"] else ""
        yield from ("", f"{step['on']}{row}: {_words(step['rule'])} = {_short(step['result'])}")
        yield f"{_GAP}{step['sentence']}"
        inputs = [f"{_words(name)} {_short(value)}" for name, value in step["inputs"].items()]
        yield f"{_GAP}{'; '.join(inputs)}"
        yield from (f"{_GAP}{_span(span)}" for span in step["spans"])
        if Decimal(step["unit"]):
            more = f", + {_short(step['plus'])}" if Decimal(step["plus"]) else ""
            yield f"{_GAP}{step['exact_decimal']} to a multiple of {_short(step['unit'])}{more}"


def simulation(found: Json) -> Iterator[str]:
    """What a contract would cost, and its rows."""
    yield from _terms(found["terms"])
    yield from ("", "cost")
    yield from _listed({name: found[name] for name in ("instalment", "ends_on", "upfront")})
    rates = {name: rate for name, rate in found["terms"].items() if name.startswith("rate")}
    yield from _listed(rates | {"vtu_ea": found["vtu_ea"]})
    yield from ("", "schedule")
    heads = ("n", "due_date", *ROW_AMOUNTS)
    yield from table(heads, [[cell(row[head]) for head in heads] for row in found["schedule"]])
    yield from ("", "totals")
    yield from _pairs(found["totals"])


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Aligned lines; amounts and counts to the right, without centavos where all are whole."""
    columns = [_column(head, cells) for head, *cells in zip(heads, *rows, strict=True)]
    for line in zip(*columns, strict=True):
        yield _GAP.join(line).rstrip()


def _column(head: str, cells: list[str]) -> list[str]:
    amounts = [one for one in cells if isinstance(one, Amount)]
    if amounts and all(one.endswith(".00") for one in amounts):
        cells = [one.removesuffix(".00") if isinstance(one, Amount) else one for one in cells]
    numbers = bool(amounts) or all(one.isdecimal() for one in cells)
    written = [_words(head), *cells]
    width = max(map(len, written))
    return [one.rjust(width) if numbers else one.ljust(width) for one in written]


def cell(value: Any) -> str:
    """A JSON value for reading; amounts and rates are told by their decimals."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    text = str(value)
    if _AMOUNT.fullmatch(text):
        return Amount(f"{Decimal(text):,}")
    return _percent(text) if _RATE.fullmatch(text) else text


def _short(value: Any) -> str:
    return cell(value).removesuffix(".00")


def _percent(rate: str) -> str:
    percent = (Decimal(rate) * 100).quantize(_HUNDREDTH_OF_PERCENT)
    return f"{percent:f}".rstrip("0").rstrip(".") + " %"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _title(found: Json, what: str) -> Iterator[str]:
    yield f"{found['loan_number']} on {found['as_of']}: {what} (engine {found['engine_version']})"
    if found["provisional"]:
        yield "provisional: the day lies after the last certified rate"
    yield ""


def _figures(found: Json) -> Iterator[str]:
    names = (
        "accrued_interest", "principal_not_due", "payoff_insurance", "credit", "payoff",
        "instalment", "interest_left", "refunded",
    )  # fmt: skip
    yield from _pairs(
        {f"due {part}": amount for part, amount in found["due"].items()}
        | {name: found[name] for name in names}
    )
    others = ("days_past_due", "oldest_due_date", "next_due_date", "settled", "accelerated",
              "written_off")  # fmt: skip
    yield from _listed({name: found[name] for name in others})


def _pairs(amounts: Json) -> Iterator[str]:
    """Amounts below each other."""
    rows = [[_words(name), cell(amount)] for name, amount in amounts.items()]
    yield from list(table(("", ""), rows))[1:]


def _listed(values: Json) -> Iterator[str]:
    """Names and values of any kind."""
    flat = {name: one for name, one in values.items() if not isinstance(one, dict)}
    for nested in (one for one in values.values() if isinstance(one, dict)):
        flat |= nested
    width = max(map(len, flat))
    for name, value in flat.items():
        yield f"{_words(name):<{width}}{_GAP}{_short(value)}"


def _terms(terms: Json) -> Iterator[str]:
    yield from _listed(terms | {"late_rate_ea": terms["late_rate_ea"] or "the highest certified"})


def _rows(rows: list[Json]) -> Iterator[str]:
    heads = ("n", "due_date", *ROW_AMOUNTS, "fees", "late_interest")
    lines = [
        [
            *(cell(row[head]) for head in heads),
            cell(row["paid"]["total"]),
            cell(row["owed"]["total"]),
            row["status"],
        ]
        for row in rows
    ]
    yield from table((*heads, "paid", "owed", "status"), lines)


def _history(found: Json) -> Iterator[str]:
    if found["payments"]:
        yield from ("", "payments")
        heads = ("receipt", "paid_on", "amount", "channel", "effect", "reverses", "reversed_by")
        lines = [
            [
                *(one[head] if head == "receipt" else cell(one[head]) for head in heads),
                *(cell(one["allocated"][part]) for part in PARTS),
                cell(one["credit_after"]),
            ]
            for one in found["payments"]
        ]
        yield from table((*heads, *PARTS, "credit"), lines)
    if found["other_events"]:
        yield from ("", "other events")
        for one in found["other_events"]:
            details = (f"{_words(name)} {_short(value)}" for name, value in one["details"].items())
            yield f"{one['on']}  {_words(one['kind'])}  {one['receipt']}  {'; '.join(details)}"
    if found["credit_spent"]:
        yield from ("", "credit spent")
        lines = [[one["on"], cell(one["amount"])] for one in found["credit_spent"]]
        yield from table(("on", "amount"), lines)


def _span(span: Json) -> str:
    limited = ", lowered by the law" if span["limited"] else ""
    return (
        f"{span['start']} to {span['end']}: {span['days']} days on {_short(span['base'])} "
        f"at {_percent(span['rate_ea'])} E.A.{limited}"
    )
