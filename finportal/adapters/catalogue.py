"""The pictures and words from which a customer's image and phrase are chosen."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "catalogue"
GALLERY = Path(__file__).parent.parent / "static" / "images" / "gallery"


@dataclass(frozen=True)
class Picture:
    """A picture of the gallery: its stable id and its name in both languages."""

    id: str
    es: str
    en: str

    def name(self, locale: str) -> str:
        """The picture's name as this reader says it."""
        return self.en if locale.startswith("en") else self.es

    @property
    def svg(self) -> str:
        """The drawing, safe to stand inside a page: shapes with attributes, no style and no ids."""
        return _drawing(self.id)

    @property
    def png(self) -> bytes:
        """The drawing for mail, where SVG is not shown."""
        return (GALLERY / f"{self.id}.png").read_bytes()


@cache
def pictures() -> dict[str, Picture]:
    """All pictures by id, in their fixed order (a keyed hash picks by position)."""
    with (FOLDER / "images.csv").open(encoding="utf-8", newline="") as lines:
        return {row["id"]: Picture(**row) for row in csv.DictReader(lines)}


@cache
def nouns() -> tuple[str, ...]:
    """The first words of suggested phrases, in their fixed order."""
    return _words("phrase_nouns.txt")


@cache
def adjectives() -> tuple[str, ...]:
    """The second words of suggested phrases, in their fixed order."""
    return _words("phrase_adjectives.txt")


def _words(name: str) -> tuple[str, ...]:
    return tuple((FOLDER / name).read_text(encoding="utf-8").split())


@cache
def _drawing(picture: str) -> str:
    return (GALLERY / f"{picture}.svg").read_text(encoding="utf-8")
