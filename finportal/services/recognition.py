"""The image and phrase by which a customer recognises the portal."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from finportal.adapters import catalogue
from finportal.adapters.catalogue import Picture
from finportal.adapters.secrets import Vault

T = TypeVar("T")
CHOICES = 12
PHRASE_LENGTHS = range(8, 61)


@dataclass(frozen=True)
class Recognition:
    """A picture and a phrase; `personal` when the customer chose them."""

    picture: Picture
    phrase: str
    personal: bool


def initial(vault: Vault, email: str) -> Recognition:
    """The image and phrase of an address that nobody chose: a pure function of key and address.

    The same for a registered and an unknown address, so that neither can be told from the other.
    `email` is canonical.
    """
    digest = vault.recognition_digest(email)
    pictures = tuple(catalogue.pictures().values())
    return Recognition(
        picture=_pick(pictures, digest[:8]),
        phrase=_phrase(
            _pick(catalogue.nouns(), digest[8:16]), _pick(catalogue.adjectives(), digest[16:24])
        ),
        personal=False,
    )


def chosen(picture_id: str, phrase: str) -> Recognition:
    """The image and phrase that a customer picked."""
    return Recognition(catalogue.pictures()[picture_id], phrase, personal=True)


def some_pictures(first: str | None = None, shown: Sequence[str] = ()) -> list[Picture]:
    """Twelve pictures to choose from, at random; `first` (an id) stays among them.

    `shown`: the ids of those that a page showed before. They come again, in their order, where
    they are twelve of ours with `first` among them.
    """
    pictures = catalogue.pictures()
    again = {name: pictures[name] for name in shown if name in pictures}
    if len(again) == len(shown) == CHOICES and (first in again or first not in pictures):
        return [*again.values()]
    kept = [pictures[first]] if first in pictures else []
    rest = [picture for picture in pictures.values() if picture not in kept]
    return kept + secrets.SystemRandom().sample(rest, CHOICES - len(kept))


def suggested_phrase() -> str:
    """A phrase of three words at random, for who has no idea."""
    return _phrase(secrets.choice(catalogue.nouns()), secrets.choice(catalogue.adjectives()))


def _phrase(noun: str, adjective: str) -> str:
    return f"Un {noun} {adjective}"


def _pick(choices: Sequence[T], digest: bytes) -> T:
    return choices[int.from_bytes(digest) % len(choices)]
