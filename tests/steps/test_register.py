"""Register: the form, the match, the dialog and the mail that follows."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from finportal.adapters.database import Database
from finportal.models import Account, Consent, ConsentText, OutboxMail
from finportal.settings import Settings
from tests.doubles import Clock, MailServer, text_of
from tests.factories import People, Person
from tests.visitor import Visitor

MISMATCH = "Error de seguridad en datos"


def test_matching_data_lead_to_check_your_mail(visitor: Visitor, people: People) -> None:
    visitor.register(people.customer())
    assert visitor.heading == "Revise su correo"
    assert visitor.address == "/registro/correo"


@pytest.mark.parametrize(
    "spelled",
    [
        {
            "id_number": "52.000.001",
            "mobile": "+57 (300) 000-0001",
            "email": "MARTA1@Correo.Example",
        },
        {"id_number": " 52000001 ", "mobile": "573000000001"},
    ],
)
def test_people_may_write_their_data_as_they_do(
    visitor: Visitor, people: People, spelled: dict[str, str]
) -> None:
    visitor.register(people.customer(), **spelled)
    assert visitor.heading == "Revise su correo"


@pytest.mark.parametrize(
    "wrong",
    [{"id_number": "1010101010"}, {"email": "otra@correo.example"}, {"mobile": "3019999999"}],
)
def test_every_mismatch_says_the_same(
    visitor: Visitor, people: People, wrong: dict[str, str]
) -> None:
    person = people.customer()
    visitor.register(person, **wrong)
    assert visitor.status == 422
    assert visitor.heading == MISMATCH
    assert "601 000 0000" in visitor.words
    assert visitor.page.find("input", id="mobile")["value"] == wrong.get("mobile", person.mobile)


def test_htmx_gets_the_mismatch_as_a_dialog(visitor: Visitor, people: People) -> None:
    visitor.open("/registro")
    token = visitor.page.find("input", attrs={"name": "csrf_token"})["value"]
    person = people.customer()
    data = {
        "csrf_token": token,
        "id_type": "CC",
        "id_number": person.id_number,
        "email": person.email,
        "mobile": "3019999999",
        "consent": "y",
    }
    reply = visitor.client.post("/registro", data=data, headers={"HX-Request": "true"})
    html = reply.get_data(as_text=True)
    assert reply.status_code == 422
    assert '<dialog id="aviso" open aria-labelledby="aviso-titulo"' in html
    assert MISMATCH in html


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("id_number", "12", "Escriba su número de identificación, solo números"),
        ("id_number", "", "Escriba su número de identificación"),
        ("email", "marta", "Escriba un correo con el formato nombre@correo.com"),
        ("mobile", "6015551234", "Escriba los 10 dígitos de su celular; empieza por 3"),
        ("consent", "", "Para continuar debe aceptar el tratamiento de sus datos"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    visitor: Visitor, people: People, field: str, value: str, says: str
) -> None:
    visitor.register(people.customer(), **{field: value})
    assert visitor.status == 422
    assert visitor.page.title.get_text().startswith("Error: ")
    assert says in visitor.page.find(id=f"{field}-error").get_text()
    assert visitor.page.find(id=field)["aria-invalid"] == "true"
    assert visitor.page.find("a", href=f"#{field}")


def test_a_passport_is_not_asked_for_digits_alone(visitor: Visitor, people: People) -> None:
    for number in ("", "!"):
        visitor.register(people.customer(), id_type="PAS", id_number=number)
        assert "solo números" not in visitor.page.find(id="id_number-error").get_text()


def test_nit_is_checked_by_its_digit(visitor: Visitor, people: People) -> None:
    visitor.register(people.customer(), id_type="NIT", id_number="900123456-1")
    assert "Revise el NIT" in visitor.page.find(id="id_number-error").get_text()
    company = people.customer(id_type="NIT", id_number="9001234568", kind="juridical")
    visitor.register(company, id_number="900.123.456-8")
    assert visitor.heading == "Revise su correo"


def test_consent_is_kept_word_for_word(visitor: Visitor, people: People, db: Database) -> None:
    person = people.customer()
    visitor.register(person)
    with db.read() as session:
        consent, text = session.execute(
            select(Consent, ConsentText).join(ConsentText, ConsentText.id == Consent.text_id)
        ).one()
    assert (consent.customer_id, consent.network) == (person.customer_id, "127.0.0.0/24")
    assert text.version == "2026-11"
    assert "Ley 1581 de 2012" in text.body


def test_second_registration_looks_the_same_and_changes_nothing(
    visitor: Visitor, people: People, db: Database
) -> None:
    person = people.active()
    visitor.register(person)
    assert visitor.heading == "Revise su correo"
    with db.read() as session:
        assert session.scalars(select(OutboxMail.kind)).all() == ["already_registered"]
    visitor.sign_in(person)
    assert visitor.heading == "Mis créditos"


def test_sixth_attempt_pauses_and_a_stranger_pauses_alike(
    visitor: Visitor, people: People, clock: Clock
) -> None:
    for _ in range(5):
        visitor.register(people.customer(), mobile="3019999999")
    visitor.register(people.customer())
    assert visitor.status == 429
    assert visitor.heading == "Demasiados intentos"
    assert int(visitor.response.headers["Retry-After"]) > 0
    assert "desde el 23 nov 2026, 11:01 a. m." in visitor.words.replace("\u00a0", " ")
    clock.forward(hours=1, seconds=1)
    visitor.register(people.customer())
    assert visitor.heading == "Revise su correo"


def test_silent_registration_never_says_mismatch(
    make_app: Callable[[Settings], Flask], settings: Settings, people: People
) -> None:
    app = make_app(settings.model_copy(update={"silent_registration": True}))
    person = people.customer()
    stranger = Visitor(app, people).register(person, mobile="3019999999")
    assert (stranger.status, stranger.heading) == (200, "Revise su correo")


def test_mail_has_all_that_is_needed_in_both_parts(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    people: People,
    mail_server: MailServer,
) -> None:
    real = {"mail_server": mail_server.host, "mail_port": mail_server.port}
    app = make_app(settings.model_copy(update=real))
    person = people.customer(name="MARTA ROJAS PINTO")
    Visitor(app, people).register(person)
    app.test_cli_runner().invoke(args=["mail", "send"], catch_exceptions=False)
    (message,) = mail_server.messages
    assert message["To"] == person.email
    assert message["Auto-Submitted"] == "auto-generated"
    for part in (text_of(message), text_of(message, "html")):
        assert "Marta" in part
        assert f"••••{person.id_number[-4:]}" in part
        assert person.id_number not in part
        assert "http://127.0.0.1:8000/ingresar" in part
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<imagen>"
    assert picture.get_content_disposition() == "inline"
    assert message.get_content_type() == "multipart/related"


def account_of(person: Person, db: Database) -> Account | None:
    """The person's account."""
    with db.read() as session:
        return session.scalars(
            select(Account).where(Account.customer_id == person.customer_id)
        ).one_or_none()


def test_a_mismatch_opens_no_account(visitor: Visitor, people: People, db: Database) -> None:
    person = people.customer()
    visitor.register(person, mobile="3019999999")
    assert account_of(person, db) is None
    visitor.register(person)
    assert account_of(person, db) is not None
