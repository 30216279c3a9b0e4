"""Papers to sign, and keys and certificates as a certification body would hand them out."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from pyhanko.sign.validation import validate_pdf_signature
from reportlab.pdfgen.canvas import Canvas

from finportal.adapters.signing_key import SigningKey
from finportal.settings import Settings

NOW = datetime(2026, 11, 23, 15, 0, 7, tzinfo=UTC)
PASSPHRASE = "correct horse battery"
REASON = "Certificación del documento"


def paper(text: str = "Certificado de deuda", *, title: str = "Certificado") -> bytes:
    """A PDF of one page."""
    drawn = BytesIO()
    canvas = Canvas(drawn, invariant=True)
    canvas.setTitle(title)
    canvas.drawString(72, 720, text)
    canvas.showPage()
    canvas.save()
    return drawn.getvalue()


def validated(signature: Any, *contexts: Any) -> Any:
    """What pyHanko says of a signature; in a thread: a browser may hold this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(validate_pdf_signature, signature, *contexts).result()


def installation(folder: Path, **changed: Any) -> Settings:
    """Settings of an installation in a folder."""
    given = {"mode": "demo", "instance": folder, "pepper": "p" * 40}
    return Settings(**given | changed)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Issued:
    """A private key, and its certificate before those of who signed it."""

    key: Any
    chain: tuple[x509.Certificate, ...]

    @property
    def pem(self) -> bytes:
        return b"".join(one.public_bytes(Encoding.PEM) for one in self.chain)

    def put(self, settings: Settings, *, passphrase: str | None = PASSPHRASE) -> SigningKey:
        """Lay both files where the settings look for them."""
        lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        where = SigningKey.of(settings)
        if where.key_file.suffix == ".p12":
            first, *others = self.chain
            sealed = pkcs12.serialize_key_and_certificates(b"1", self.key, first, others, lock)
            where.key_file.write_bytes(sealed)
        else:
            text = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
            where.key_file.write_bytes(text)
            where.certificate_file.write_bytes(self.pem)
        return where


def issue(
    name: str,
    *,
    by: Issued | None = None,
    kind: str = "ec",
    starts: datetime = NOW - timedelta(days=1),
    days: int = 365,
) -> Issued:
    """A key and a certificate, signed by itself unless `by` another."""
    key: Any = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if kind == "rsa"
        else ec.generate_private_key(ec.SECP256R1())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.chain[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(starts + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_cert_sign=by is None,
                crl_sign=False,
                decipher_only=False,
                **usage,
            ),
            critical=True,
        )
    )
    certificate = builder.sign(by.key if by else key, SHA256())
    return Issued(key, (certificate, *(by.chain if by else ())))
