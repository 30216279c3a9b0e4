"""The files of the copy about what became of documents: voided, drawn, their liens released."""

from sqlalchemy import ColumnElement, select

from finportal.models import IssuedDocument
from finportal.services.my_data.subject import INTERNAL, ME, Subject, columns, kept

MY_PAPERS = select(IssuedDocument.id).where(IssuedDocument.customer_id == ME)


def _mine(table: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = columns(table).document_id.in_(MY_PAPERS)
    return found


def _code(table: str) -> dict[str, ColumnElement[str]]:
    code = select(IssuedDocument.code).where(IssuedDocument.id == columns(table).document_id)
    return {"codigo": code.scalar_subquery()}


SUBJECTS = (
    Subject(
        name="documentos-anulados",
        about="Los documentos que ya no valen, desde cuándo y por qué.",
        table="document_voids",
        mine=_mine("document_voids"),
        told={"reason": "razon", "voided_at": "anulado"},
        also=_code("document_voids"),
        kept_back=kept(INTERNAL, "id", "document_id"),
    ),
    Subject(
        name="documentos-en-pdf",
        about="Los PDF que se le entregaron: la huella de cada archivo.",
        table="document_drawings",
        mine=_mine("document_drawings"),
        told={"locale": "idioma", "sha256": "huella", "size": "bytes", "drawn_at": "dibujado"},
        also=_code("document_drawings"),
        kept_back=kept(INTERNAL, "id", "document_id"),
    ),
    Subject(
        name="levantamiento-de-prenda",
        about="Hasta dónde va el levantamiento de la prenda de sus vehículos.",
        table="lien_steps",
        mine=_mine("lien_steps"),
        told={"step": "paso", "done_on": "fecha", "note": "nota", "recorded_at": "registrado"},
        also=_code("lien_steps"),
        kept_back=kept(INTERNAL, "id", "document_id"),
    ),
)
