"""The signature, judged by pyHanko's own validation; and every reason not to sign."""

import pickle
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko_certvalidator import ValidationContext

from finportal.adapters import demo_key, signing_key
from finportal.adapters.signing import sign
from finportal.adapters.signing_key import SigningKey
from tests.signing import NOW, PASSPHRASE, REASON, Issued, installation, issue, paper, validated


@pytest.fixture(scope="module")
def authority() -> Issued:
    """A certification body."""
    return issue("Entidad de Certificación", days=3650)


def judged(pdf: bytes, *roots: bytes) -> Any:
    """What pyHanko says of a document's only signature, trusting these certificates (DER)."""
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots],
        moment=NOW,
        allow_fetching=False,
    )
    return validated(signature, context, context)


def root_of(issued: Issued) -> bytes:
    return issued.chain[-1].public_bytes(Encoding.DER)


def demo(folder: Path, **changed: Any) -> SigningKey:
    settings = installation(folder, **changed)
    key = SigningKey.of(settings)
    demo_key.create(key, settings.lender, now=NOW, days=365)
    return key


def test_a_demo_document_is_certified_whole_and_allows_no_change(tmp_path: Path) -> None:
    key = demo(tmp_path)
    pdf = sign(paper(), key, reason=REASON, at=NOW)
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    own = signature.signer_cert
    status = judged(pdf, own.dump())
    assert (status.intact, status.valid, status.trusted, status.bottom_line) == (True,) * 4
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.docmdp_level == MDPPerm.NO_CHANGES
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.sig_object["/Reason"] == REASON
    assert signature.sig_object["/Location"] == "Bogotá D. C."
    assert signature.self_reported_timestamp == NOW
    assert signature.sig_field["/Rect"] == [0, 0, 0, 0]
    subject = own.subject.native
    assert subject["country_name"] == "CO"
    assert subject["organization_name"] == "Crédito Demo S.A.S."
    assert subject["serial_number"] == "9000000005"
    assert subject["organization_identifier"] == "VATCO-9000000005"
    assert own.key_usage_value.native == {"digital_signature", "non_repudiation"}


def test_only_the_signature_is_added(tmp_path: Path) -> None:
    plain = paper()
    pdf = sign(plain, demo(tmp_path), reason=REASON, at=NOW)
    assert pdf.startswith(plain)
    assert b"yHanko" not in pdf
    assert len(pdf) - len(plain) < 12_000
    assert PdfFileReader(BytesIO(pdf)).input_version == (1, 7)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
@pytest.mark.parametrize("file", ["real.pem", "real.p12"])
def test_a_real_certificate_takes_its_place(
    tmp_path: Path, authority: Issued, kind: str, file: str
) -> None:
    real = issue("Banco Sur S.A.S.", by=authority, kind=kind)
    settings = installation(
        tmp_path, mode="production", signing_key=file, signing_passphrase=PASSPHRASE
    )
    pdf = sign(paper(), real.put(settings), reason=REASON, at=NOW)
    assert judged(pdf, root_of(authority)).bottom_line
    assert not judged(pdf, root_of(issue("Otra entidad"))).trusted
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    assert len(signature.signed_data["certificates"]) == 2


def test_a_key_can_be_sent_to_a_child_and_shows_no_secret(tmp_path: Path) -> None:
    key = SigningKey.of(installation(tmp_path, signing_passphrase=PASSPHRASE))
    assert pickle.loads(pickle.dumps(key)) == key  # noqa: S301
    assert PASSPHRASE not in repr(key)
    derived = SigningKey.of(installation(tmp_path))
    assert "p" * 40 not in derived.passphrase
    assert derived.passphrase != SigningKey.of(installation(tmp_path, pepper="q" * 40)).passphrase


