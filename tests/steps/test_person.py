"""Register by code, step 1: the form for people and for companies, the match and the dialog."""

import pytest

from finportal.models import Account, Mismatch
from finportal.settings import Settings
from tests.doubles import Clock
from tests.enrolments import Office, person_form, tell
from tests.factories import Person

MISMATCH = "Error de seguridad en datos"
NIT = "9001234568"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The journey by code."""
    return settings.model_copy(update={"journey": "code"})


def company(office: Office, **changed: object) -> Person:
    values: dict[str, object] = {
        "id_type": "NIT",
        "id_number": NIT,
        "kind": "juridical",
        "name": "Lácteos Alto Verde S.A.S.",
        "representative_id_type": "CC",
        "representative_id_number": "52333444",
        "representative_name": "Diana Niño",
    } | changed
    return office.people.customer(**values)


def as_company(firm: Person, **changed: str) -> dict[str, str]:
    return {
        "tipo": "juridica",
        "id_number": firm.id_number,
        "representative_type": "CC",
        "representative_number": "52333444",
        "mobile": firm.mobile,
        "consent": "y",
    } | changed


def test_matching_data_lead_to_the_masked_address(office: Office) -> None:
    visitor = tell(office.visitor(), office.people.customer())
    assert visitor.address == "/registro/correo"
    assert visitor.heading == "Paso 2 de 5: confirme su correo"
    assert "m•••@c•••.example" in visitor.words
    assert "marta1" not in visitor.response.get_data(as_text=True)


def test_without_script_the_page_comes_again_with_the_fields_of_a_company(office: Office) -> None:
    visitor = office.visitor().open("/registro")
    assert visitor.page.find("noscript").get_text(strip=True) == "Continuar"
    assert not visitor.page.find(id="representative_number")
    visitor.open("/registro?tipo=juridica")
    assert visitor.page.find(id="representative_number")
    assert visitor.page.find("input", attrs={"type": "radio", "checked": True})["value"] == (
        "juridica"
    )
    assert visitor.open("/registro?tipo=otra").page.find(id="id_type")


WRONG_OF_A_PERSON = (
    {"id_number": "1010101010"},
    {"id_type": "CE", "id_number": "52000"},
    {"mobile": "3019999999"},
)
WRONG_OF_A_COMPANY = (
    {"id_number": "899999068-1"},
    {"representative_number": "52333445"},
    {"representative_type": "CE", "representative_number": "523334"},
    {"mobile": "3019999999"},
)


def test_every_mismatch_says_the_same(office: Office, clock: Clock) -> None:
    person, firm, pages = office.people.customer(), company(office), set()
    for wrong in WRONG_OF_A_PERSON:
        visitor = tell(office.visitor(), person, **wrong)
        pages.add((visitor.status, visitor.heading, visitor.page.select_one("#aviso-texto").text))
        clock.forward(hours=1)
    for wrong in WRONG_OF_A_COMPANY:
        visitor = office.visitor().open("/registro?tipo=juridica")
        visitor.fill("/registro", **as_company(firm, **wrong))
        pages.add((visitor.status, visitor.heading, visitor.page.select_one("#aviso-texto").text))
        clock.forward(hours=1)
    [(status, heading, words)] = pages
    assert (status, heading) == (422, MISMATCH)
    assert "601\u00a0000\u00a00000" in words


def test_a_company_comes_in_by_its_nit_and_its_representative(office: Office) -> None:
    firm = company(office)
    visitor = office.visitor().open("/registro?tipo=juridica")
    visitor.fill("/registro", **as_company(firm, id_number="900.123.456-8"))
    assert visitor.address == "/registro/correo"


def test_one_companys_representative_does_not_register_another(office: Office) -> None:
    firm = company(office)
    other = company(
        office, id_number="8999990681", representative_id_number="79111222", mobile="3005556677"
    )
    visitor = office.visitor().open("/registro?tipo=juridica")
    assert visitor.fill("/registro", **as_company(other)).heading == MISMATCH
    form = person_form(firm, id_type="CC", id_number="52333444")
    assert visitor.open("/registro").fill("/registro", **form).heading == MISMATCH


WRONG_FIELDS = (
    ("id_number", "900123456-1", "Revise el NIT y su dígito de verificación"),
    ("id_number", "", "Revise el NIT"),
    ("representative_number", "12", "del representante legal, solo números"),
    ("representative_number", "", "Escriba el número de documento del representante legal"),
    ("mobile", "6015551234", "empieza por 3"),
    ("consent", "", "debe aceptar"),
)


def test_what_is_wrong_is_said_at_the_field(office: Office) -> None:
    firm = company(office)
    visitor = office.visitor().open("/registro?tipo=juridica")
    for field, value, says in WRONG_FIELDS:
        visitor.fill("/registro", **as_company(firm, **{field: value}))
        assert visitor.status == 422
        assert says in visitor.page.find(id=f"{field}-error").get_text()
        assert visitor.page.find(id="representative_number")


def test_mismatches_are_queued_for_staff_and_the_sixth_pauses(office: Office, clock: Clock) -> None:
    for _ in range(5):
        tell(office.visitor(), office.people.customer(), mobile="3019999998")
    with office.portal.db.read() as session:
        rows = session.query(Mismatch).all()
        assert session.query(Account).count() == 0
    assert {(row.mobile_masked, row.email_masked) for row in rows} == {("••••••9998", "")}
    assert tell(office.visitor(), office.people.customer()).status == 429
    clock.forward(hours=1, seconds=1)
    visitor = tell(office.visitor(), office.people.customer())
    assert (visitor.status, visitor.address) == (200, "/registro/correo")


def test_who_has_an_account_sees_what_everybody_sees(office: Office) -> None:
    visitor = tell(office.visitor(), office.people.active())
    assert (visitor.status, visitor.address) == (200, "/registro/correo")
    visitor.open("/")
    assert visitor.page.find("a", href="/registro")
    assert "código de 6 números" in visitor.words
