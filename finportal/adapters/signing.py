"""The signature of documents."""

from datetime import datetime
from pathlib import Path

from finportal.adapters.pdf import Finish
from finportal.adapters.signing_key import SigningKey


def sign(pdf: bytes, key: SigningKey, *, reason: str, at: datetime) -> bytes:
    """The document with a PAdES B-B signature that certifies it and allows no change.

    `at` is the signing time, with its zone; `reason` is read by people. Importing what signs costs
    most of a second and 40 MB, once: call this in a process that draws, not in one that answers
    pages. Raises the SigningErrors of `signing_key`.
    Source: ETSI EN 319 142-1 §6; ISO 32000-2 §12.8.2.2 (DocMDP).
    """
    from finportal.adapters.pades import signed  # noqa: PLC0415 - pyHanko: see above

    return signed(pdf, key, reason=reason, at=at)


def finish(key: SigningKey, *, reason: str, at: datetime) -> Finish:
    """The same as the last step of a drawing, in the process that draws."""
    files = (str(key.key_file), str(key.certificate_file))
    production = "production" if key.production else ""
    given = (*files, key.passphrase, key.place, production, reason, at.isoformat())
    return Finish(f"{__name__}:finished", given)


def finished(pdf: bytes, *given: str) -> bytes:
    """What `finish` asks for. Raises what `sign` raises."""
    own, certificate, passphrase, place, production, reason, at = given
    key = SigningKey(Path(own), Path(certificate), passphrase, place, production=bool(production))
    return sign(pdf, key, reason=reason, at=datetime.fromisoformat(at))
