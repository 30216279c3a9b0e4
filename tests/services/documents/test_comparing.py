"""What changed since a paper was issued: nothing that matters, names, proof or the credit."""

from datetime import date

import pytest

from finportal.adapters.database import Database
from finportal.lender import Lender
from finportal.lending import Centavos
from finportal.services.documents import payments, subject
from finportal.services.documents.comparing import Change, change, same
from finportal.services.documents.papers import Receipt
from tests.factories import People
from tests.pages.credit_scenes import example


@pytest.fixture
def paper(db: Database, people: People) -> Receipt:
    """A receipt that names no number of a bank."""
    person = people.customer()
    number = example(people, person)
    with db.read() as session:
        about = subject.own(session, person.customer_id, number, people.around().now)
    assert about
    return payments.receipt(about, Lender(), about.credit.records[0].id)


def test_each_change_has_its_reason(paper: Receipt) -> None:
    moved = {"holder": paper.holder.model_copy(update={"address": "Calle 9 # 1-2"})}
    sold = {"loan": paper.loan.model_copy(update={"plate": "ZZZ999"})}
    proof = {"authorisation": "3155321", "reference": "100000000015-ABCDEFGHJKLMNPQR"}
    called = {"issuer": paper.issuer.model_copy(update={"phone": "601 555 0000"})}
    later = {"issued_on": date(2027, 1, 1)}
    less = {"line": paper.line.model_copy(update={"principal_after": Centavos(1)})}
    for changed, reason in (
        (later, None),
        (called | later, None),
        (proof, Change.PROOF),
        (moved, Change.NAMES),
        (sold | proof, Change.NAMES),
        (less | moved | proof, Change.CREDIT),
    ):
        anew = paper.model_copy(update=changed)
        assert change(paper, anew) == reason
        assert same(paper, anew) == (changed == later)


def test_a_number_that_was_printed_is_not_taken_back(paper: Receipt) -> None:
    proven = paper.model_copy(update={"authorisation": "3155321"})
    for authorisation in ("", "9999999"):
        assert change(proven, proven.model_copy(update={"authorisation": authorisation})) is None
    assert change(proven, proven.model_copy(update={"reference": "R"})) is Change.PROOF
