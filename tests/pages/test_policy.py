"""How personal data are treated."""

from tests.visitor import Visitor


def test_the_policy_names_law_lender_and_contact(visitor: Visitor) -> None:
    visitor.open("/tratamiento-de-datos")
    for words in ("Ley 1581 de 2012", "Crédito Demo S.A.S.", "datos@creditodemo.example"):
        assert words in visitor.words


def test_english_readers_get_their_own_text(visitor: Visitor) -> None:
    visitor.open("/tratamiento-de-datos?lang=en")
    assert "controller of your personal data" in visitor.words
