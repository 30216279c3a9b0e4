"""What a copy of one's data holds: every table's rows about one customer, and what they are."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from finportal.adapters.bundles import Table, Words
from finportal.adapters.database import Link
from finportal.adapters.sheets import Cell
from finportal.services.days import BOGOTA, bogota_day
from finportal.services.my_data import figures
from finportal.services.my_data.figures import COMPUTED, pesos
from finportal.services.my_data.subject import Subject, columns
from finportal.services.my_data.tables import SUBJECTS
from finportal.services.my_data.words import in_words

AT_ONCE = 500
README = "LEAME.txt"
_HEAD = """\
SUS DATOS

{lender}, {moment}, hora de Colombia.

Aquí está todo lo que este portal guarda sobre usted. Cada tema viene dos veces: en la carpeta csv
para hojas de cálculo, y en la carpeta json para programas. Un tema sin filas no tiene datos.

- Valores en pesos, con punto y dos decimales: 845000.50. Solo donde se dice, en centavos.
- Fechas año-mes-día; las horas son de Colombia (-05:00).
- En csv, un texto que una hoja de cálculo tomaría por fórmula lleva un apóstrofo delante.
- Las palabras en inglés son los códigos del sistema: la columna que termina en _en_palabras los
  dice en español.
- Las columnas que terminan en _original van como el sistema las guarda; lo que dicen está en
  español en los otros archivos.
- No están las contraseñas ni los códigos: solo guardamos huellas que no se pueden leer. Tampoco su
  imagen y su frase de seguridad, que no deben quedar en un archivo.

Guarde este archivo donde nadie más lo vea. Para corregir un dato escriba a {contact}.

"""


def parts(
    link: Link, customer_id: int, lender: tuple[str, str], now: datetime
) -> Iterator[Table | Words]:
    """The files of a customer's copy, each read as it is written: a few hundred rows at a time.

    `lender`: its name, and the address for questions on personal data.
    """
    yield Words(README, readme(lender, now))
    for subject in SUBJECTS:
        yield Table(subject.name, subject.header, rows(link, subject, customer_id))
    for computed in COMPUTED:
        yield figures.table(link, computed, customer_id, bogota_day(now))


def readme(lender: tuple[str, str], now: datetime) -> str:
    """What each file is, in Spanish: the law's language for what a person is told."""
    moment = now.astimezone(BOGOTA).strftime("%Y-%m-%d %H:%M")
    listed = "".join(f"{one.name}\n    {one.about}\n" for one in (*SUBJECTS, *COMPUTED))
    return _HEAD.format(lender=lender[0], contact=lender[1], moment=moment) + listed


def rows(link: Link, subject: Subject, customer_id: int) -> Iterator[tuple[Cell, ...]]:
    """The rows of a subject's table that are about a customer, the oldest first."""
    found = columns(subject.table)
    query = (
        select(found.id, *subject.also.values(), *(found[name] for name in subject.told))
        .where(subject.mine, found.id > bindparam("after"))
        .order_by(found.id)
        .limit(AT_ONCE)
    )
    after = 0
    while page := link.execute(query, {"customer_id": customer_id, "after": after}).all():
        after = page[-1].id
        for row in page:
            yield tuple(_cells(subject, row[1:]))


def _cells(subject: Subject, row: Sequence[Any]) -> Iterator[Cell]:
    for (column, _), value in zip(subject.named, row, strict=True):
        yield pesos(value) if column in subject.money else _told(value)
        if subject.coded(column):
            yield in_words(subject.table, column, value)


def _told(value: Any) -> Cell:
    if isinstance(value, datetime):
        return value.astimezone(BOGOTA).replace(microsecond=0)
    cell: Cell = value
    return cell
