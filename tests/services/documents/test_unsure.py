"""What says that a credit was paid waits for cheques and for payments under review."""

from datetime import date

import pytest
from sqlalchemy import update

from finportal.lender import Lender
from finportal.lending import Centavos
from finportal.models import PaymentAttempt
from finportal.services.documents import issuing, kinds, subject
from finportal.services.documents.kinds import Wanted
from finportal.services.documents.offer import Offer, offer
from finportal.services.documents.refusals import ChequeNotCleared, NotSettled, UnderReview
from finportal.services.errors import Refused
from finportal.services.payments import bank_waiting
from finportal.services.payments.bank_waiting import Cheque
from finportal.services.payments.offers import Purpose
from tests.adapters.bank_files.made import Paid
from tests.services.payments.conftest import BOTH, bank, gateway_name, listening, scene
from tests.services.payments.scene import Scene
from tests.services.payments.test_bank_loading import key_of, load, made, reference

__all__ = ["BOTH", "bank", "gateway_name", "listening", "scene"]

PAPERS = (kinds.settlement(), kinds.lien_release("Secretaría de Movilidad de Cali"))


def refused(scene: Scene, wanted: Wanted) -> type[Refused] | None:
    """Why a paper is not issued; None if it was."""
    desk = issuing.Desk(scene.desk.db, scene.desk.vault, Lender())
    try:
        desk.issue(scene.person.customer_id, scene.number, wanted, scene.people.around())
    except Refused as why:
        return type(why)
    return None


def offered(scene: Scene) -> Offer:
    """What the credit offers."""
    with scene.desk.db.reading() as link:
        about = subject.own(link, scene.person.customer_id, scene.number, scene.clock())
        assert about
        return offer(link, about)


def pay_all(scene: Scene, means: str) -> None:
    """Settle the credit by a bank's file."""
    amount = Centavos(scene.credit().state(date(2026, 2, 5)).payoff + 5_000_000)
    load(scene, made(Paid(reference(scene), amount, means=means)))


@pytest.mark.parametrize("wanted", PAPERS, ids=lambda one: one.kind)
@pytest.mark.parametrize(
    ("outcome", "then"), [(Cheque.CLEARED, None), (Cheque.BOUNCED, NotSettled)]
)
def test_a_cheque_settles_a_credit_once_its_bank_says_so(
    scene: Scene, wanted: Wanted, outcome: Cheque, then: type[Refused] | None
) -> None:
    pay_all(scene, "02")
    assert offered(scene).unsure == "cheque"
    assert refused(scene, wanted) is ChequeNotCleared
    bank_waiting.decide(scene.desk, key_of(scene), outcome, "Ana", scene.people.around())
    assert offered(scene).unsure is None
    assert refused(scene, wanted) is then


@pytest.mark.parametrize("wanted", PAPERS, ids=lambda one: one.kind)
def test_a_payment_under_review_is_judged_first(scene: Scene, wanted: Wanted) -> None:
    begun = scene.begin(Purpose.OTHER, amount=Centavos(500_000))
    pay_all(scene, "01")
    assert offered(scene).unsure is None
    scene.decide(begun, "wrong-amount", "card")
    scene.learn(begun)
    assert offered(scene).unsure == "review"
    assert refused(scene, wanted) is UnderReview
    with scene.desk.db.write() as session:
        session.execute(update(PaymentAttempt).values(state="rejected"))
    assert refused(scene, wanted) is None
