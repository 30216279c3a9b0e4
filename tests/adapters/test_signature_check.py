"""Uploaded files: ours to the last bit, or not ours. Nothing in them raises, hangs or unpacks."""

import time
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from finportal.adapters import demo_key
from finportal.adapters.key_files import own_certificates
from finportal.adapters.signature_check import MOST_BYTES, SignatureReport, State, check
from finportal.adapters.signing import SigningKey, UnreadableCertificate, sign
from tests.signing import NOW, PASSPHRASE, REASON, Issued, installation, issue, paper


@dataclass(frozen=True)
class Signed:
    """A document, what it was signed with, and where its signature stands."""

    key: SigningKey
    own: tuple[bytes, ...]
    pdf: bytes
    start: int
    end: int

    @property
    def envelope(self) -> cms.ContentInfo:
        return cms.ContentInfo.load(bytes.fromhex(self.pdf[self.start + 1 : self.end - 1].decode()))

    def with_envelope(self, content: bytes) -> bytes:
        """The same document with another signature in the same place."""
        room = self.end - self.start - 2
        return (
            self.pdf[: self.start + 1]
            + content.hex().upper().encode().ljust(room, b"0")
            + self.pdf[self.end - 1 :]
        )


def signed_by(key: SigningKey, pdf: bytes) -> Signed:
    made = sign(pdf, key, reason=REASON, at=NOW)
    (signature,) = PdfFileReader(BytesIO(made)).embedded_signatures
    _, start, end, _ = signature.byte_range
    return Signed(key, own_certificates(key), made, start, end)


@pytest.fixture(scope="module", params=["demo", "rsa", "ec"])
def ours(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """A document of ours, by each kind of key."""
    folder = tmp_path_factory.mktemp("ours")
    if request.param == "demo":
        configured = installation(folder)
        key = SigningKey.of(configured)
        demo_key.create(key, configured.lender, now=NOW, days=365)
        return signed_by(key, paper())
    real = issue("Banco Sur S.A.S.", by=issue("Entidad"), kind=request.param)
    return signed_by(real.put(installation(folder, signing_passphrase=PASSPHRASE)), paper())


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """A document that somebody else signed, under the same name."""
    folder = tmp_path_factory.mktemp("stranger")
    key = issue("Banco Sur S.A.S.").put(installation(folder, signing_passphrase=PASSPHRASE))
    return signed_by(key, paper())


def test_our_document_is_ours_and_says_when(ours: Signed) -> None:
    report = check(ours.pdf, ours.own)
    assert (report.state, report.signed_at) == (State.INTACT, NOW.replace(microsecond=0))
    assert report.signed_by in {"Crédito Demo S.A.S.", "Banco Sur S.A.S."}


def test_no_flipped_bit_is_overlooked(ours: Signed) -> None:
    """Every byte of the signature itself and of its dictionary, and every tenth of the rest."""
    ends = ours.start + 2 * len(ours.envelope.dump()) + 20
    places = {*range(0, len(ours.pdf), 10), *range(ours.start - 2, ends)}
    places |= {*range(ours.end - 4, ours.end + 200)}
    for place in places:
        flipped = bytearray(ours.pdf)
        flipped[place] ^= 1 << place % 8
        assert check(bytes(flipped), ours.own).state is not State.INTACT, place


@given(data=st.data())
@settings(max_examples=150)
def test_no_change_is_overlooked(ours: Signed, data: st.DataObject) -> None:
    pdf = bytearray(ours.pdf)
    first = data.draw(st.integers(0, len(pdf)))
    last = data.draw(st.integers(first, min(len(pdf), first + 300)))
    pdf[first:last] = data.draw(st.binary(max_size=300))
    state = check(bytes(pdf), ours.own).state
    assert (state is State.INTACT) == (pdf == ours.pdf)


@given(data=st.data())
def test_a_truncated_document_is_not_intact(ours: Signed, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(ours.pdf) - 1))
    assert check(ours.pdf[:length], ours.own).state is not State.INTACT


