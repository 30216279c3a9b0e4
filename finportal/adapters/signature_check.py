"""Whether the bytes of an uploaded file are those that this lender signed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import islice

from asn1crypto import algos, cms, parser
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from finportal.adapters.key_files import certificates_in

MOST_BYTES = 2 * 1024 * 1024
MOST_SIGNATURE = 96 * 1024
MOST_RANGES = 4
RANGE = re.compile(rb"/ByteRange \[0 (\d{1,8}) (\d{1,8}) (\d{1,8})\]")
TIME = re.compile(rb"/M \(D(?::|\\072)(\d{14})Z\)")
MOST_DICTIONARY = 4096
STAMP = "signature_time_stamp_token"


class State(StrEnum):
    """What can be said of a file."""

    NOT_PDF = "not-pdf"
    TOO_LARGE = "too-large"
    UNSIGNED = "unsigned"
    FOREIGN = "foreign"
    CHANGED = "changed"
    INTACT = "intact"


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """What was found; time (UTC) and name are known of an intact document only.

    CHANGED: it bears one of our certificates, and these are not the bytes that were signed;
    anybody can make such a file. FOREIGN: it speaks of a signature, and it is none of ours. `signed_at` is when we say that it
    was signed, `signed_by` the name in the certificate.
    """

    state: State
    signed_at: datetime | None = None
    signed_by: str | None = None


@dataclass(frozen=True, slots=True)
class _Signature:
    """A signature that covers the whole file, as found: what it covers, and its own bytes."""

    covered: bytes
    envelope: bytes
    rest: bytes


def check(pdf: bytes, certificates: Sequence[bytes]) -> SignatureReport:
    """Whether a file is, byte for byte, one that was signed with one of these certificates.

    `certificates`: a PEM text each, see `key_files.own_certificates`. For any bytes there is a
    report and no error. No PDF is parsed: the signature says which bytes it covers, those must be
    all but its own, and its own must be what a signature by us is written as. So nothing in the
    file is unpacked, followed or drawn, and the work is bounded by MOST_BYTES. A third party's time
    stamp inside the signature is not judged. It must all the same run in a child with limits,
    away from the pages: what it reads was made by strangers.
    Source: ISO 32000-2 §12.8.1 (ByteRange), RFC 5652 §5 (SignedData), ETSI EN 319 142-1 §6.3.
    """
    if len(pdf) > MOST_BYTES:
        return SignatureReport(State.TOO_LARGE)
    if not pdf.startswith(b"%PDF-"):
        return SignatureReport(State.NOT_PDF)
    own = [certificates_in(text) for text in certificates]
    for signature in _whole_file_signatures(pdf):
        for chain in own:
            if _is_by(signature, chain):
                return SignatureReport(State.INTACT, _time(signature.rest), _name(chain[0]))
    claimed = any(_hex(chain[0].public_bytes(Encoding.DER)) in pdf for chain in own)
    if claimed:
        return SignatureReport(State.CHANGED)
    return SignatureReport(State.FOREIGN if b"/ByteRange" in pdf else State.UNSIGNED)


def _whole_file_signatures(pdf: bytes) -> Iterator[_Signature]:
    """The signatures that cover every byte but their own, the last in the file first."""
    found = [tuple(map(int, match.groups())) for match in RANGE.finditer(pdf)]
    for start, end, length in islice(reversed(found), MOST_RANGES):
        if not 0 < start < end < end + length == len(pdf) or end - start > MOST_SIGNATURE:
            continue
        if envelope := _envelope(pdf[start:end]):
            yield _Signature(pdf[:start] + pdf[end:], envelope, pdf[end:])


def _envelope(gap: bytes) -> bytes | None:
    """The signature's DER, if it stands in the gap as capital hexadecimals, filled with zeros."""
    try:
        filled = bytes.fromhex(gap[1:-1].decode("ascii"))
        envelope = filled[: parser.peek(filled)]
    except ValueError:
        return None
    written = b"<" + _hex(envelope).ljust(len(gap) - 2, b"0") + b">"
    return envelope if written == gap else None


def _hex(content: bytes) -> bytes:
    return content.hex().upper().encode()


def _is_by(signature: _Signature, chain: Sequence[x509.Certificate]) -> bool:
    """Whether the first certificate's key signed it, and every byte of it is as we write it."""
    try:
        signed = cms.ContentInfo.load(signature.envelope, strict=True)["content"]
        signer = signed["signer_infos"][0]
        attributes = {one["type"].native: one["values"][0] for one in signer["signed_attrs"]}
        return (
            attributes["message_digest"].native == sha256(signature.covered).digest()
            and _verifies(chain[0], signer["signature"].native, signer["signed_attrs"])
            and _rewritten(signed, signer, chain) == signature.envelope
        )
    except Exception:  # noqa: BLE001 - the parser meets what strangers made: nothing of it is ours
        return False


def _verifies(own: x509.Certificate, signature: bytes, attributes: cms.CMSAttributes) -> bool:
    """Whether the certificate's key made this signature of these attributes."""
    key, content = own.public_key(), attributes.untag().dump()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _rewritten(
    signed: cms.SignedData, signer: cms.SignerInfo, chain: Sequence[x509.Certificate]
) -> bytes:
    """The envelope written anew: constants, our certificates, and what the signature vouches for.

    Without this a certificate could be put in, or an algorithm's name be changed, unnoticed.
    """
    ours = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in chain]
    carried = {one.chosen.dump() for one in signed["certificates"]}
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    is_rsa = isinstance(chain[0].public_key(), rsa.RSAPublicKey)
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            "issuer_and_serial_number",
            cms.IssuerAndSerialNumber(
                {"issuer": ours[0].issuer, "serial_number": ours[0].serial_number}
            ),
        ),
        "digest_algorithm": digest,
        "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": {"algorithm": "sha256_rsa" if is_rsa else "sha256_ecdsa"},
        "signature": signer["signature"].native,
    }
    if stamps := [one for one in signer["unsigned_attrs"] if one["type"].native == STAMP][:1]:
        info["unsigned_attrs"] = stamps
    content = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data"},
        "certificates": [
            cms.CertificateChoices("certificate", one) for one in ours if one.dump() in carried
        ],
        "signer_infos": [info],
    }
    written: bytes = cms.ContentInfo(
        {"content_type": "signed_data", "content": cms.SignedData(content)}
    ).dump()
    return written


def _time(rest: bytes) -> datetime | None:
    """When the dictionary that the signature stands in says it was signed."""
    match = TIME.search(rest, 0, MOST_DICTIONARY)
    if not match:
        return None
    return datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _name(own: x509.Certificate) -> str | None:
    names = own.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else None
