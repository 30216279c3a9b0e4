"""Keys at work: what is sealed, hashed or random can neither be read, forged nor guessed."""

import base64
import re
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type
from hypothesis import given, settings
from hypothesis import strategies as st

from finportal.adapters import secrets
from finportal.adapters.secrets import LOCK, Unreadable, Vault, opens, unlocked
from finportal.settings import Settings

VALUES = st.dictionaries(st.text(), st.text() | st.integers() | st.none())
PLAIN = Settings(
    mode="demo", secret_key="s" * 40, image_key="i" * 40, mail_key="m" * 40, pepper="p" * 40
)
VAULT = Vault(PLAIN)


@pytest.fixture
def other(keys: Settings) -> Callable[..., Vault]:
    """A vault that has some other keys."""
    return lambda **changed: Vault(Settings(**(keys.model_dump() | changed)))


@given(VALUES)
def test_what_is_sealed_comes_back_and_cannot_be_read_meanwhile(values: dict[str, object]) -> None:
    sealed = VAULT.seal(values)
    assert VAULT.unseal(sealed) == values
    assert Vault(PLAIN).unseal(sealed) == values


def test_a_sealed_secret_does_not_show() -> None:
    sealed = VAULT.seal({"password": "ABCD-EFGH"})
    assert b"ABCD-EFGH" not in sealed
    assert b"ABCD-EFGH" not in base64.urlsafe_b64decode(sealed)
    assert sealed != VAULT.seal({"password": "ABCD-EFGH"})


@given(place=st.integers(0, 119), sign=st.sampled_from(b"AbZ09-_"))
def test_a_sealed_text_that_was_touched_is_not_read(place: int, sign: int) -> None:
    sealed = bytearray(VAULT.seal({"password": "ABCD-EFGH"}))
    place %= len(sealed) - 2
    sealed[place] = sign if sealed[place] != sign else ord("Q")
    with pytest.raises(Unreadable):
        VAULT.unseal(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"garbage", b"\xff" * 80])
def test_what_was_never_sealed_is_not_read(sealed: bytes) -> None:
    with pytest.raises(Unreadable):
        VAULT.unseal(sealed)


def test_only_the_mail_key_opens_letters(other: Callable[..., Vault]) -> None:
    sealed = VAULT.seal({"password": "ABCD"})
    assert other(secret_key="x" * 40, image_key="y" * 40, pepper="z" * 40).unseal(sealed)
    with pytest.raises(Unreadable):
        other(mail_key="x" * 40).unseal(sealed)


def test_a_password_matches_its_own_hash_and_no_other() -> None:
    stored = VAULT.hash_password("cuatro palabras sin nexo")
    assert VAULT.password_matches("cuatro palabras sin nexo", stored)
    for wrong in ("Cuatro palabras sin nexo", "cuatro palabras sin nexo ", "", stored):
        assert not VAULT.password_matches(wrong, stored)
    assert stored != VAULT.hash_password("cuatro palabras sin nexo")


def test_a_stolen_hash_is_worthless_without_the_pepper(other: Callable[..., Vault]) -> None:
    stored = VAULT.hash_password("secreto")
    assert not other(pepper="q" * 40).password_matches("secreto", stored)
    assert other(secret_key="x" * 40, mail_key="y" * 40).password_matches("secreto", stored)
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(stored, "secreto")


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_password_is_the_same_in_every_unicode_form(form: str) -> None:
    password = "ﬁnca ñandú Å №1"
    stored = VAULT.hash_password(password)
    assert VAULT.password_matches(unicodedata.normalize(form, password), stored)  # type: ignore[arg-type]


@pytest.mark.parametrize("password", ["", "x" * 1_000_000, "\x00", "🐈" * 50, "a\nb"])
def test_any_text_can_be_hashed_and_compared(password: str) -> None:
    stored = VAULT.hash_password(password)
    assert VAULT.password_matches(password, stored)
    assert not VAULT.password_matches(password + "x", stored)


def test_hashes_are_as_costly_as_promised_and_the_decoy_costs_the_same() -> None:
    promised = Parameters(Type.ID, 19, 16, 32, 2, 19 * 1024, 1)
    assert extract_parameters(VAULT.hash_password("secreto")) == promised
    assert extract_parameters(VAULT._decoy) == promised


def test_hashes_are_those_of_the_reference_implementation() -> None:
    reference = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    peppered = VAULT._peppered("cuatro palabras sin nexo")
    assert VAULT.password_matches("cuatro palabras sin nexo", reference.hash(peppered))
    assert not VAULT.outdated(reference.hash(peppered))
    assert reference.verify(VAULT.hash_password("cuatro palabras sin nexo"), peppered)


