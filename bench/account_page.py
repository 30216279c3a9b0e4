"""What the list of credits costs beside the least that Flask could do for it.

Run by `python -m bench.account_page`. The floor is a bare Flask view, the page's own statements by
the sqlite3 module, and its template drawn; each is timed alone, in turn with the page, by CPU time
in one process. The same statements by SQLAlchemy's `text()` tell what Core's cost.
"""

import logging
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, template_rendered
from sqlalchemy import event, text

from bench.pages import portal
from finportal.services import projections
from finportal.services.days import bogota_day

PAYMENTS, ROUNDS, TIMES = 10_000, 9, 100
PAGE = "/cuenta"


def cpu_ms(act: Callable[[], object]) -> float:
    """CPU of one call, the mean of TIMES."""
    before = time.process_time()
    for _ in range(TIMES):
        act()
    return (time.process_time() - before) * 1000 / TIMES


def seen(app: Flask, act: Callable[[], object]) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
    """The statements that a request sends and what its page's template is given."""
    statements: list[tuple[str, Any]] = []
    given: dict[str, Any] = {}
    engine = app.extensions["finportal"].db.engines[1]

    def note(_c: object, _k: object, statement: str, parameters: Any, *_: object) -> None:
        statements.append((statement, parameters))

    def drawn(_: Flask, context: dict[str, Any], **__: object) -> None:
        given.setdefault("context", context)

    event.listen(engine, "before_cursor_execute", note)
    with template_rendered.connected_to(drawn, app):
        act()
    event.remove(engine, "before_cursor_execute", note)
    return statements, given["context"]


def numbered(statement: str, parameters: tuple[object, ...]) -> tuple[str, dict[str, object]]:
    """The statement with a name for each question mark, and its values."""
    first, *rest = statement.split("?")
    marked = "".join(f":p{number}{part}" for number, part in enumerate(rest))
    return first + marked, {f"p{number}": value for number, value in enumerate(parameters)}


def main() -> None:
    """Measure in turn and print the ratios."""
    logging.disable(logging.INFO)
    bare = Flask("bare")
    bare.add_url_rule("/", view_func=lambda: "bare")
    hello = bare.test_client()
    with tempfile.TemporaryDirectory() as folder:
        app, browsers = portal(Path(folder), PAYMENTS)
        client = browsers[0][0]
        adapters = app.extensions["finportal"]
        projections.refresh(adapters.db, bogota_day(adapters.clock()))  # as the worker does
        statements, context = seen(app, lambda: client.get(PAGE))
        file = sqlite3.connect(Path(folder) / "finportal.db")
        template = app.jinja_env.get_template("pages/overview.html")
        db = app.extensions["finportal"].db

        named = [numbered(*statement) for statement in statements]

        def raw() -> None:
            for statement, parameters in statements:
                file.execute(statement, parameters).fetchall()

        def by_text() -> None:
            with db.reading() as link:
                for statement, values in named:
                    link.execute(text(statement), values).all()

        acts = (
            lambda: client.get(PAGE),
            lambda: hello.get("/"),
            raw,
            lambda: template.render(context),
            by_text,
        )
        with app.test_request_context(PAGE):
            rounds = [[cpu_ms(act) for act in acts] for _ in range(ROUNDS)]
        page, flask, sql, drawing, texts = map(statistics.median, zip(*rounds[1:], strict=True))
    floor = flask + sql + drawing
    print(f"page {page:.2f} ms; bare Flask {flask:.2f}, sqlite3 {sql:.2f}, template {drawing:.2f}")
    print(f"floor / page: {floor / page:.2f} (goal 0.70)")
    print(f"its statements by text(): {texts:.2f} ms")


if __name__ == "__main__":
    main()
