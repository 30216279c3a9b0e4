"""Whether the bytes of an uploaded file are those that this lender signed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import islice

from asn1crypto import parser
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from finportal.adapters.key_files import certificates_in

MOST_BYTES = 2 * 1024 * 1024
MOST_SIGNATURE = 96 * 1024
MOST_RANGES = 4
MOST_ITEMS = 16
MOST_DICTIONARY = 4096
RANGE = re.compile(rb"/ByteRange \[0 (\d{1,8}) (\d{1,8}) (\d{1,8})\]")
TIME = re.compile(rb"/M \(D(?::|\\072)(\d{14})Z\)")

SEQUENCE, SET, OCTETS, FIRST, SECOND = 0x30, 0x31, 0x04, 0xA0, 0xA1
VERSION_1 = bytes.fromhex("020101")
SIGNED_DATA = bytes.fromhex("06092A864886F70D010702")
DATA = bytes.fromhex("06092A864886F70D010701")
CONTENT_TYPE = bytes.fromhex("06092A864886F70D010903")
MESSAGE_DIGEST = bytes.fromhex("06092A864886F70D010904")
TIME_STAMP = bytes.fromhex("060B2A864886F70D010910020E")
SHA_256 = bytes.fromhex("300D06096086480165030402010500")
RSA_SHA_256 = bytes.fromhex("300D06092A864886F70D01010B0500")
ECDSA_SHA_256 = bytes.fromhex("300A06082A8648CE3D040302")


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
    anybody can make such a file. FOREIGN: it speaks of a signature, and it is none of ours.
    `signed_at` is when we say that it was signed, `signed_by` the name in the certificate.
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
    if any(_hex(chain[0].public_bytes(Encoding.DER)) in pdf for chain in own):
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
    """Whether the first certificate's key signed it, and every byte of it is as we write it.

    The envelope is written anew from constants, our certificates and what the key vouches for:
    without that a certificate could be put in, or an algorithm's name be changed, unnoticed.
    """
    try:
        _, content = _items(_inside(signature.envelope))
        _, _, _, certificates, signers = _items(_inside(_inside(content)))
        _, _, _, attributes, _, value, *stamps = _items(_inside(_inside(signers)))
        carried = _items(_inside(certificates))
        if not (_speaks_of(signature.covered, attributes) and _is_ours(carried, chain)):
            return False
        ending = _time_stamp(stamps)
        signer = (
            *(VERSION_1, _signer_named(chain[0]), SHA_256, attributes),
            *(_algorithm(chain[0]), _tlv(OCTETS, _inside(value)), ending),
        )
        return signature.envelope == _written(carried, signer) and _verifies(
            chain[0], _inside(value), _tlv(SET, _inside(attributes))
        )
    except ValueError:
        return False


def _written(certificates: Sequence[bytes], signer: Sequence[bytes]) -> bytes:
    content = (
        *(VERSION_1, _tlv(SET, SHA_256), _tlv(SEQUENCE, DATA)),
        *(_tlv(FIRST, *certificates), _tlv(SET, _tlv(SEQUENCE, *signer))),
    )
    return _tlv(SEQUENCE, SIGNED_DATA, _tlv(FIRST, _tlv(SEQUENCE, *content)))


def _speaks_of(covered: bytes, attributes: bytes) -> bool:
    """Whether the signed attributes are of these bytes."""
    digest = _tlv(OCTETS, sha256(covered).digest())
    signed = _items(_inside(attributes))
    return (
        attributes == _tlv(FIRST, *signed)
        and _tlv(SEQUENCE, MESSAGE_DIGEST, _tlv(SET, digest)) in signed
        and _tlv(SEQUENCE, CONTENT_TYPE, _tlv(SET, DATA)) in signed
    )


def _is_ours(carried: Sequence[bytes], chain: Sequence[x509.Certificate]) -> bool:
    """Whether the certificates in the envelope are ours, each once, the signer's among them."""
    ours = [one.public_bytes(Encoding.DER) for one in chain]
    return ours[0] in carried and set(carried) <= set(ours) and len(set(carried)) == len(carried)


def _signer_named(own: x509.Certificate) -> bytes:
    """How a signature names its certificate: issuer and serial number, as they stand in it."""
    _, serial, _, issuer, *_ = _items(_inside(own.tbs_certificate_bytes))
    return _tlv(SEQUENCE, issuer, serial)


def _algorithm(own: x509.Certificate) -> bytes:
    return RSA_SHA_256 if isinstance(own.public_key(), rsa.RSAPublicKey) else ECDSA_SHA_256


def _time_stamp(found: Sequence[bytes]) -> bytes:
    """What may follow the signature's value: nothing, or one time stamp."""
    if not found:
        return b""
    (unsigned,) = found
    (attribute,) = _items(_inside(unsigned))
    kind, values = _items(_inside(attribute))
    if kind != TIME_STAMP:
        raise ValueError("something else")
    return _tlv(SECOND, _tlv(SEQUENCE, kind, values))


def _verifies(own: x509.Certificate, signature: bytes, attributes: bytes) -> bool:
    """Whether the certificate's key made this signature of these attributes."""
    key = own.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, attributes, padding.PKCS1v15(), SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, attributes, ec.ECDSA(SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _inside(value: bytes) -> bytes:
    """What a DER value holds. Raises ValueError."""
    content: bytes = parser.parse(value, strict=True)[4]
    return content


def _items(content: bytes) -> list[bytes]:
    """The DER values that stand one after the other, few of them. Raises ValueError."""
    items: list[bytes] = []
    while content:
        if len(items) == MOST_ITEMS:
            raise ValueError("too many")
        size = parser.peek(content)
        items.append(content[:size])
        content = content[size:]
    return items


def _tlv(tag: int, *parts: bytes) -> bytes:
    """A DER value of these parts."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:  # noqa: PLR2004 - the short form of a length
        return bytes([tag, size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(digits)]) + digits + content


def _time(rest: bytes) -> datetime | None:
    """When the dictionary that the signature stands in says it was signed."""
    match = TIME.search(rest, 0, MOST_DICTIONARY)
    if not match:
        return None
    return datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _name(own: x509.Certificate) -> str | None:
    names = own.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else None
