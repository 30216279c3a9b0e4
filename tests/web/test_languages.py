"""Both languages are whole: nothing missing, stale or half translated, on pages and in letters."""

import re
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from bs4 import BeautifulSoup
from flask import Flask
from flask_mail import Message

from finportal.adapters import catalogue
from finportal.adapters.letter import Letter
from finportal.adapters.mail import draw
from finportal.lender import Lender
from finportal.lending import Centavos
from finportal.models.codes import DEVICE
from finportal.services import letters
from finportal.services.letters import Addressee, Notice
from finportal.services.recognition import Recognition
from finportal.settings import Settings
from finportal.web import errors
from finportal.web.languages import COOKIE
from tests.factories import People
from tests.visitor import Visitor
from tools import translate

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
SPANISH_LETTER = re.compile(r"[áéíóúüñÁÉÍÓÚÑ¿¡«»]")
SPOKEN_ATTRIBUTES = ("aria-label", "title", "alt", "placeholder", "content")
LONG_ENOUGH_TO_BE_SPANISH = 12


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


CATALOGUE = translate.stored()
TEXTS = translate.texts(CATALOGUE)
PAIRS = [
    pair
    for message in TEXTS
    for pair in zip(_forms(message.id), _forms(message.string), strict=True)
]
ENGLISH = {english for _, english in PAIRS}
SPANISH = {spanish for spanish, _ in PAIRS} - ENGLISH
FIXED_PARTS = {
    part
    for text in SPANISH
    for part in map(str.strip, PLACEHOLDER.split(text))
    if len(part) >= LONG_ENOUGH_TO_BE_SPANISH and not any(part in english for english in ENGLISH)
}

PUBLIC = [
    "/", "/registro", "/registro/correo", "/ingresar", "/recuperar", "/recuperar/correo",
    "/recuperar/clave/unknown", "/tratamiento-de-datos", "/demo/mail", "/nowhere",
]  # fmt: skip
WHEN = "2026-11-05T20:07:00+00:00"
NOTICE = Notice("2026-10", Centavos(123_456_700), date(2026, 10, 28), "VH-1001", "ABCD-EFGH-JKLM")
PAYMENTS = (
    "payment_approved",
    "payment_declined",
    "payment_in_process",
    "payment_reversed",
    "bank_payment_posted",
    "bank_cheque_bounced",
)
PAYMENT = {
    "loan_end": "1001", "reference": "P26-1001", "amount": "84500000", "value_date": "2026-10-28",
    "channel": "pse", "authorisation": "778899", "credit": "100", "late": "1", "fees": "100",
    "reason": "51",
    "insurance": "200", "late_interest": "300", "interest": "400", "principal": "500",
    "kept": '[900, [], [[13, "2026-11-05", 900, 100]], 0]',
}  # fmt: skip
RECOGNITION = Recognition(catalogue.pictures()["octopus"], "Un faro sereno", personal=False)


def letters_to(locale: str) -> dict[str, Letter]:
    """One letter of each kind to a reader of this language."""
    who = Addressee("Marta Rojas", "natural", "marta@correo.example", locale)
    written = (
        letters.credentials(who, "52000001", "Kp7mWq2xT9", RECOGNITION),
        letters.account_elsewhere(who),
        letters.already_registered(who),
        letters.address_replaced(who, WHEN),
        letters.registered(who, RECOGNITION),
        letters.email_change_approved(who, "t" * 43),
        letters.email_change_rejected(who),
        letters.new_device(who, WHEN, "Chrome, Android", "203.0.113.0/24"),
        letters.device_alarm(who, WHEN, "203.0.113.0/24"),
        letters.code(who, "482913", DEVICE),
        letters.password_changed(who, WHEN),
        letters.password_recovered(who, WHEN),
        letters.recovery(who, "t" * 43),
        letters.statement_ready(who, NOTICE),
        letters.my_data_ready(who, WHEN),
        letters.recovery_later(who, WHEN),
        letters.contact_changed(who, "email", "n•••@c•••.example", WHEN, "t" * 43),
        letters.email_is_new(who, WHEN, RECOGNITION),
        letters.contact_undone(who, WHEN),
    )
    paid = [
        Letter(kind, who.email, locale, {"name": who.greeting_name, **PAYMENT}) for kind in PAYMENTS
    ]
    return {letter.kind: letter for letter in (*written, *paid)}


KINDS = sorted(letters_to("en"))


def spanish_in(text: str) -> list[str]:
    """The Spanish of the catalogue that an English text still holds."""
    lines = {line.strip() for line in text.splitlines()}
    return sorted(lines & SPANISH | {part for part in FIXED_PARTS if part in text})


