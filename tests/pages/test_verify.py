"""Verificar: anyone may check a code, and learns no more than the paper says."""

from datetime import date
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.doubles import Clock
from tests.factories import People
from tests.pages.credit_scenes import example, plain
from tests.pages.document_scenes import asked
from tests.visitor import Visitor


@pytest.fixture
def code(visitor: Visitor, people: People) -> str:
    """The code of a certificate; its owner has left."""
    person = people.active(name="Marta Rojas Peña", id_number="52999888")
    number = example(people, person)
    visitor.sign_in(person)
    code = asked(visitor, number, "deuda", fecha="2026-11-25", dirigido="Banco del Valle")
    visitor.open("/salir").press("/salir")
    return code


def test_a_stranger_sees_that_it_is_authentic_and_little_more(visitor: Visitor, code: str) -> None:
    words = plain(visitor.open(f"/verificar/{code}").words)
    assert visitor.heading == "Documento auténtico"
    assert "DEU-000001" in words
    assert "Banco del Valle" in words
    assert "M•••• R•••• P•••" in words
    assert "52999888" not in words
    assert "Rojas" not in words


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", " "), str.strip])
def test_the_code_may_be_typed_as_people_type(visitor: Visitor, code: str, typed: object) -> None:
    visitor.open("/verificar").fill("/verificar", codigo=typed(code))  # type: ignore[operator]
    assert visitor.heading == "Documento auténtico"


@pytest.mark.parametrize("wrong", ["", "ABC", "OOOO-IIII-0000", "ABCD-EFGH-JKLM-N", "' OR 1=1 --"])
def test_what_is_no_code_is_told_at_the_field(visitor: Visitor, wrong: str) -> None:
    visitor.open("/verificar").fill("/verificar", codigo=wrong)
    assert visitor.status == 422
    assert visitor.page.select_one("#codigo-error")


def test_an_unknown_code_is_unknown(visitor: Visitor) -> None:
    assert visitor.open("/verificar/ABCD-EFGH-JKLM").status == 404
    assert visitor.heading == "No conocemos este código"


def test_a_replaced_paper_says_so(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person)
    code = asked(visitor, number, "deuda", fecha="2026-11-25", dirigido="x")
    people.paid(number, date(2026, 11, 20), 5_000_000)
    visitor.open(f"/documentos/{code}").press(f"/documentos/{code}/corregir")
    visitor.open(f"/verificar/{code}")
    assert visitor.heading == "Documento anulado"
    assert "lo reemplaza un documento corregido" in visitor.words


def test_figures_that_were_promised_until_a_day_expire(
    visitor: Visitor, code: str, clock: Clock
) -> None:
    clock.forward(days=20)
    words = visitor.open(f"/verificar/{code}").words
    assert "valían hasta el" in words


def test_guessing_is_stopped(visitor: Visitor) -> None:
    for _ in range(15):  # each is opened as a page and as a fragment
        visitor.open("/verificar/ABCD-EFGH-JKLM")
    statuses = {visitor.client.get("/verificar/ABCD-EFGH-JKLM").status_code for _ in range(20)}
    assert 429 in statuses


def test_a_file_that_is_not_ours_is_told(visitor: Visitor, app: Flask) -> None:
    visitor.open("/verificar")
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    for content in (b"%PDF-1.7 not ours", b"\0" * 400_000):
        answer = visitor.client.post(
            "/verificar/archivo",
            data={"csrf_token": token, "archivo": (BytesIO(content), "x.pdf")},
        )
        assert "no es el que entregamos" in answer.get_data(as_text=True)
    answer = visitor.client.post("/verificar/archivo", data={"csrf_token": token})
    assert answer.status_code == 422
    huge = visitor.client.post(
        "/verificar/archivo", data=b"x" * 3_000_000, content_type="multipart/form-data; boundary=x"
    )
    assert huge.status_code == 422
    assert "pesa más de 2 MB" in huge.get_data(as_text=True)
    assert "estuvo abierta" not in huge.get_data(as_text=True)
    assert visitor.open("/verificar/archivo").heading == "Verificar un documento"


@pytest.mark.parametrize(
    ("content", "token", "told"),
    [
        (None, True, "Elija el archivo PDF que quiere verificar"),
        (b"", True, "El archivo está vacío"),
        (b"%PDF", False, "estuvo abierta mucho tiempo"),
        (None, False, "estuvo abierta mucho tiempo"),
    ],
)
def test_a_file_that_cannot_be_checked_gets_its_one_true_reason(
    visitor: Visitor, content: bytes | None, told: str, *, token: bool
) -> None:
    visitor.open("/verificar")
    field = visitor.page.find("input", attrs={"name": "csrf_token"})
    data = {"csrf_token": field["value"] if token else "x"}
    sent = {} if content is None else {"archivo": (BytesIO(content), "x.pdf")}
    answer = visitor.client.post(
        "/verificar/archivo", data=data | sent, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    (problem,) = page.select("main section.problems li")
    assert told in problem.get_text()
