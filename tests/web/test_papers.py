"""The nine papers: they say every figure of their facts, escape everything and name who answers."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template

from finportal import create_app
from finportal.lending import Centavos
from finportal.services.documents.facts import Fact
from finportal.services.documents.papers import AnyPaper
from finportal.settings import Settings
from finportal.web.filters import day
from finportal.web.paper_filters import in_words, long_day, pesos
from tests.papers import (
    BALANCE,
    BOUNCED,
    CODE,
    COUPON,
    EVENTFUL,
    HISTORY,
    LIEN_RELEASE,
    PAPERS,
    PAYOFF,
    PREPAID,
    RECEIPT,
    SETTLEMENT,
    STATEMENT,
    SUPERVISED,
    TAX,
    Issued,
    Void,
    split,
)

EVERY = {**PAPERS, "eventful": EVENTFUL, "prepaid": PREPAID}
HOSTILE = "<script>alert(1)</script> <pdf:nextpage> {{7*7}} \"'&"
LOOKED_UP = {"kind", "id_type", "channel", "month", "part", "figure", "regime", "status"}
NOT_WORDS = {"basis", "capital", "late_since"}
"""What backs a paper, is drawn, or is told in one sentence, without being tabled."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal without a customer: papers are drawn from their facts alone."""
    secrets = {name: name * 6 for name in ("secret_key", "image_key", "mail_key")}
    app = create_app(
        Settings(
            mode="demo", instance=tmp_path_factory.mktemp("papers"), pepper="p" * 40, **secrets
        )
    )
    yield app
    app.extensions["finportal"].db.dispose()
    app.extensions["finportal"].jobs.close()


def drawn(app: Flask, paper: AnyPaper, language: str = "es", **issued: object) -> str:
    """The whole page."""
    with app.test_request_context(f"/?lang={language}"):
        return render_template(
            f"documents/{paper.kind}.html",
            layout="layouts/page.html",
            paper=paper,
            issued=Issued(paper.kind, **issued),
        )


def words(html: str) -> str:
    """What its main part says, with plain spaces."""
    main = BeautifulSoup(html, "html.parser").main
    assert main
    return " ".join(main.get_text(" ").split())


def plain(text: str) -> str:
    return " ".join(text.split())


def values(fact: Fact) -> Iterator[tuple[str, object, object]]:
    """Each value of the facts with its name and its declared type, however deep."""
    for name, field in type(fact).model_fields.items():
        if name in NOT_WORDS:
            continue
        value = getattr(fact, name)
        if name == "loan" and fact.kind in {"coupon", "receipt"}:  # they name its number only
            continue
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Fact):
                yield from values(one)
            else:
                yield name, one, field.annotation


@pytest.mark.parametrize("name", EVERY)
def test_every_amount_stands_on_the_paper(app: Flask, name: str) -> None:
    said = words(drawn(app, EVERY[name]))
    amounts = [value for _, value, kind in values(EVERY[name]) if kind is Centavos and value]
    assert amounts
    for amount in amounts:
        assert plain(pesos(abs(amount))) in said, amount


@pytest.mark.parametrize("name", EVERY)
def test_every_day_stands_on_the_paper(app: Flask, name: str) -> None:
    paper = EVERY[name]
    said = words(drawn(app, paper))
    days = {
        value for field, value, _ in values(paper) if type(value) is date and field != "issued_on"
    }
    assert days
    for one in days:
        assert plain(day(one)) in said or plain(long_day(one)) in said, one


@pytest.mark.parametrize("name", EVERY)
def test_every_paper_says_who_what_and_how_to_check(app: Flask, name: str) -> None:
    paper = EVERY[name]
    html = drawn(app, paper)
    said = words(html)
    for text in (
        paper.holder.name, "1.020.304.050", paper.loan.loan_number, paper.issuer.signatory_name,
        paper.issuer.signatory_role, paper.issuer.nit, "EXT-000123", CODE, "9 feb 2026, 3:07 p. m.",
    ):  # fmt: skip
        assert text in said, text
    page = BeautifulSoup(html, "html.parser")
    assert page.select_one(f'.check a[href$="/verificar/{CODE}"]')
    assert len(page.find_all("h1")) == 1
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", EVERY)
def test_nothing_stored_is_ever_code(app: Flask, name: str) -> None:
    html = drawn(app, poisoned(EVERY[name]))
    said = words(html)
    for told in ("<script>alert", "<pdf:"):
        assert told not in html.split("<main")[1], told
    assert said.count(HOSTILE[:20]) == said.count("{{7*7}}") > 0
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;pdf:nextpage&gt; {{7*7}}" in html


