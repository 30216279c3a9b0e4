"""The copy of one's data: everything of its owner, nothing of anybody else, and no secret."""

from datetime import date

import pytest

from finportal.adapters.database import Database
from finportal.models import LoanEvent, PaymentAttempt
from finportal.services.my_data.tables import SUBJECTS
from finportal.web.context import Portal
from tests.doubles import Clock
from tests.factories import People, Person
from tests.services.my_data.scene import copy_of, lived, loan_id, rows_of

SHARED = {"email": "familia@correo.example", "city": "Cali", "address": "Calle 1 # 2-3"}


@pytest.fixture
def marta(people: People) -> Person:
    """A customer who shares address, mailbox and network with another."""
    people.caps()
    return people.active(name="Marta Ríos Ñáñez", **SHARED)


def test_it_holds_every_table_twice_and_says_what_each_is(
    portal: Portal, people: People, marta: Person, db: Database
) -> None:
    number = lived(portal, people, marta)
    files = copy_of(portal, people, marta)
    words = files.text("LEAME.txt")
    for subject in SUBJECTS:
        assert subject.name in words
        assert len(files.json(subject.name)) == len(files.csv(subject.name)), subject.name
    [person] = files.json("identidad")
    assert (person["nombre"], person["ciudad"]) == ("Marta Ríos Ñáñez", "Cali")
    assert files.csv("identidad")[0]["nombre"] == "Marta Ríos Ñáñez"
    [credit] = files.json("creditos")
    assert (credit["credito"], credit["valor_del_credito"]) == (number, "12000000.50")
    assert files.csv("creditos")[0]["valor_del_credito"] == "12000000.50"
    assert [one["valor"] for one in files.json("hechos-del-credito")] == ["1000000.00"]
    assert len(files.json("plan-de-pagos")) == 12
    assert files.json("movimientos")[0]["valor"] == "1000000.00"
    assert files.json("saldos")[0]["pago_total"].count(".") == 1
    [given], [taken] = files.json("autorizaciones"), files.json("autorizaciones-retiradas")
    assert (given["para"], given["texto"], given["red"]) == (
        "commercial",
        "Autorizo ofertas.",
        "203.0.113.0/24",
    )
    assert (given["aceptada"], taken["para"]) == ("2026-11-23T10:00:00-05:00", "commercial")
    assert files.json("preferencias-de-contacto")[0]["canales"] == "call"
    assert files.json("documentos")[0]["credito"] == number
    assert {"signed_in", "my_data_asked", "preference_chosen"} <= {
        one["hecho"] for one in files.json("actividad")
    }
    [account], [device] = rows_of(db, "accounts"), rows_of(db, "devices")
    for secret in (
        account.password_hash, account.phrase, device.token_hash, device.family_hash,
        rows_of(db, "takeouts")[0].name,
    ):  # fmt: skip
        assert secret not in files.everything


def test_each_row_goes_to_its_owner_and_nothing_of_one_to_the_other(
    portal: Portal, people: People, marta: Person, db: Database
) -> None:
    other = people.active(name="Óscar Vélez Duarte", **SHARED)
    lived(portal, people, marta)
    number = lived(portal, people, other)
    hers, his = (copy_of(portal, people, one) for one in (marta, other))
    for owner, files, stranger in ((marta, hers, other), (other, his, marta)):
        assert owner.id_number in files.everything
        for secret in (
            stranger.id_number, stranger.mobile, stranger.name,
            f"PL{stranger.customer_id:04d}", f"VIN-{stranger.customer_id:012d}",
        ):  # fmt: skip
            assert secret not in files.everything
        assert (number in files.everything) == (owner is other)
    for subject in SUBJECTS:
        if subject.table in {"takeouts", "audit_events", "outbox"}:
            continue  # making the second copy added to them
        told = len(hers.json(subject.name)) + len(his.json(subject.name))
        assert told == len(rows_of(db, subject.table)), subject.name


def test_a_text_that_a_spreadsheet_would_compute_stays_a_text(
    portal: Portal, people: People, marta: Person, db: Database
) -> None:
    trap = '=HYPERLINK("http://x");"a\nb"'
    number = people.loan(marta, product=trap)
    people.paid(number, date(2025, 4, 15), 1, external_id="-1+2")
    files = copy_of(portal, people, marta)
    assert files.csv("creditos")[0]["producto"] == "'" + trap
    assert files.csv("hechos-del-credito")[0]["comprobante"] == "'-1+2"
    assert files.json("creditos")[0]["producto"] == trap
    assert files.csv("hechos-del-credito")[0]["valor"] == "1.00"


def test_a_try_of_another_customer_is_not_told_and_one_without_a_name_is(
    portal: Portal, people: People, marta: Person, db: Database, clock: Clock
) -> None:
    number, other = people.loan(marta), people.active()
    with db.write() as session:
        credit = loan_id(db, number)
        for key, payer in (("OWN", marta.customer_id), ("HIS", other.customer_id), ("QUICK", None)):
            session.add(
                PaymentAttempt(
                    reference=key,
                    form_key=f"form-{key}",
                    loan_id=credit,
                    customer_id=payer,
                    purpose="payoff",
                    amount=150,
                    quote="{}",
                    quoted_on=clock().date(),
                    gateway="wompi",
                    state="created",
                    reason="",
                    authorisation="",
                    paid=0,
                    created_at=clock(),
                    expires_at=clock(),
                    moved_at=clock(),
                    polls=0,
                )
            )
    files = copy_of(portal, people, marta)
    assert [one["referencia"] for one in files.json("intentos-de-pago")] == ["OWN", "QUICK"]
    assert [one["valor"] for one in files.json("intentos-de-pago")] == ["1.50", "1.50"]
    assert "form-" not in files.everything
    assert [
        one["referencia"] for one in copy_of(portal, people, other).json("intentos-de-pago")
    ] == ["HIS"]


def test_a_company_and_a_customer_without_a_credit_have_theirs(
    portal: Portal, people: People
) -> None:
    company = people.active(
        id_type="NIT", id_number="9001234567", kind="juridical", name="Rutas S.A.S.",
        representative_id_type="CC", representative_id_number="79111222",
        representative_name="Eva Mora",
    )  # fmt: skip
    files = copy_of(portal, people, company)
    [person] = files.json("identidad")
    assert (person["clase"], person["representante_nombre"]) == ("juridical", "Eva Mora")
    assert files.json("creditos") == files.json("plan-de-pagos") == files.csv("saldos") == []


def test_a_credit_the_engine_refuses_is_told_without_figures(
    portal: Portal, people: People, marta: Person, db: Database, clock: Clock
) -> None:
    number = people.loan(marta)
    with db.write() as session:
        session.add(
            LoanEvent(
                loan_id=loan_id(db, number),
                kind="payment",
                value_date=date(2020, 1, 1),
                amount=100,
                channel="bank",
                source="s",
                external_id="early",
                recorded_at=clock(),
            )
        )
    files = copy_of(portal, people, marta)
    [one] = files.json("saldos")
    assert (one["pago_total"], one["nota"][:13]) == (None, "no disponible")
    assert files.json("plan-de-pagos") == []
    assert files.json("hechos-del-credito")[0]["comprobante"] == "early"