def spanish_on(page: BeautifulSoup) -> list[str]:
    """The Spanish an English page still holds, beside names, places and the customer's phrase."""
    page = BeautifulSoup(str(page), "html.parser")
    for alien in page.select("[lang=es], q, pre"):
        alien.decompose()
    said = [*page.stripped_strings]
    for element in page.select("*"):
        names = [*SPOKEN_ATTRIBUTES, *(name for name in element.attrs if name.startswith("data-"))]
        said += [str(element[name]) for name in names if element.has_attr(name)]
    facts = [fact for fact in Lender().model_dump().values() if isinstance(fact, str)]
    return [text for text in said if _is_spanish(" ".join(text.split()), facts)]


def _is_spanish(text: str, facts: list[str]) -> bool:
    rest = text
    for fact in facts:
        rest = rest.replace(fact, "")
    odd = bool(SPANISH_LETTER.search(rest)) and text not in ENGLISH
    return odd or bool(spanish_in(text))


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Words do not depend on the kind of database."""
    shutil.copy(sqlite_template, tmp_path / "finportal.db")
    return f"sqlite:///{tmp_path / 'finportal.db'}"


@pytest.fixture
def english(visitor: Visitor) -> Visitor:
    """A visitor who once chose English in the footer."""
    visitor.client.set_cookie(COOKIE, "en")
    return visitor


def test_catalogue_holds_exactly_the_texts_in_use() -> None:
    used = {(text.id, text.context) for text in translate.texts(translate.collected())}
    known = {(text.id, text.context) for text in TEXTS}
    assert used - known == set(), "run `make translate` and translate what it lists"
    assert known - used == set(), "nothing says this any more: run `make translate`"
    assert not CATALOGUE.obsolete


def test_every_text_has_a_checked_translation() -> None:
    assert [message.id for message in translate.missing(CATALOGUE)] == []


def test_both_languages_agree_in_form() -> None:
    for spanish, english in PAIRS:
        assert Counter(PLACEHOLDER.findall(spanish)) == Counter(PLACEHOLDER.findall(english))
        assert "%" not in PLACEHOLDER.sub("", english).replace("%%", ""), english
        for text in (spanish, english):
            assert text.removesuffix(" ") == " ".join(text.split())
        assert spanish.endswith(" ") == english.endswith(" "), spanish
        assert spanish.endswith((".", ":", "…")) == english.endswith((".", ":", "…")), spanish


def _forms(text: str | Sequence[str]) -> tuple[str, ...]:
    """One form, or one and many."""
    return (text,) if isinstance(text, str) else tuple(text)


def test_compiled_catalogue_is_that_of_the_texts() -> None:
    with translate.MO.open("rb") as file:
        compiled = {_forms(one.id): _forms(one.string) for one in translate.texts(read_mo(file))}
    written = {_forms(one.id): _forms(one.string) for one in TEXTS}
    assert compiled == written, "run `make translate`"


def test_page_speaks_what_the_browser_asks_for(app: Flask) -> None:
    wishes = {
        "en": ("en", "en-GB,en;q=0.9,es;q=0.5", "en-US,es;q=0.5", "fr,en;q=0.5"),
        "es-CO": ("es-CO,es;q=0.9,en;q=0.8", "es-MX,en;q=0.5", "fr,de;q=0.8", "no language", ""),
    }
    headings = {"en": "Your loan, clear and in your hands", "es-CO": "Su crédito, claro y en sus"}
    for language, heading in headings.items():
        for wish in wishes[language]:
            html = app.test_client().get("/", headers={"Accept-Language": wish}).text
            assert f'<html lang="{language}">' in html, wish
            assert heading in html, wish


def test_footer_changes_the_language_for_good(visitor: Visitor) -> None:
    visitor.open("/recuperar")
    assert visitor.heading == "Recuperar contraseña"
    visitor.open(visitor.page.select_one("footer a[hreflang=en]")["href"])
    assert visitor.heading == "Reset password"
    visitor.open("/ingresar", **{"Accept-Language": "es"})
    assert visitor.heading == "Step 1 of 4: confirm your email address"
    assert visitor.page.html["lang"] == "en"
    visitor.open(visitor.page.select_one("footer a[hreflang=es]")["href"])
    assert visitor.heading == "Paso 1 de 4: valide su correo"
    assert visitor.open("/").page.html["lang"] == "es-CO"


def test_an_unknown_language_changes_nothing(visitor: Visitor) -> None:
    assert visitor.open("/?lang=xx").page.html["lang"] == "es-CO"
    assert visitor.client.get_cookie(COOKIE) is None
    visitor.open("/?lang=en")
    assert visitor.open("/?lang=xx").page.html["lang"] == "en"


@pytest.mark.parametrize("address", PUBLIC)
def test_no_spanish_is_left_on_a_public_page(english: Visitor, address: str) -> None:
    english.open(address)
    assert english.page.html["lang"] == "en"
    assert spanish_on(english.page) == []


@pytest.mark.parametrize("status", sorted(errors.PAGES))
def test_no_spanish_is_left_on_an_error_page(app: Flask, status: int) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        html = errors.error_page(status).get_data(as_text=True)
    assert spanish_on(BeautifulSoup(html, "html.parser")) == []


def test_no_spanish_is_left_where_something_is_wrong(english: Visitor, people: People) -> None:
    assert spanish_on(english.open("/registro").fill("/registro").page) == []
    english.register(people.customer(), mobile="3009999999")
    assert english.heading == "Security error: details do not match"
    assert spanish_on(english.page) == []
    assert spanish_on(english.open("/recuperar").fill("/recuperar").page) == []


def test_no_spanish_is_left_on_the_way_in_and_behind_it(english: Visitor, people: People) -> None:
    person = people.active()
    people.loan(person)
    english.open("/ingresar").fill("/ingresar", email=person.email)
    assert spanish_on(english.page) == []
    assert spanish_on(english.open("/ingresar/imagen/no-es-mia").page) == []
    english.open("/ingresar/imagen").fill("/ingresar/imagen")
    assert spanish_on(english.page) == []
    english.fill("/ingresar/clave", id_number=person.id_number, password="wrong")
    assert spanish_on(english.page) == []
    english.fill("/ingresar/clave", id_number=person.id_number, password=person.password)
    assert english.address == "/ingresar/codigo"
    assert spanish_on(english.page) == []
    assert spanish_on(english.sign_in(person).open("/seguridad").page) == []
    assert spanish_on(english.open("/seguridad/otras-sesiones").page) == []
    english.open("/cuenta")
    assert english.heading == "My loans"
    assert spanish_on(english.page) == []
    english.open("/personalizar").fill("/personalizar", current="wrong", new="short", again="other")
    assert english.status == 422
    assert spanish_on(english.page) == []


def test_who_registers_in_english_is_written_to_in_english(
    english: Visitor, people: People, deliver: Callable[[], object]
) -> None:
    english.register(people.customer())
    deliver()
    assert spanish_on(english.open("/demo/mail").page) == []
    english.open(english.page.select_one(".mails a")["href"])
    assert english.heading == "Your sign-in details for Crédito Demo"
    assert spanish_on(english.page) == []


def test_every_kind_of_letter_is_checked_here() -> None:
    folder = translate.PACKAGE / "templates" / "mail"
    assert sorted(path.name for path in folder.iterdir()) == KINDS


def drawn(app: Flask, settings: Settings, kind: str, locale: str) -> Message:
    """A letter as the worker draws it, whatever the language of its own context."""
    with app.test_request_context(base_url=settings.base_url):
        return draw(letters_to(locale)[kind], "<1@finportal>", settings)


@pytest.mark.parametrize("kind", KINDS)
def test_letter_is_drawn_in_the_language_of_its_reader(
    make_app: Callable[[Settings], Flask], settings: Settings, kind: str
) -> None:
    app = make_app(settings.model_copy(update={"journey": "code"}))
    spanish, english = (drawn(app, settings, kind, locale) for locale in ("es_CO", "en"))
    assert '<html lang="es-CO">' in spanish.html
    assert '<html lang="en">' in english.html
    assert spanish.subject != english.subject
    assert spanish_in(spanish.body)
    assert_in_paragraphs(spanish.body)
    assert spanish_in(f"{english.subject}\n{english.body}") == []
    html = english.html.replace(RECOGNITION.phrase, "")
    assert spanish_on(BeautifulSoup(html, "html.parser")) == []


@pytest.mark.parametrize("kind", ["credentials", "registered", "email_is_new"])
def test_image_and_phrase_stand_in_both_parts(app: Flask, settings: Settings, kind: str) -> None:
    for locale in ("es_CO", "en"):
        message = drawn(app, settings, kind, locale)
        picture = RECOGNITION.picture
        for part in (message.body, message.html):
            assert picture.name(locale) in part
            assert RECOGNITION.phrase in part
        assert 'src="cid:imagen"' in message.html
        [attached] = message.attachments
        assert (attached.data, attached.disposition) == (picture.png, "inline")


def assert_in_paragraphs(text: str) -> None:
    """One blank line after each paragraph, and none at either end."""
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert re.findall(r".*[.!?]\n(?=[^\n]).*", text) == []


@pytest.mark.parametrize("kind", ["new_device", "password_changed", "password_recovered"])
def test_moment_in_a_letter_is_written_as_its_reader_does(
    app: Flask, settings: Settings, kind: str
) -> None:
    for locale, moment in (("es_CO", "5 nov 2026, 3:07"), ("en", "5 Nov 2026, 3:07")):
        assert moment in " ".join(drawn(app, settings, kind, locale).body.split())