def poisoned(fact: Fact) -> Fact:
    """The same facts with something hostile in every text."""
    changed: dict[str, object] = {}
    for name, field in type(fact).model_fields.items():
        value = getattr(fact, name)
        if isinstance(value, Fact):
            changed[name] = poisoned(value)
        elif isinstance(value, tuple) and value and isinstance(value[0], Fact):
            changed[name] = tuple(poisoned(one) for one in value)
        elif field.annotation in (str, str | None) and name not in LOOKED_UP:
            changed[name] = HOSTILE
    return fact.model_copy(update=changed)


@pytest.mark.parametrize("name", EVERY)
def test_a_void_paper_says_so_first(app: Flask, name: str) -> None:
    void = Void("reversed", datetime(2026, 3, 1, 15, 0, tzinfo=UTC))
    said = words(drawn(app, EVERY[name], void=void, replaced_by="AAAA-BBBB-CCCC"))
    banner = said.index("ANULADO desde el 1 mar 2026, 10:00 a. m.: se reversó un pago")
    assert banner < said.index("EXT-000123")
    assert "Reemplazado por el documento de código AAAA-BBBB-CCCC" in said
    assert "ANULADO" not in words(drawn(app, EVERY[name]))


@pytest.mark.parametrize("reason", ["replaced", "reversed", "mistaken"])
def test_every_reason_has_its_words(app: Flask, reason: str) -> None:
    void = Void(reason, datetime(2026, 3, 1, tzinfo=UTC))
    assert "Este documento ya no vale" in words(drawn(app, BALANCE, void=void))


@pytest.mark.parametrize("name", EVERY)
def test_papers_are_drawn_in_english_too(app: Flask, name: str) -> None:
    assert "Colombian peso" in words(drawn(app, EVERY[name], "en")) or name in {
        "history", "lien_release",
    }  # fmt: skip


@pytest.mark.parametrize("paper", [STATEMENT, PAYOFF, BALANCE, TAX, COUPON, RECEIPT, SETTLEMENT])
def test_the_total_stands_in_words(app: Flask, paper: AnyPaper) -> None:
    totals = {
        "statement": STATEMENT.to_pay, "payoff": PAYOFF.total, "balance": BALANCE.owed.total,
        "tax": TAX.paid.interest, "coupon": COUPON.to_pay, "receipt": RECEIPT.line.amount,
        "settlement": 0,
    }  # fmt: skip
    assert in_words(Centavos(totals[paper.kind])) in words(drawn(app, paper))


def test_the_supervisor_is_the_one_of_the_regime(app: Flask) -> None:
    for paper in PAPERS.values():
        said = words(drawn(app, paper))
        assert "sujeta a la vigilancia de la Superintendencia de Industria y Comercio" in said
        assert "Financiera" not in said
        said = words(drawn(app, paper.model_copy(update={"issuer": SUPERVISED})))
        assert "Vigilada Superintendencia Financiera de Colombia" in said
        assert "Defensoría Ejemplo" in said
        assert "Industria y Comercio" not in said


def test_the_right_to_prepay_is_the_one_of_the_regime(app: Flask) -> None:
    assert "Ley 2032 de 2020, art. 2" in words(drawn(app, STATEMENT))
    assert "Ley 1555 de 2012" in words(drawn(app, EVENTFUL))


def test_columns_without_movement_are_left_out(app: Flask) -> None:
    quiet, eventful = words(drawn(app, STATEMENT)), words(drawn(app, EVENTFUL))
    for column in ("Desembolso Cargos", "Reversiones", "Ajustes Saldo final"):
        assert column in eventful
        assert column not in quiet


def test_a_rate_that_the_law_lowered_is_marked(app: Flask) -> None:
    assert "Tasa reducida por el tope legal" in words(drawn(app, EVENTFUL))
    assert "Tasa reducida" not in words(drawn(app, STATEMENT))


def test_a_late_rate_above_the_limit_is_told_as_it_was_applied(app: Flask) -> None:
    def rates(agreed: str | None, limit: str | None) -> str:
        changed = {"late_ea": agreed and Decimal(agreed), "cap_ea": limit and Decimal(limit)}
        known = STATEMENT.rates.model_copy(update=changed)
        return words(drawn(app, STATEMENT.model_copy(update={"rates": known})))

    above = rates("0.99", "0.2523")
    assert "Tasa de mora 25,23 % E.A., reducida por el tope legal" in above
    assert "99,00 %" not in above
    assert "Tasa de mora 24,00 % E.A. Tope" in rates("0.24", "0.2523")
    assert "Tasa de mora la máxima legal de cada día" in rates(None, "0.2523")
    assert "Tasa de mora 99,00 % E.A., sin pasar el tope legal" in rates("0.99", None)


