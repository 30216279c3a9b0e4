"""What a stranger is told of a paper: that it holds only while it does."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, render_template

from finportal.services.days import bogota_day
from finportal.services.documents.papers import AnyPaper
from finportal.services.documents.shelf import Issued
from finportal.web.context import here
from finportal.web.filters import day
from finportal.web.paper_check import checked
from tests.papers import BOUNCED, CODE, COUPON, PAPERS, RECEIPT, SETTLEMENT, split
from tests.web.test_papers import app, plain, words

__all__ = ["app"]

HOLDS = "Es auténtico y está vigente"


def told(app: Flask, paper: AnyPaper, template: str = "verified") -> str:
    issued = Issued(
        id=1, kind=paper.kind, number="X-000001", code=CODE, key="", loan_number="V-100234",
        issued_at=datetime(2026, 2, 9, tzinfo=UTC), void=None, customer_id=1, paper=paper,
        replaced_by=None,
    )  # fmt: skip
    with app.test_request_context("/"):
        found = checked(issued)
        return words(
            render_template(
                f"pages/{template}.html", layout="layouts/page.html", found=found, code=CODE
            )
        )


@pytest.mark.parametrize("template", ["verified", "verified_file"])
def test_a_receipt_of_a_reversed_payment_is_never_in_force(app: Flask, template: str) -> None:
    paper = RECEIPT.model_copy(update={"line": BOUNCED, "applied": ()})
    said = told(app, paper, template)
    assert "Pago reversado el 23 ene 2026" in said
    assert "vigente" not in said
    assert HOLDS in told(app, RECEIPT, template)


def test_a_coupon_holds_until_its_limit_date(app: Flask) -> None:
    with app.test_request_context("/"):
        today = bogota_day(here().clock())
        yesterday = today - timedelta(days=1)
        over = plain(f"sus valores valían hasta el {day(yesterday)}")
    for gone in ({"due_on": yesterday}, {"due_on": None, "on": yesterday}):
        said = told(app, COUPON.model_copy(update=gone))
        assert over in said
        assert HOLDS not in said
    assert HOLDS in told(app, COUPON.model_copy(update={"due_on": today}))


def test_what_was_forgiven_is_not_called_paid(app: Flask) -> None:
    assert "Pagado por completo el 9 feb 2026" in told(app, SETTLEMENT)
    said = told(app, SETTLEMENT.model_copy(update={"waived": split(1_000)}))
    assert "En ceros desde el 9 feb 2026" in said
    assert "Pagado" not in said


@pytest.mark.parametrize("kind", sorted(set(PAPERS) - {"coupon", "payoff"}))
def test_what_promises_no_day_does_not_expire(app: Flask, kind: str) -> None:
    assert HOLDS in told(app, PAPERS[kind])
