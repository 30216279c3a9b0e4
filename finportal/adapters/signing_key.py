"""The key that signs documents: where it is, and what can be wrong with it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from finportal.settings import Settings

DEMO_UNIT = "Certificado de demostración"
"""Organisational unit of the certificates that `keys create` makes; production signs with none."""


class SigningError(Exception):
    """A document cannot be signed; the message says what the operator has to do."""


class NoSigningKey(SigningError):
    """There is no key, or no certificate, where the settings say they are."""


class UnreadableKey(SigningError):
    """The key cannot be opened: another passphrase, none at all, or no key that signs."""


class UnreadableCertificate(SigningError):
    """A certificate file holds no certificate."""


class KeyMismatch(SigningError):
    """The key is not the one that the certificate speaks of."""


class CertificateExpired(SigningError):
    """The certificate does not hold at the moment of signing."""


class DemoCertificate(SigningError):
    """The certificate was made for a demo, and this is production."""


class NotSignable(SigningError):
    """What was to be signed is no PDF, or bears a signature already."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """Where the key and its certificate are, and what opens them; it can be sent to a child.

    Nothing is read before it is needed: a process that signs nothing holds no private key.
    """

    key_file: Path
    certificate_file: Path
    passphrase: str = field(repr=False)
    place: str
    production: bool

    @classmethod
    def of(cls, settings: "Settings") -> Self:
        """The key of this installation."""
        own = settings.signing_passphrase.get_secret_value()
        return cls(
            key_file=settings.instance / settings.signing_key,
            certificate_file=settings.instance / settings.signing_certificate,
            passphrase=own or _derived(settings.pepper.get_secret_value()),
            place=settings.lender.city,
            production=settings.production,
        )


def _derived(pepper: str) -> str:
    """The passphrase of a key made here: of the pepper, and useless for guessing it (HKDF)."""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"finportal signing key v1")
    return hkdf.derive(pepper.encode()).hex()