@given(content=st.binary(max_size=2000))
def test_any_bytes_have_a_report(ours: Signed, content: bytes) -> None:
    assert check(content, ours.own).state is not State.INTACT
    state = check(b"%PDF-1.7\n" + content, ours.own).state
    assert state in {State.UNSIGNED, State.FOREIGN}


@given(content=st.binary(max_size=2000))
def test_any_bytes_in_place_of_the_signature_have_a_report(ours: Signed, content: bytes) -> None:
    assert check(ours.with_envelope(content), ours.own).state is not State.INTACT


@pytest.mark.parametrize("more", [b"\n", b"\0", b"%%EOF\n", b"9 0 obj\n<<>>\nendobj\n"])
def test_appended_bytes_are_a_change(ours: Signed, more: bytes) -> None:
    assert check(ours.pdf + more, ours.own) == SignatureReport(State.CHANGED)


def test_an_update_after_the_signature_is_a_change(ours: Signed) -> None:
    update = IncrementalPdfFileWriter(BytesIO(ours.pdf))
    update.root["/Lang"] = TextStringObject("es-CO")
    update.update_root()
    changed = BytesIO()
    update.write(changed)
    assert changed.getvalue().startswith(ours.pdf)
    assert check(changed.getvalue(), ours.own).state is State.CHANGED


def test_other_words_in_the_same_document_are_a_change(ours: Signed) -> None:
    title = ours.pdf.replace(b"/Title (Certificado)", b"/Title (certificado)")
    assert title != ours.pdf
    assert check(title, ours.own).state is State.CHANGED


def test_a_stranger_is_not_us_whatever_the_name(ours: Signed, stranger: Signed) -> None:
    assert check(stranger.pdf, ours.own) == SignatureReport(State.FOREIGN)
    assert check(ours.pdf, stranger.own) == SignatureReport(State.FOREIGN)
    assert check(ours.pdf, ()) == SignatureReport(State.FOREIGN)


def test_our_certificate_in_a_strangers_signature_helps_nobody(
    ours: Signed, stranger: Signed
) -> None:
    content = stranger.envelope
    content["content"]["certificates"] = ours.envelope["content"]["certificates"]
    forged = stranger.with_envelope(content.dump(force=True))
    assert check(forged, ours.own).state is State.CHANGED


def test_our_signature_of_one_document_is_none_of_another(ours: Signed) -> None:
    other = signed_by(ours.key, paper("Paz y salvo"))
    assert check(other.pdf, ours.own).state is State.INTACT
    assert check(other.with_envelope(ours.envelope.dump()), ours.own).state is State.CHANGED


def test_nothing_can_be_put_into_the_signature(ours: Signed, stranger: Signed) -> None:
    more = ours.envelope
    more["content"]["certificates"].append(stranger.envelope["content"]["certificates"][0])
    unsigned = ours.envelope
    unsigned["content"]["signer_infos"][0]["unsigned_attrs"] = [
        {"type": "signing_time", "values": [cms.Time("utc_time", NOW)]}
    ]
    for content in (more, unsigned):
        assert check(ours.with_envelope(content.dump(force=True)), ours.own).state is State.CHANGED


def test_small_letters_and_filled_gaps_are_changes(ours: Signed) -> None:
    gap = ours.pdf[ours.start : ours.end]
    for other in (gap.lower(), gap[:-2] + b"1>", gap[:-2] + b" >"):
        assert check(ours.pdf.replace(gap, other), ours.own).state is not State.INTACT


@pytest.mark.parametrize(
    "title", ["/ByteRange [0 1 2 3]", "/M (D:20200101000000Z)", "/Contents <00>"]
)
def test_words_that_look_like_a_signature_change_nothing(ours: Signed, title: str) -> None:
    made = sign(paper(title, title=title), ours.key, reason=title, at=NOW)
    report = check(made, ours.own)
    assert (report.state, report.signed_at) == (State.INTACT, NOW)


