"""Pago rápido: two numbers that belong together tell little; everything else tells nothing."""

import pytest
from flask import Flask

from finportal.models import Loan
from finportal.services import quick_lookup
from finportal.services.payment_references import grouped, reference_of
from finportal.web.context import Portal
from tests.doubles import Clock, Statements
from tests.factories import People
from tests.pages.credit_scenes import example, plain
from tests.visitor import Visitor

DOCUMENT = "52999888"


@pytest.fixture
def number(people: People) -> str:
    """The worked example."""
    return example(people, people.customer(name="Marta Rojas Peña", id_number=DOCUMENT))


def reference(portal: Portal, number: str) -> str:
    with portal.db.read() as session:
        return reference_of(session.query(Loan.id).filter_by(loan_number=number).scalar())


def asked(visitor: Visitor, documento: str, credito: str) -> Visitor:
    """Fill in the form."""
    visitor.open("/pago-rapido")
    return visitor.fill("/pago-rapido", documento=documento, credito=credito)


def test_two_numbers_that_belong_together(visitor: Visitor, portal: Portal, number: str) -> None:
    asked(visitor, DOCUMENT, number)
    words = plain(visitor.words)
    assert visitor.status == 200
    assert grouped(reference(portal, number)) in words
    assert "M•••• R•••• P•••" in words
    assert "Todo el crédito" in words
    for secret in (number, "Marta", "Rojas", DOCUMENT, "KLM456", "Renault"):
        assert secret not in words
    assert visitor.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("typed", ["52.999.888", " 52 999 888 ", "052999888"])
def test_numbers_may_be_typed_as_people_type(visitor: Visitor, number: str, typed: str) -> None:
    assert asked(visitor, typed, f" {number.lower()} ").status == 200


def test_a_nit_may_lack_its_check_digit(visitor: Visitor, people: People) -> None:
    company = people.customer(
        kind="juridical", id_type="NIT", id_number="8001972684", name="Flores"
    )
    number = example(people, company)
    assert asked(visitor, "800.197.268", number).status == 200
    assert asked(visitor, "800.197.268-4", number).status == 200
    assert asked(visitor, "800197267", number).status == 422


def test_every_mismatch_looks_the_same(visitor: Visitor, people: People, number: str) -> None:
    other = example(people, people.customer(id_number="52999777"))
    answers = []
    for documento, credito in ((DOCUMENT, other), ("52999777", number), (DOCUMENT, "VH-0")):
        asked(visitor, documento, credito)
        answers.append((visitor.status, visitor.words))
    asked(visitor, "1", "2")
    assert {*answers} == {(422, visitor.words)}
    assert "No encontramos un crédito" in visitor.words


def test_every_mismatch_is_the_same_work(
    visitor: Visitor, people: People, number: str, statements: Statements
) -> None:
    other = example(people, people.customer(id_number="52999777"))
    visitor.open("/pago-rapido")
    work = []
    for n, (documento, credito) in enumerate(((DOCUMENT, other), ("1", number), ("2", "VH-0"))):
        asked(visitor, documento, credito)
        before = len(statements.texts)
        visitor.fill("/pago-rapido", documento=f"{documento}{n}", credito=credito)
        work.append(statements.texts[before:])
    assert work[0] == work[1] == work[2]
    assert any("customers" in one for one in work[0])


@pytest.mark.parametrize(("documento", "credito"), [("", "VH-1"), ("1", ""), ("\x001", "VH-1")])
def test_what_is_missing_is_told_at_the_field(
    visitor: Visitor, documento: str, credito: str
) -> None:
    assert asked(visitor, documento, credito).status == 422
    assert visitor.page.select_one("p.error")


def test_a_network_is_slowed_down(visitor: Visitor, number: str) -> None:
    for n in range(quick_lookup.PER_NETWORK.most):
        assert asked(visitor, str(n), f"VH-X{n}").status == 422
    assert asked(visitor, DOCUMENT, number).status == 429


@pytest.mark.parametrize("same", ["documento", "credito"])
def test_a_number_is_slowed_down(app: Flask, people: People, number: str, same: str) -> None:
    def status(n: int, **typed: str) -> int:
        values = {"documento": f"9{n}", "credito": f"VH-X{n}"} | typed
        visitor = Visitor(app, people)
        visitor.client.environ_base["REMOTE_ADDR"] = f"10.0.{n}.1"
        return asked(visitor, **values).status

    typed = {same: DOCUMENT if same == "documento" else number}
    found = [status(n, **typed) for n in range(quick_lookup.PER_NUMBER.most + 1)]
    assert found == [422] * quick_lookup.PER_NUMBER.most + [429]


def test_whoever_types_right_is_not_slowed_down(visitor: Visitor, number: str) -> None:
    for _ in range(quick_lookup.PER_NUMBER.most + 2):
        assert asked(visitor, DOCUMENT, number).status == 200


def test_the_front_page_leads_there(visitor: Visitor) -> None:
    assert visitor.open("/").page.select_one('nav a[href="/pago-rapido"]')


def test_a_settled_credit_has_nothing_to_pay(
    visitor: Visitor, people: People, clock: Clock, number: str
) -> None:
    people.paid(number, clock().date(), 60_000_000, effect="reduce_term")
    asked(visitor, DOCUMENT, number)
    assert "no hay un valor para pagar" in visitor.words
    assert not visitor.page.select_one(".barcode")


def test_the_barcode_is_that_of_the_reference(
    visitor: Visitor, portal: Portal, number: str
) -> None:
    asked(visitor, DOCUMENT, number)
    code = f"(8020){reference(portal, number).zfill(18)}"
    bars = visitor.page.select_one(".barcode svg")
    assert bars
    assert code in visitor.words
    assert "Convenio 00000" in visitor.words