def test_late_interest_brought_from_before_is_told(app: Flask) -> None:
    assert "$ 3.967 con $ 120 de antes" in words(drawn(app, EVENTFUL))
    assert "de antes" not in words(drawn(app, STATEMENT))


def test_what_became_known_late_is_told(app: Flask) -> None:
    said = words(drawn(app, EVENTFUL))
    assert "Ajuste por pago registrado el 15 nov 2025: R-1001, $ 813.664, con fecha 14 nov" in said
    assert "Ajuste por reversión registrada el 23 ene 2026: X-1003, $ 813.308" in said


def test_a_reversal_is_a_row_of_its_own_and_takes_its_amount_back(app: Flask) -> None:
    said = words(drawn(app, HISTORY))
    assert "R-1003 Reversado el 23 ene 2026: no cuenta" in said
    assert "X-1003 Anula el comprobante R-1003" in said
    assert "-$ 813.308" in said


def test_what_stays_in_favour_is_never_added_up(app: Flask) -> None:
    gone = BOUNCED.model_copy(update={"credit": Centavos(999_00)})
    lines = tuple(
        one.model_copy(update={"credit": Centavos(left)})
        for one, left in zip(HISTORY.lines, (25_00, 40_00), strict=False)
    )
    page = words(drawn(app, HISTORY.model_copy(update={"lines": (*lines, gone)})))
    assert "A favor Capital después" in page
    assert page.count("$ 25 ") == page.count("$ 40 ") == 1
    for sum_or_gone in ("$ 65 ", "$ 999 "):
        assert sum_or_gone not in page
    assert "A favor" not in words(drawn(app, HISTORY))


def test_a_receipt_of_a_reversed_payment_says_so(app: Flask) -> None:
    paper = RECEIPT.model_copy(update={"line": BOUNCED, "applied": ()})
    said = words(drawn(app, paper))
    assert "PAGO REVERSADO el 23 de enero de 2026: este pago no cuenta" in said
    assert "Este pago no está aplicado a ninguna cuota" in said


def test_a_receipt_names_the_order_and_what_has_no_row(app: Flask) -> None:
    said = words(drawn(app, PREPAID))
    assert "Gastos de cobranza, Seguro, Interés de mora, Interés corriente, Capital" in said
    assert "Cargo aparte 1 mar 2026" in said
    assert "Abono a capital –" in said


def test_a_settlement_says_what_it_does_not_cover(app: Flask) -> None:
    said = words(drawn(app, SETTLEMENT))
    assert "Crédito No. V-100777 : vigente" in said or "Crédito No. V-100777: vigente" in said
    assert "Crédito No. V-100101: cerrado" in said
    alone = SETTLEMENT.model_copy(update={"others": ()})
    assert "No cubre otras obligaciones" in words(drawn(app, alone))


def test_what_was_forgiven_was_not_paid(app: Flask) -> None:
    waived = split(200_000, 30_000, 4_000)
    forgiven = SETTLEMENT.model_copy(update={"waived": waived})
    said = words(drawn(app, forgiven))
    assert "quedó en ceros y está a paz y salvo desde el 9 de febrero de 2026" in said
    assert "condonamos $ 234.000, que ya no se cobran. Lo demás se pagó." in said
    for amount in ("$ 200.000", "$ 30.000", "$ 4.000"):
        assert amount in said
    for false in ("pagó totalmente", "Pagado totalmente"):
        assert false not in said
        assert false in words(drawn(app, SETTLEMENT))
    unpaid = forgiven.model_copy(update={"last_paid_on": None, "last_receipt": ""})
    assert "Lo demás se pagó" not in words(drawn(app, unpaid))
    assert "condon" not in words(drawn(app, SETTLEMENT))
    assert "pagó" not in words(drawn(app, LIEN_RELEASE))


def test_a_settlement_promises_no_more_than_is_certain(app: Flask) -> None:
    said = words(drawn(app, SETTLEMENT))
    assert "carta para levantar la prenda del vehículo de placa ABC123" in said
    assert "Prenda" not in words(drawn(app, SETTLEMENT.model_copy(update={"loan": BARE_LOAN})))
    assert "si su historial aún muestra una deuda" in said
    assert "$ 1.250: pídanos su devolución" in said
    for promise in ("se lo devolvemos", "informamos"):
        assert promise not in said


@pytest.mark.parametrize("name", EVERY)
def test_a_signature_is_called_what_it_is(app: Flask, name: str) -> None:
    said = words(drawn(app, EVERY[name]))
    assert "Firmado electrónicamente" in said
    assert "(Ley 527 de 1999, art. 7)" in said
    assert "digital" not in said


