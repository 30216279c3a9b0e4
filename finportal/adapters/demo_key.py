"""The key that `keys create` makes: for the demo lender, with a certificate signed by itself."""

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from stdnum.co import nit

from finportal.adapters.key_files import PrivateKey, contained, private_key_in
from finportal.adapters.signing_key import DEMO_UNIT, NoSigningKey, SigningKey, UnreadableKey
from finportal.lender import Lender

BITS = 3072
MOST_NAME = 64


def create(key: SigningKey, lender: Lender, *, now: datetime, days: int) -> bool:
    """Make a demo key and its self-signed certificate, for `days` days; False if both are there.

    Nothing is ever replaced. A key that a run left without its certificate gets one. Raises
    NoSigningKey for a certificate without its key, and what `opened` raises.
    """
    if contained(key):
        if not key.key_file.is_file():
            raise NoSigningKey(f"there is no {key.key_file.name}: a container is not made here")
        return False
    if key.certificate_file.exists():
        if not key.key_file.exists():
            raise NoSigningKey(f"{key.certificate_file.name} is there without its key")
        return False
    if not key.key_file.exists():
        fresh = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        lock = BestAvailableEncryption(key.passphrase.encode())
        _publish(key.key_file, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock))
    certificate = _self_signed(private_key_in(key, thoroughly=True), lender, now, days)
    _publish(key.certificate_file, certificate.public_bytes(Encoding.PEM))
    return True


def _publish(path: Path, content: bytes) -> None:
    """Write a new file for its owner only, whole or not at all; one that exists stays."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def _self_signed(private_key: object, lender: Lender, now: datetime, days: int) -> x509.Certificate:
    """A certificate for signing documents. Source: ETSI EN 319 412-3 §4.2 (legal persons)."""
    if not isinstance(private_key, PrivateKey):
        raise UnreadableKey("the key is neither RSA nor EC")
    name = _subject(lender)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign"), False
    ) | dict.fromkeys(("crl_sign", "encipher_only", "decipher_only"), False)
    public = private_key.public_key()
    return (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(private_key, SHA256())
    )


def _subject(lender: Lender) -> x509.Name:
    number = nit.compact(lender.nit)
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CO"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, lender.legal_name[:MOST_NAME]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DEMO_UNIT),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"VATCO-{number}"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, number),
            x509.NameAttribute(NameOID.COMMON_NAME, lender.legal_name[:MOST_NAME]),
        ]
    )
