"""Sign in, step 3: number and password."""

from tests.factories import People
from tests.visitor import Visitor


def test_customer_signs_in_and_sees_own_credit(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = people.loan(person)
    visitor.sign_in(person)
    assert visitor.heading == "Mis créditos"
    assert number in visitor.words