def test_naming_the_key_loads_nothing_that_signs(tmp_path: Path) -> None:
    code = (
        "import sys, finportal.adapters.signing, wsgi;"
        "print([n for n in ('pyhanko', 'oscrypto', 'asn1crypto', 'aiohttp') if n in sys.modules])"
    )
    environment = {
        "FINPORTAL_MODE": "demo",
        "FINPORTAL_INSTANCE": str(tmp_path),
        **{f"FINPORTAL_{name}": name * 8 for name in ("SECRET_KEY", "IMAGE_KEY", "MAIL_KEY")},
        "FINPORTAL_PEPPER": "pepper" * 8,
    }
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == "[]\n"


@pytest.mark.parametrize(
    ("days", "message"), [(-2, "holds from 2026-11-22 to 2027"), (400, "to 2027-11-22")]
)
def test_a_certificate_that_does_not_hold_signs_nothing(
    tmp_path: Path, authority: Issued, days: int, message: str
) -> None:
    key = issue("Banco Sur", by=authority).put(
        installation(tmp_path, signing_passphrase=PASSPHRASE)
    )
    with pytest.raises(signing_key.CertificateExpired, match=message):
        sign(paper(), key, reason=REASON, at=NOW + timedelta(days=days))


@pytest.mark.parametrize("missing", ["signing.key.pem", "signing.crt.pem"])
def test_nothing_is_signed_without_key_or_certificate(tmp_path: Path, missing: str) -> None:
    key = demo(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(signing_key.NoSigningKey, match=missing):
        sign(paper(), key, reason=REASON, at=NOW)


@pytest.mark.parametrize("name", ["signing.key.pem", "signing.crt.pem"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    key = demo(tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    with pytest.raises(signing_key.UnreadableKey, match=f"{name} cannot be read"):
        sign(paper(), key, reason=REASON, at=NOW)


def test_a_container_that_is_missing_is_named(tmp_path: Path) -> None:
    key = SigningKey.of(installation(tmp_path, signing_key="real.p12"))
    with pytest.raises(signing_key.NoSigningKey, match=r"real\.p12"):
        sign(paper(), key, reason=REASON, at=NOW)


@pytest.mark.parametrize("file", ["real.pem", "real.p12"])
@pytest.mark.parametrize("passphrase", ["another", None])
def test_a_key_with_another_passphrase_or_none_is_refused(
    tmp_path: Path, file: str, passphrase: str | None
) -> None:
    settings = installation(tmp_path, signing_key=file, signing_passphrase=PASSPHRASE)
    key = issue("Banco Sur").put(settings, passphrase=passphrase)
    with pytest.raises(signing_key.UnreadableKey, match=r"real\.p"):
        sign(paper(), key, reason=REASON, at=NOW)


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    key = issue("Banco Sur").put(installation(tmp_path, signing_passphrase=PASSPHRASE))
    key.certificate_file.write_bytes(issue("Banco Sur").pem)
    with pytest.raises(signing_key.KeyMismatch, match=r"signing\.key\.pem is not the key of"):
        sign(paper(), key, reason=REASON, at=NOW)


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAA"])
def test_a_file_without_a_certificate_is_named(tmp_path: Path, content: bytes) -> None:
    key = demo(tmp_path)
    key.certificate_file.write_bytes(content)
    with pytest.raises(signing_key.UnreadableCertificate, match=r"signing\.crt\.pem"):
        sign(paper(), key, reason=REASON, at=NOW)


def test_production_signs_nothing_with_a_demo_certificate(tmp_path: Path) -> None:
    demo(tmp_path)
    key = SigningKey.of(installation(tmp_path, mode="production"))
    with pytest.raises(signing_key.DemoCertificate):
        sign(paper(), key, reason=REASON, at=NOW)


def test_what_is_no_document_or_signed_already_is_not_signed(tmp_path: Path) -> None:
    key = demo(tmp_path)
    once = sign(paper(), key, reason=REASON, at=NOW)
    for pdf in (b"", b"no document", paper()[:300], once):
        with pytest.raises(signing_key.NotSignable):
            sign(pdf, key, reason=REASON, at=NOW)