def test_nothing_matches_the_decoy() -> None:
    for password in ("", "secreto", "cuatro palabras sin nexo", VAULT._decoy):
        assert not VAULT.password_matches(password, None)
    assert VAULT._decoy != Vault(PLAIN)._decoy


def test_a_locked_hash_matches_nothing_and_can_be_unlocked() -> None:
    stored = VAULT.hash_password("secreto")
    locked = LOCK + LOCK + stored
    assert (opens(stored), opens(locked), opens("")) == (True, False, False)
    assert (unlocked(locked), unlocked("")) == (stored, "")
    assert VAULT.password_matches("secreto", unlocked(locked))
    assert not VAULT.password_matches("secreto", locked)


@pytest.mark.parametrize(
    "stored", ["garbage", "$argon2id$v=19$m=8,t=1,p=1$AA$AA", "$2b$12$x", "ñ", "$" * 200]
)
def test_a_damaged_hash_matches_nothing_and_breaks_nothing(stored: str) -> None:
    assert not VAULT.password_matches("secreto", stored)


def test_a_hash_with_weaker_parameters_is_outdated() -> None:
    assert not VAULT.outdated(VAULT.hash_password("secreto"))
    for weaker in ({"time_cost": 1}, {"memory_cost": 8 * 1024}, {"hash_len": 16}):
        chosen = {"time_cost": 2, "memory_cost": 19 * 1024, "parallelism": 1} | weaker
        assert VAULT.outdated(PasswordHasher(**chosen).hash("secreto"))


def test_a_fingerprint_names_without_telling(other: Callable[..., Vault]) -> None:
    one = VAULT.fingerprint("limit:x", "marta@correo.example")
    assert re.fullmatch(r"[0-9a-f]{64}", one)
    assert one == VAULT.fingerprint("limit:x", "marta@correo.example")
    differing = {
        one,
        VAULT.fingerprint("limit:y", "marta@correo.example"),
        VAULT.fingerprint("limit:x", "luis@correo.example"),
        VAULT.fingerprint("limit:xm", "arta@correo.example"),
        other(secret_key="x" * 40).fingerprint("limit:x", "marta@correo.example"),
        secrets.token_hash("marta@correo.example"),
    }
    assert len(differing) == 6


def test_a_provisional_password_has_eighty_bits_and_no_doubtful_sign() -> None:
    assert len(secrets.PROVISIONAL_ALPHABET) == len(set(secrets.PROVISIONAL_ALPHABET)) == 32
    assert not set(secrets.PROVISIONAL_ALPHABET) & set("0O1I")
    made = [secrets.new_provisional_password() for _ in range(3_000)]
    assert len(set(made)) == 3_000
    for password in made:
        assert re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}", password)
    for place in (0, 3, 5, 8, 10, 13, 15, 18):
        seen = Counter(password[place] for password in made)
        assert len(seen) == 32
        assert max(seen.values()) < 2 * 3_000 / 32


@settings(max_examples=50)
@given(
    signs=st.text(secrets.PROVISIONAL_ALPHABET, min_size=16, max_size=16),
    between=st.lists(st.sampled_from(["", " ", "-", "\N{EN DASH}", " - ", "\t"]), min_size=18),
    small=st.lists(st.booleans(), min_size=16, max_size=16),
)
def test_a_provisional_password_is_understood_however_it_is_typed(
    signs: str, between: list[str], small: list[bool]
) -> None:
    shown = [sign.lower() if low else sign for sign, low in zip(signs, small, strict=True)]
    typed = between[0] + "".join(map(str.__add__, shown, between[1:]))
    made = "-".join(signs[place : place + 4] for place in (0, 4, 8, 12))
    assert secrets.provisional_spelling(typed) == made


@pytest.mark.parametrize(
    "typed",
    ["", "abcd-efgh-jklm-npq", "abcd-efgh-jklm-npqrs", "abcd-efgh-jklm-npq0", "cuatro palabras",
     "abcd-efgh-jklm-npqñ"],
)  # fmt: skip
def test_what_cannot_be_a_provisional_password_stays_as_it_is_typed(typed: str) -> None:
    assert secrets.provisional_spelling(typed) == typed


def test_a_token_has_256_bits_and_is_kept_as_its_hash() -> None:
    made = {secrets.new_token() for _ in range(1_000)}
    assert len(made) == 1_000
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in made} == {32}
    token = made.pop()
    assert len(secrets.token_hash(token)) == 64
    assert secrets.token_hash(token) != secrets.token_hash(token[:-1])
