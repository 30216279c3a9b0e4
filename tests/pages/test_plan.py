"""The repayment schedule: every row, and how far each is paid."""

from tests.factories import People
from tests.pages.credit_scenes import SEEN_ON, example, page, plain
from tests.visitor import Visitor


def test_every_row_stands_with_its_figures(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person).open(page(number, "/plan", fecha=SEEN_ON))
    rows = [plain(row.get_text(" ")) for row in visitor.page.select("tbody tr")]
    assert len(rows) == 60
    assert "15 nov 2025 $ 501.269 $ 294.395 $ 18.000 $ 813.664 $ 29.705.605 Pagada" in rows[0]
    assert "15 ene 2026 $ 491.349 $ 304.315 $ 17.644 $ 813.308 $ 29.101.976 Pendiente" in rows[2]
    assert "debe $ 817.906" in rows[2]
    assert "15 oct 2030 $ 13.076 $ 782.594 $ 470 $ 796.140 $ 0 Pendiente" in rows[59]
    late = [row.th.get_text() for row in visitor.page.select("tbody tr.late")]
    assert [plain(words).rpartition(" ")[2] for words in late] == ["3"]


def test_each_row_leads_to_its_reasons(visitor: Visitor, people: People) -> None:
    person = people.active()
    number = example(people, person)
    visitor.sign_in(person).open(page(number, "/plan", fecha=SEEN_ON))
    link = visitor.page.select("tbody th a")[4]
    visitor.open(str(link["href"]))
    assert visitor.heading == "¿Por qué este valor? Cuota 5"
    assert "Todavía no vence" in visitor.words