def test_a_balance_is_corrected_only_when_asked(app: Flask) -> None:
    assert "si usted lo pide, expedimos uno corregido" in words(drawn(app, BALANCE))


def test_one_instalment_is_one(app: Flask) -> None:
    single = BALANCE.model_copy(update={"loan": BALANCE.loan.model_copy(update={"term": 1})})
    assert "Plazo pactado 1 cuota mensual Tasa" in words(drawn(app, single))
    assert "Plazo pactado 60 cuotas mensuales" in words(drawn(app, BALANCE))


def test_the_next_day_of_a_payoff_may_add_a_premium(app: Flask) -> None:
    said = words(drawn(app, PAYOFF))
    assert (
        "el siguiente, $ 15.873, por intereses y, si ese día vence una cuota, por su seguro" in said
    )
    assert "suma intereses" not in said


def test_a_payoff_says_that_a_limit_is_not_known_yet(app: Flask) -> None:
    provisional = PAYOFF.model_copy(update={"provisional": True})
    assert "Cifras provisionales. El tope legal de alguno" in words(drawn(app, provisional))
    assert "provisional" not in words(drawn(app, PAYOFF))


def test_a_receipt_claims_only_what_its_contract_says(app: Flask) -> None:
    law = "los intereses van antes que el capital (Código Civil, art. 1653)"
    assert law in words(drawn(app, RECEIPT))
    for order in (
        ("fees", "insurance", "principal", "late_interest", "interest"),
        ("late_interest", "principal", "interest", "insurance", "fees"),
        ("interest", "principal", "late_interest", "insurance", "fees"),
    ):
        said = words(drawn(app, RECEIPT.model_copy(update={"order": order})))
        assert law not in said
        assert "El orden es el de su contrato. Si ve un error" in said
    assert "Primero lo más antiguo" in words(drawn(app, RECEIPT))
    said = words(drawn(app, RECEIPT.model_copy(update={"by_part": True})))
    assert "Primero lo más antiguo" not in said
    assert "cada concepto en todas las cuotas, antes que el siguiente" in said


def test_long_tables_are_marked(app: Flask) -> None:
    long = HISTORY.model_copy(update={"lines": HISTORY.lines * 4})
    assert "table.long" not in drawn(app, HISTORY)
    page = BeautifulSoup(drawn(app, long), "html.parser")
    assert len(page.select("table.long tbody tr")) == 21


def test_print_gets_a_picture_where_the_screen_gets_a_path(app: Flask) -> None:
    picture = "data:image/png;base64,AAAA"
    page = BeautifulSoup(drawn(app, COUPON, qr=picture), "html.parser")
    assert page.select_one(f'.check img[src="{picture}"][alt]')
    page = BeautifulSoup(drawn(app, COUPON), "html.parser")
    assert page.select_one('.check svg[role="img"] path[d]')


BARE_LOAN = STATEMENT.loan.model_copy(
    update={"vehicle": "", "plate": None, "vin": None, "migrated_on": date(2025, 12, 1)}
)
BARE_HOLDER = STATEMENT.holder.model_copy(update={"address": None, "city": None})
BARE = [
    STATEMENT.model_copy(
        update={
            "row": None, "payments": (), "workings": (), "capital": (), "instalment": split(),
            "overdue": split(), "to_pay": Centavos(0), "days_past_due": 0, "oldest_due_on": None,
        }
    ),
    PAYOFF.model_copy(
        update={"addressed_to": "", "days_past_due": 0, "oldest_due_on": None, "due": split()}
    ),
    HISTORY.model_copy(update={"lines": (), "totals": split(), "amount": Centavos(0)}),
    SETTLEMENT.model_copy(update={"last_paid_on": None, "last_receipt": "", "credit": 0}),
    LIEN_RELEASE.model_copy(update={"addressed_to": ""}),
    COUPON.model_copy(update={"due_on": None, "row": None, "overdue": split()}),
    BALANCE,
    TAX,
    RECEIPT,
]  # fmt: skip


@pytest.mark.parametrize("paper", BARE, ids=lambda paper: paper.kind)
def test_papers_do_without_what_a_credit_does_not_have(app: Flask, paper: AnyPaper) -> None:
    unsigned = paper.issuer.model_copy(update={"signatory_name": ""})
    bare = {"loan": BARE_LOAN, "holder": BARE_HOLDER, "issuer": unsigned}
    html = drawn(app, paper.model_copy(update=bare))
    assert "None" not in words(html)
    said = words(html)
    assert "Placa" not in said
    if paper.kind in {"statement", "payoff", "balance", "tax", "history", "settlement"}:
        assert "venía de otro sistema" in said
