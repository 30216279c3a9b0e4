"""Signing a PDF with pyHanko; imported only where a document is signed."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from finportal.adapters.key_files import OpenedKey, opened_for_signing
from finportal.adapters.signing_key import NotSignable, SigningKey

FIELD = "Firma"
ROOM = 3 * 1024
"""Bytes kept free for a signature beside its certificates."""


class OpenSigner(Signer):
    """A signer with an opened key: pyHanko's own tests an RSA key's primes at each signature."""

    def __init__(self, own: OpenedKey) -> None:
        first, *others = (
            x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in own.certificates
        )
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(others)
        super().__init__(
            signing_cert=first, cert_registry=store, signature_mechanism=_mechanism(own)
        )
        self._private_key = own.private_key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 - always SHA-256
        dry_run: bool = False,  # noqa: ARG002, FBT001, FBT002 - pyHanko's way to ask for a size
    ) -> bytes:
        """The signature's value."""
        if isinstance(self._private_key, rsa.RSAPrivateKey):
            return self._private_key.sign(data, padding.PKCS1v15(), SHA256())
        return self._private_key.sign(data, ec.ECDSA(SHA256()))


class Untouched(IncrementalPdfFileWriter):
    """A writer that adds the signature only: pyHanko's writes the machine's time and its name."""

    def _update_meta(self) -> None:
        """Leave title, producer and dates as the document has them."""


class SignerAt(PdfSigner):
    """A signer whose clock is given: pyHanko's own looks at the machine's."""

    def __init__(self, at: datetime, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._at = at

    def init_signing_session(self, *given: Any, **named: Any) -> Any:
        """The session, at the given time."""
        session = super().init_signing_session(*given, **named)
        session.system_time = self._at
        return session


def signed(pdf: bytes, key: SigningKey, *, reason: str, at: datetime) -> bytes:
    """See `signing.sign`."""
    own = opened_for_signing(key, at)
    what = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason,
        location=key.place,
    )
    signer = SignerAt(at.astimezone(UTC), what, OpenSigner(own))
    try:
        output: BytesIO = signer.sign_pdf(Untouched(BytesIO(pdf)), bytes_reserved=_digits(own))
    except (PdfError, PyHankoError) as error:
        raise NotSignable(str(error)) from error
    return output.getvalue()


def _mechanism(own: OpenedKey) -> SignedDigestAlgorithm:
    is_rsa = isinstance(own.private_key, rsa.RSAPrivateKey)
    return SignedDigestAlgorithm({"algorithm": "sha256_rsa" if is_rsa else "sha256_ecdsa"})


def _digits(own: OpenedKey) -> int:
    """Hexadecimal digits to reserve; pyHanko finds out by signing twice."""
    certificates = sum(len(one.public_bytes(Encoding.DER)) for one in own.certificates)
    return 2 * (certificates + ROOM)
