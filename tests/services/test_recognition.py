"""Image and phrase: the same for strangers and customers, fixed for ever, and enough of them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finportal.adapters import catalogue
from finportal.adapters.database import Database
from finportal.adapters.secrets import Vault
from finportal.services import recognition
from finportal.settings import Settings
from tests.doubles import Statements
from tests.factories import People


@pytest.fixture
def plain(keys: Settings) -> Vault:
    """A vault with fixed keys and no database."""
    return Vault(keys)


@pytest.mark.parametrize(
    ("address", "picture", "phrase"),
    [
        ("marta1@correo.example", "chair", "Un pincel valiente"),
        ("nadie@correo.example", "pizza", "Un campo seguro"),
        ("c@d.co", "candle", "Un abeto jovial"),
    ],
)
def test_no_release_may_change_what_an_address_sees(
    plain: Vault, address: str, picture: str, phrase: str
) -> None:
    seen = recognition.initial(plain, address)
    assert (seen.picture.id, seen.phrase, seen.personal) == (picture, phrase, False)


@given(address=st.emails())
def test_every_installation_with_the_same_key_shows_the_same(address: str) -> None:
    one, other = (Vault(Settings(mode="demo", image_key="i" * 40)) for _ in range(2))
    assert recognition.initial(one, address) == recognition.initial(other, address)


def test_another_image_key_shows_something_else_and_other_keys_do_not(keys: Settings) -> None:
    addresses = [f"persona{n}@correo.example" for n in range(200)]

    def seen(**changed: str) -> list[tuple[str, str]]:
        vault = Vault(Settings(**(keys.model_dump() | changed)))
        return [
            (one.picture.id, one.phrase)
            for one in (recognition.initial(vault, address) for address in addresses)
        ]

    same = sum(a == b for a, b in zip(seen(), seen(image_key="j" * 40), strict=True))
    assert same == 0
    assert seen() == seen(secret_key="t" * 40, mail_key="n" * 40, pepper="q" * 40)


def test_nothing_is_read_to_choose_so_nothing_can_leak(
    db: Database, people: People, plain: Vault, statements: Statements
) -> None:
    address = "marta@correo.example"
    before = recognition.initial(plain, address)
    people.registered(email=address)
    statements.clear()
    assert recognition.initial(plain, address) == before
    assert len(statements) == 0


def test_there_are_enough_pictures_and_words() -> None:
    assert len(catalogue.pictures()) == 240
    for words in (catalogue.nouns(), catalogue.adjectives()):
        assert len(words) == len(set(words)) >= 256


def test_all_pictures_and_words_come_up_about_equally_often(plain: Vault) -> None:
    tries = 12_000
    seen = [recognition.initial(plain, f"persona{n}@correo.example") for n in range(tries)]
    for values, kinds in (
        ([one.picture.id for one in seen], 240),
        ([one.phrase.split()[1] for one in seen], len(catalogue.nouns())),
        ([one.phrase.split()[2] for one in seen], len(catalogue.adjectives())),
    ):
        times = Counter(values)
        assert len(times) == kinds
        assert max(times.values()) < 2 * tries / kinds
        assert min(times.values()) > tries / kinds / 3


def test_picture_and_phrase_are_chosen_independently(plain: Vault) -> None:
    seen = {
        (one.picture.id, one.phrase)
        for one in (recognition.initial(plain, f"persona{n}@correo.example") for n in range(2_000))
    }
    assert len(seen) == 2_000


@pytest.mark.parametrize("first", [None, "octopus", "airplane", "no-such-picture"])
def test_twelve_different_pictures_are_offered_the_chosen_one_first(first: str | None) -> None:
    for _ in range(50):
        offered = recognition.some_pictures(first)
        assert len({picture.id for picture in offered}) == len(offered) == recognition.CHOICES
        if first in catalogue.pictures():
            assert offered[0].id == first


def test_other_pictures_are_offered_each_time() -> None:
    offered = {picture.id for _ in range(60) for picture in recognition.some_pictures()}
    assert len(offered) > 200


def test_a_suggested_phrase_is_one_the_form_accepts() -> None:
    suggested = {recognition.suggested_phrase() for _ in range(200)}
    assert len(suggested) > 150
    assert {len(phrase) in recognition.PHRASE_LENGTHS for phrase in suggested} == {True}


def test_every_initial_phrase_is_one_the_form_accepts() -> None:
    longest, shortest = (
        pick(catalogue.nouns(), key=len) + " " + pick(catalogue.adjectives(), key=len)
        for pick in (max, min)
    )
    assert len(f"Un {longest}") in recognition.PHRASE_LENGTHS
    assert len(f"Un {shortest}") in recognition.PHRASE_LENGTHS


def test_a_chosen_picture_is_marked_personal() -> None:
    chosen = recognition.chosen("octopus", "Mi gata duerme al sol")
    assert (chosen.picture.id, chosen.phrase, chosen.personal) == (
        "octopus",
        "Mi gata duerme al sol",
        True,
    )
