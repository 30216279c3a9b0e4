"""Files of the signing key, opened for signing."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from finportal.adapters.signing_key import (
    DEMO_UNIT,
    CertificateExpired,
    DemoCertificate,
    KeyMismatch,
    NoSigningKey,
    SigningKey,
    UnreadableCertificate,
    UnreadableKey,
)

CONTAINERS = {".p12", ".pfx"}

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class OpenedKey:
    """A private key with its certificate, and those that lead from it to a root."""

    private_key: PrivateKey
    certificates: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's own."""
        return self.certificates[0]

    @property
    def demo(self) -> bool:
        """Whether `keys create` made it."""
        return _made_for_a_demo(self.certificate)


def opened(key: SigningKey, *, thoroughly: bool = True) -> OpenedKey:
    """The key and its certificates.

    Thoroughly: an RSA key's primes are tested too, which takes up to half a second.
    Raises NoSigningKey, UnreadableKey, UnreadableCertificate and KeyMismatch.
    """
    if contained(key):
        private_key, certificates = _container(key)
    else:
        certificates = _own_certificates(key)
        private_key = private_key_in(key, thoroughly=thoroughly)
    if not isinstance(private_key, PrivateKey):
        raise UnreadableKey(f"{key.key_file.name} is neither an RSA nor an EC key")
    if private_key.public_key() != certificates[0].public_key():
        raise KeyMismatch(f"{key.key_file.name} is not the key of {_holder(key).name}")
    return OpenedKey(private_key, certificates)


def opened_for_signing(key: SigningKey, at: datetime) -> OpenedKey:
    """The key, if it may sign at that moment. Raises also CertificateExpired, DemoCertificate."""
    own = opened(key, thoroughly=False)
    first, last = own.certificate.not_valid_before_utc, own.certificate.not_valid_after_utc
    if not first <= at <= last:
        raise CertificateExpired(f"the certificate holds from {first:%Y-%m-%d} to {last:%Y-%m-%d}")
    if key.production and own.demo:
        raise DemoCertificate("the certificate was made for a demo: put the lender's own in place")
    return own


def contained(key: SigningKey) -> bool:
    """Whether the key lies in a PKCS#12 file, with its certificates."""
    return key.key_file.suffix.lower() in CONTAINERS


def _holder(key: SigningKey) -> Path:
    return key.key_file if contained(key) else key.certificate_file


def _made_for_a_demo(certificate: x509.Certificate) -> bool:
    units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return any(unit.value == DEMO_UNIT for unit in units)


def _own_certificates(key: SigningKey) -> tuple[x509.Certificate, ...]:
    return certificates_in(_certificate_text(key.certificate_file))


def private_key_in(key: SigningKey, *, thoroughly: bool) -> object:
    """The private key of a PEM file. Raises NoSigningKey and UnreadableKey."""
    content = _read(key.key_file)
    try:
        return load_pem_private_key(
            content,
            key.passphrase.encode(),
            unsafe_skip_rsa_key_validation=not thoroughly,
        )
    except TypeError:
        raise UnreadableKey(f"{key.key_file.name} lies in clear: give it a passphrase") from None
    except ValueError:
        raise UnreadableKey(f"the passphrase does not open {key.key_file.name}") from None


def _container(key: SigningKey) -> tuple[object, tuple[x509.Certificate, ...]]:
    """What a PKCS#12 file holds."""
    content = _read(key.key_file)
    try:
        private_key, certificate, chain = pkcs12.load_key_and_certificates(
            content, key.passphrase.encode()
        )
    except ValueError:
        raise UnreadableKey(f"the passphrase does not open {key.key_file.name}") from None
    if private_key is None or certificate is None:
        raise UnreadableKey(f"{key.key_file.name} holds no key with its certificate")
    return private_key, (certificate, *chain)


def _certificate_text(path: Path) -> bytes:
    text = _read(path)
    try:
        certificates_in(text)
    except ValueError:
        raise UnreadableCertificate(f"{path.name} holds no certificate as PEM") from None
    return text


def certificates_in(text: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM text, one at least. Raises ValueError."""
    return tuple(x509.load_pem_x509_certificates(text))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NoSigningKey(f"there is no {path.name} in the instance folder") from None
    except OSError as error:
        raise UnreadableKey(f"{path.name} cannot be read: {error.strerror}") from None
