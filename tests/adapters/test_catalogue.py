"""The gallery and the words: complete, in both languages, and safe to stand in a page."""

import re

import pytest
from bs4 import BeautifulSoup

from finportal.adapters import catalogue
from finportal.adapters.catalogue import Picture

PICTURES = list(catalogue.pictures().values())
GOLD = ["airplane", "anchor", "ant", "kite", "yo-yo"]
GOLD_NOUNS = ("abanico", "ópalo")
GOLD_ADJECTIVES = ("abundante", "único")
SHAPES = {"svg", "path", "g", "circle", "ellipse", "rect", "polygon", "polyline", "line"}


def test_the_order_is_fixed_because_a_keyed_hash_counts_by_position() -> None:
    ids = list(catalogue.pictures())
    assert (ids[:3], ids[120], ids[-1]) == (GOLD[:3], GOLD[3], GOLD[4])
    assert (catalogue.nouns()[0], catalogue.nouns()[-1]) == GOLD_NOUNS
    assert (catalogue.adjectives()[0], catalogue.adjectives()[-1]) == GOLD_ADJECTIVES


def test_every_picture_has_its_own_name_in_both_languages() -> None:
    for names in ([one.es for one in PICTURES], [one.en for one in PICTURES]):
        assert len(set(names)) == len(PICTURES)
        assert all(name == name.strip() and 2 <= len(name) <= 40 for name in names)


def test_a_picture_is_called_as_its_reader_calls_it() -> None:
    anchor = catalogue.pictures()["anchor"]
    assert [anchor.name(locale) for locale in ("es_CO", "es", "en", "en_US")] == [
        "Ancla",
        "Ancla",
        "Anchor",
        "Anchor",
    ]


def test_ids_are_plain_file_names() -> None:
    assert all(re.fullmatch(r"[a-z0-9-]+", one.id) for one in PICTURES)


def test_every_drawing_is_nothing_but_shapes() -> None:
    for one in PICTURES:
        drawing = BeautifulSoup(one.svg, "html.parser")
        assert {tag.name for tag in drawing.find_all()} <= SHAPES, one.id
        for tag in drawing.find_all():
            unsafe = {name for name in tag.attrs if name in {"id", "style", "class", "href"}}
            assert not unsafe, one.id
            assert not [name for name in tag.attrs if name.startswith("on")], one.id
        assert "url(" not in one.svg, one.id


@pytest.mark.parametrize("picture", PICTURES[::24], ids=lambda one: one.id)
def test_every_picture_has_a_small_png_for_mail(picture: Picture) -> None:
    assert picture.png.startswith(b"\x89PNG\r\n")
    assert len(picture.png) < 20_000


def test_no_picture_misses_its_files() -> None:
    for one in PICTURES:
        assert (catalogue.GALLERY / f"{one.id}.png").is_file()
        assert (catalogue.GALLERY / f"{one.id}.svg").is_file()


def test_words_are_single_small_words() -> None:
    for word in (*catalogue.nouns(), *catalogue.adjectives()):
        assert re.fullmatch(r"[a-záéíóúüñ]+", word)
