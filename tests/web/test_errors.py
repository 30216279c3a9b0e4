"""What goes wrong becomes a page in the house's look, with a reference number and no details."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, abort, request
from pythonjsonlogger.orjson import OrjsonFormatter

from finportal.settings import Settings
from finportal.web.context import here
from tests.factories import People
from tests.visitor import Visitor

REFERENCE = re.compile(r"\b[A-HJ-NP-Z2-9]{8}\b")


@pytest.fixture
def log(app: Flask) -> Iterator[io.StringIO]:
    """What the portal writes to its log."""
    (handler,) = [
        one
        for one in logging.getLogger("finportal").handlers
        if isinstance(one.formatter, OrjsonFormatter) and isinstance(one, logging.StreamHandler)
    ]
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def breaking(app: Flask) -> Flask:
    """The portal with pages that fail in every way."""

    @app.get("/break", endpoint="home.break")
    def break_with() -> str:
        abort(int(request.args["status"]))

    @app.get("/crash", endpoint="home.crash")
    def crash() -> str:
        with here().db.write() as session:
            session.connection().exec_driver_sql("DELETE FROM customers")
            raise RuntimeError("secret detail")

    @app.get("/no-table", endpoint="home.no_table")
    def no_table() -> str:
        with here().db.read() as session:
            session.connection().exec_driver_sql("SELECT * FROM nowhere")
        return ""

    return app


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 418, 422, 429, 500, 503])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_every_status_has_its_page(breaking: Flask, status: int, headers: dict[str, str]) -> None:
    reply = breaking.test_client().get(f"/break?status={status}", headers=headers)
    html = reply.get_data(as_text=True)
    assert reply.status_code == status
    assert html.count("<h1") == 1
    assert REFERENCE.search(html.split('class="reference"')[1])
    assert "601\u00a0000\u00a00000" in html
    assert ("<html" in html) == (not headers)


def test_a_crash_rolls_back_and_tells_nothing(
    breaking: Flask, visitor: Visitor, people: People
) -> None:
    breaking.testing = False
    breaking.config["PROPAGATE_EXCEPTIONS"] = False
    person = people.customer()
    visitor.open("/crash")
    assert visitor.status == 500
    assert "secret detail" not in visitor.response.get_data(as_text=True)
    assert visitor.register(person).heading == "Revise su correo"


def test_the_log_has_the_same_reference(
    breaking: Flask, visitor: Visitor, log: io.StringIO
) -> None:
    visitor.open("/crash")
    shown = visitor.page.find(class_="reference").get_text()
    logged = [line for line in log.getvalue().splitlines() if shown in line]
    assert any("unexpected error" in line for line in logged)


def test_a_database_that_fails_asks_to_come_back(breaking: Flask, visitor: Visitor) -> None:
    visitor.open("/no-table")
    assert visitor.status in {500, 503}


def test_an_oversized_form_is_refused(app: Flask, visitor: Visitor) -> None:
    visitor.open("/registro").fill("/registro", id_number="1" * 70_000)
    assert visitor.status == 413


def test_maintenance_closes_pages_but_not_their_look(
    app: Flask, visitor: Visitor, tmp_path: Path
) -> None:
    visitor.open("/")
    style = visitor.page.find("link", rel="stylesheet")["href"]
    (tmp_path / "maintenance").touch()
    visitor.open("/ingresar")
    assert (visitor.status, visitor.heading) == (503, "Estamos en mantenimiento")
    assert visitor.response.headers["Retry-After"] == "300"
    assert visitor.client.get(style).status_code == 200
    (tmp_path / "maintenance").unlink()
    assert visitor.open("/ingresar").status == 200


def test_one_request_is_one_line_of_log(app: Flask, log: io.StringIO) -> None:
    app.test_client().get("/nada%0d%0aINFO%20forged?clave=secreta")
    lines = log.getvalue().splitlines()
    assert len([line for line in lines if '"request"' in line]) == 1
    assert "secreta" not in "".join(lines)
    assert "forged" not in "".join(lines)


def test_tables_are_missing_before_the_first_upgrade(
    make_app: Callable[[Settings], Flask], settings: Settings, tmp_path: Path
) -> None:
    empty = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'new.db'}"})
    client = make_app(empty).test_client()
    client.set_cookie("sesion", "A" * 43)
    reply = client.get("/ingresar")
    assert reply.status_code == 503
    assert "no such table" not in reply.get_data(as_text=True)