def test_what_is_not_signed_not_a_document_or_too_large_is_said(ours: Signed) -> None:
    assert check(paper(), ours.own).state is State.UNSIGNED
    assert check(b"", ours.own).state is State.NOT_PDF
    assert check(b"\x89PNG", ours.own).state is State.NOT_PDF
    assert check(ours.pdf.ljust(MOST_BYTES + 1), ours.own).state is State.TOO_LARGE
    assert check(ours.pdf.ljust(MOST_BYTES), ours.own).state is State.CHANGED


def hostile(ours: Signed) -> list[bytes]:
    """Files as large as allowed that are made to keep a reader busy."""
    room = MOST_BYTES - 4000
    tags = ours.with_envelope(b"\x30\x82\x0a\x00\x3f" + b"\xff" * 3000)
    nested = ours.with_envelope(b"\x30\x80" * 2000)
    ranges = b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3]" * (room // 20)
    digits = b"%PDF-1.7\n/ByteRange [0 " + b"9" * room
    start, length = 100, 90_000
    end = start + length
    head = f"%PDF-1.7\n/ByteRange [0 {start} {end} {MOST_BYTES - end}]".encode()
    wide = head.ljust(start) + b"<" + b"3082FFFF3F".ljust(length - 2, b"F") + b">"
    return [tags, nested, ranges, digits, wide.ljust(MOST_BYTES), head * 20_000]


def test_files_made_to_keep_us_busy_do_not(ours: Signed) -> None:
    for pdf in hostile(ours):
        begun = time.process_time()
        assert check(pdf[:MOST_BYTES], ours.own).state is not State.INTACT
        assert time.process_time() - begun < 1


def renewed(folder: Path, first: Issued, then: Issued) -> tuple[bytes, SigningKey]:
    """A document of before, and the key after the certificate was renewed."""
    configured = installation(folder, signing_passphrase=PASSPHRASE)
    pdf = sign(paper(), first.put(configured), reason=REASON, at=NOW)
    (folder / "signing-old").mkdir()
    (folder / "signing.crt.pem").rename(folder / "signing-old" / "2026.pem")
    return pdf, then.put(configured)


def test_documents_of_an_earlier_certificate_stay_ours(tmp_path: Path) -> None:
    old, new = issue("Banco Sur", days=2), issue("Banco Sur", starts=NOW + timedelta(days=1))
    pdf, key = renewed(tmp_path, old, new)
    own = own_certificates(key)
    assert own == (new.pem, old.pem)
    assert check(pdf, own).state is State.INTACT
    assert check(pdf, own[:1]).state is State.FOREIGN


def test_a_document_of_an_earlier_version_of_the_code_stays_ours() -> None:
    kept = Path(__file__).parent / "signed"
    own = ((kept / "certificate.pem").read_bytes(),)
    assert check((kept / "paper.pdf").read_bytes(), own).state is State.INTACT


def test_before_there_is_a_key_nothing_is_ours(tmp_path: Path) -> None:
    assert own_certificates(SigningKey.of(installation(tmp_path))) == ()


def test_the_certificates_of_a_container_are_found(tmp_path: Path) -> None:
    real = issue("Banco Sur", by=issue("Entidad"))
    configured = installation(tmp_path, signing_key="real.p12", signing_passphrase=PASSPHRASE)
    assert own_certificates(real.put(configured)) == (real.pem,)


def test_an_earlier_certificate_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "signing-old").mkdir()
    (tmp_path / "signing-old" / "2025.pem").write_bytes(b"no certificate")
    with pytest.raises(UnreadableCertificate, match=r"2025\.pem"):
        own_certificates(SigningKey.of(installation(tmp_path)))


def test_production_owns_no_document_of_a_demo(ours: Signed, tmp_path: Path) -> None:
    (tmp_path / "signing-old").mkdir()
    (tmp_path / "signing-old" / "1.pem").write_bytes(ours.own[0])
    key = SigningKey.of(installation(tmp_path, mode="production"))
    name = check(ours.pdf, ours.own).signed_by
    assert own_certificates(key) == (() if name == "Crédito Demo S.A.S." else ours.own)
