"""Keys at work: password hashes, sealed text, keyed fingerprints and random tokens."""

import base64
import hashlib
import hmac
import json
import secrets
import unicodedata
from functools import cached_property
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from finportal.settings import Settings

PASSWORD_MAX_LENGTH = 256
PROVISIONAL_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""32 symbols without 0, O, 1 and I: 16 of them carry 80 bits."""
PROVISIONAL_SIGNS, GROUP = 16, 4

PASSES = 2
MEMORY_KIB = 19 * 1024
PARAMETERS = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p=1$"
"""How every stored hash begins (PHC string format); 16 bytes of salt and 32 of digest follow."""

LOCK = "!"
"""Before a stored hash: no password opens with it, and it still tells the one that was used."""


class Unreadable(ValueError):
    """A sealed text was not written with these keys, or was changed since."""


class Vault:
    """Everything done with the installation's secret keys.

    Passwords: Argon2id, 19 MiB, 2 passes, 1 lane (OWASP Password Storage), over an HMAC with the
    pepper, so that a stolen database alone cannot be searched.
    """

    def __init__(self, settings: Settings) -> None:
        self._pepper = _bytes(settings.pepper.get_secret_value())
        self._fingerprint_key = _bytes(settings.secret_key.get_secret_value())
        self._image_key = _bytes(settings.image_key.get_secret_value())
        self._fernet = Fernet(_fernet_key(settings.mail_key.get_secret_value()))
        self._decoy = _decoy_hash()

    def hash_password(self, password: str) -> str:
        """The Argon2id hash to store; one run of the key derivation function."""
        peppered = self._peppered(password)
        return argon2id.str(peppered, opslimit=PASSES, memlimit=MEMORY_KIB * 1024).decode()

    def password_matches(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one; None, "" or a locked hash never matches.

        Every one costs a run of the key derivation function.
        """
        compared = stored if stored and opens(stored) else self._decoy
        try:
            return argon2id.verify(compared.encode(), self._peppered(password))
        except CryptoError:
            return False

    def outdated(self, stored: str) -> bool:
        """Whether a stored hash was made with other parameters than today's."""
        return len(stored) != len(self._decoy) or not stored.startswith(PARAMETERS)

    def seal(self, values: dict[str, Any]) -> bytes:
        """Encrypt and authenticate a small set of values."""
        return self._fernet.encrypt(json.dumps(values, ensure_ascii=False).encode())

    def unseal(self, sealed: bytes) -> dict[str, Any]:
        """The values that were sealed. Raises Unreadable."""
        try:
            values: dict[str, Any] = json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, ValueError) as error:
            raise Unreadable(Unreadable.__doc__) from error
        return values

    def fingerprint(self, purpose: str, text: str) -> str:
        """A keyed hash (64 hex digits) that names a text without telling it; differs by purpose."""
        return _keyed(self._fingerprint_key, purpose, text).hex()

    def trail_digest(self, text: str) -> str:
        """A keyed hash (64 hex digits) that seals a row of the trail; its key is of the pepper."""
        return hmac.new(self._trail_key, text.encode(), "sha256").hexdigest()

    def recognition_digest(self, email: str) -> bytes:
        """The 32 bytes that choose an address's first image and phrase, version 1 of the rule."""
        return _keyed(self._image_key, "v1", email)

    @cached_property
    def _trail_key(self) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - sealing only
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

        hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"finportal audit trail v1")
        return hkdf.derive(self._pepper)

    def _peppered(self, password: str) -> bytes:
        normal = unicodedata.normalize("NFKC", password).encode()
        return base64.b64encode(hmac.digest(self._pepper, normal, "sha256"))


def opens(stored: str) -> bool:
    """Whether there is a password that matches a stored hash: it is there, and not locked."""
    return bool(stored) and not stored.startswith(LOCK)


def unlocked(stored: str) -> str:
    """The hash behind its locks, to refuse the same password as a new one."""
    return stored.lstrip(LOCK)


def new_token() -> str:
    """256 random bits as text for a cookie or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256 (a random token needs no salt)."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_provisional_password() -> str:
    """A password for one use: 16 unambiguous symbols in 4 groups, 80 bits."""
    return _grouped("".join(secrets.choice(PROVISIONAL_ALPHABET) for _ in range(PROVISIONAL_SIGNS)))


def provisional_spelling(typed: str) -> str:
    """A provisional password as it was made, when it is typed in small letters or other groups.

    Text that cannot be one stays as it is.
    """
    signs = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", typed))).upper()
    if len(signs) != PROVISIONAL_SIGNS or not set(signs) <= set(PROVISIONAL_ALPHABET):
        return typed
    return _grouped(signs)


def _grouped(signs: str) -> str:
    return "-".join(signs[place : place + GROUP] for place in range(0, len(signs), GROUP))


def _keyed(key: bytes, purpose: str, text: str) -> bytes:
    return hmac.digest(key, f"{purpose}\0{text}".encode(), "sha256")


def _bytes(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _fernet_key(key: str) -> bytes:
    return base64.urlsafe_b64encode(_bytes(key))


def _decoy_hash() -> str:
    """A hash nothing matches, written without running the key derivation function."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (16, 32)
    )
    return f"{PARAMETERS}{salt}${digest}"
