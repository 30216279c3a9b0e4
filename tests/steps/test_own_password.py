"""Register by code, step 4: the account opens whole, once, and its customer signs in."""

import pytest

from finportal.models import Account, AuditEvent, Consent, Customer
from finportal.settings import Settings
from tests.doubles import Clock
from tests.enrolments import CHOICE, NEW, Office, tell
from tests.factories import Person
from tests.visitor import Visitor

HERE = "/registro/clave"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The journey by code."""
    return settings.model_copy(update={"journey": "code"})


def proven(office: Office, person: Person, new_email: str | None = None) -> Visitor:
    """Somebody who proved an address: the one on file, or a new one after the questions."""
    visitor = tell(office.visitor(), person)
    if new_email:
        ask = "/registro/correo/preguntas"
        visitor.open(ask).fill(ask, email=new_email, **office.right_answers())
    else:
        visitor.fill("/registro/correo", answer="si")
    return visitor.fill("/registro/codigo", code=office.code())


def test_the_whole_journey(office: Office) -> None:
    person = office.people.customer()
    number = office.people.loan(person)
    office.people.caps()
    visitor = proven(office, person).fill(HERE, **CHOICE)
    assert visitor.address == "/registro/listo"
    assert visitor.heading == "Paso 5 de 5: su cuenta está lista"
    letter = office.letters()[-1]
    assert letter.kind == "registered"
    stranger = office.visitor().open("/ingresar").fill("/ingresar", email=person.email)
    assert letter.values["phrase"] in stranger.words
    visitor.open("/ingresar").fill("/ingresar", email=person.email)
    assert "La luna sobre el río" in visitor.words, "this browser proved the mailbox"
    visitor.fill("/ingresar/imagen")
    visitor.fill("/ingresar/clave", id_number=person.id_number, password=NEW)
    assert visitor.heading == "Mis créditos"
    assert number in visitor.words
    assert "hasta el" not in visitor.words
    assert visitor.open("/documentos").status == 200


def test_nothing_is_there_before_the_password_and_all_of_it_after(office: Office) -> None:
    person = office.people.customer()
    visitor = proven(office, person)
    with office.portal.db.read() as session:
        assert session.query(Account).count() == session.query(Consent).count() == 0
    visitor.fill(HERE, **(CHOICE | {"new": "corta", "again": "corta"}))
    assert visitor.status == 422
    visitor.fill(HERE, **(CHOICE | {"phrase": NEW}))
    assert "No use su contraseña como frase" in visitor.words
    visitor.fill(HERE, **(CHOICE | {"picture": ""}))
    assert "Elija una imagen" in visitor.words
    visitor.fill(HERE, **CHOICE)
    with office.portal.db.read() as session:
        account, consent = session.query(Account).one(), session.query(Consent).one()
        kinds = [row.kind for row in session.query(AuditEvent)]
    assert (account.state, account.email, account.image) == ("active", person.email, "octopus")
    assert (account.customer_id, consent.customer_id) == (person.customer_id,) * 2
    assert account.held_until is None
    assert kinds == [
        "registration_matched", "code_sent", "registration_mail_proven", "registered",
        "device_remembered",
    ]  # fmt: skip


def test_all_errors_are_told_in_one_round(office: Office) -> None:
    visitor = proven(office, office.people.customer())
    wrong = {"new": "corta", "again": "larga", "picture": "", "phrase": "frase corta"}
    assert "si pasan 15 sin actividad, se cierra" in visitor.words
    visitor.fill(HERE, **wrong)
    named = [link["href"] for link in visitor.page.select(".problems a")]
    assert (visitor.status, named) == (422, ["#new", "#again", "#picture-0", "#phrase"])
    assert "No use su contraseña como frase" in visitor.words


def test_the_same_twelve_pictures_come_back_with_an_error(office: Office) -> None:
    visitor = proven(office, office.people.customer())
    before = shown(visitor)
    visitor.fill(HERE, picture=before[4])
    assert (visitor.status, shown(visitor)) == (422, before)
    visitor.fill(HERE, picture="")
    assert (visitor.status, shown(visitor)) == (422, before)
    assert shown(visitor.open(HERE)) != before


def shown(visitor: Visitor) -> list[str]:
    """The pictures that one can choose from."""
    return [str(one["value"]) for one in visitor.page.select("#galeria input[type=radio]")]


def test_a_second_tab_and_a_second_browser_open_nothing_more(office: Office) -> None:
    person = office.people.customer()
    visitor, late = proven(office, person), proven(office, person)
    page = visitor.page
    visitor.fill(HERE, **CHOICE)
    visitor.page = page
    visitor.fill(HERE, **CHOICE)
    assert visitor.address.startswith("/registro?aviso=registration_over")
    late.fill(HERE, **CHOICE)
    assert (late.status, late.heading) == (409, "Este paso ya terminó")
    with office.portal.db.read() as session:
        assert session.query(Account).count() == 1


def test_a_new_address_is_held_for_two_days(office: Office, clock: Clock) -> None:
    person = office.borrower()
    visitor = proven(office, person, "nueva@otra.example").fill(HERE, **CHOICE)
    assert "durante 48 horas su cuenta solo muestra cuánto debe" in visitor.words
    told = {letter.kind: letter.to for letter in office.letters()}
    assert told["contact_by_text"] == f"+57{person.mobile}"
    assert told["contact_changed"] == person.email
    assert told["registered"] == "nueva@otra.example"
    person.email, person.password = "nueva@otra.example", NEW
    visitor.sign_in(person)
    assert visitor.heading == "Mis créditos"
    assert "no descargar documentos" in visitor.words
    for closed in ("/documentos", "/documentos/nuevo/deuda"):
        visitor.open(closed)
        assert visitor.heading == "Esto todavía no se abre"
        assert "601 000 0000" in visitor.words
    assert visitor.open("/pagos").status == 200
    clock.forward(hours=48)
    visitor.sign_in(person).open("/documentos")
    assert visitor.heading != "Esto todavía no se abre"
    assert visitor.open("/cuenta/en-espera").address == "/cuenta"


def test_two_companies_may_share_an_address(office: Office) -> None:
    firms = [
        office.people.customer(
            id_type="NIT", id_number=nit, kind="juridical", email="gerencia@dos.example",
            representative_id_type="CC", representative_id_number="52333444",
            representative_name="Diana Niño",
        )
        for nit in ("9001234568", "8999990681")
    ]  # fmt: skip
    for firm in firms:
        number = office.people.loan(firm)
        visitor = office.visitor().open("/registro?tipo=juridica")
        visitor.fill(
            "/registro", tipo="juridica", id_number=firm.id_number, representative_type="CC",
            representative_number="52333444", mobile=firm.mobile, consent="y",
        )  # fmt: skip
        visitor.fill("/registro/correo", answer="si").fill("/registro/codigo", code=office.code())
        visitor.fill(HERE, **CHOICE)
        firm.password = NEW
        visitor.sign_in(firm)
        assert number in visitor.words
    with office.portal.db.read() as session:
        assert session.query(Account).count() == session.query(Customer).count() == 2
