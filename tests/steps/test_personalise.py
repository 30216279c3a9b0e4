"""Personalise: forced after the provisional password, and from the menu afterwards."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from finportal.settings import Settings
from tests.doubles import Clock, MailServer, text_of
from tests.factories import People, Person
from tests.visitor import Visitor

NEW = "tres barcos y una nube"
CHOICE = {"new": NEW, "again": NEW, "picture": "octopus", "phrase": "La luna sobre el río"}


@pytest.fixture
def newcomer(
    make_app: Callable[[Settings], Flask],
    settings: Settings,
    people: People,
    mail_server: MailServer,
) -> tuple[Visitor, Person]:
    """Somebody who registered, read the mail and holds the provisional password."""
    real = {"mail_server": mail_server.host, "mail_port": mail_server.port}
    app = make_app(settings.model_copy(update=real))
    person = people.customer()
    visitor = Visitor(app, people).register(person)
    app.test_cli_runner().invoke(args=["mail", "send"], catch_exceptions=False)
    found = re.search(r"provisional: (\S+)", text_of(mail_server.messages[0]))
    assert found
    person.password = found[1]
    return visitor, person


def test_the_whole_journey(newcomer: tuple[Visitor, Person], people: People) -> None:
    visitor, person = newcomer
    number = people.loan(person)
    visitor.sign_in(person)
    assert visitor.heading == "Paso 4 de 4: personalice su ingreso"
    visitor.fill("/personalizar", current=person.password, **CHOICE)
    assert visitor.heading == "Mis créditos"
    assert number in visitor.words
    visitor.press("/salir")
    visitor.open("/ingresar").fill("/ingresar", email=person.email)
    assert "La luna sobre el río" in visitor.words


@pytest.mark.parametrize("address", ["/cuenta", "/ingresar", "/ingresar/clave", "/registro"])
def test_a_provisional_password_opens_nothing_else(
    newcomer: tuple[Visitor, Person], address: str
) -> None:
    visitor, person = newcomer
    visitor.sign_in(person).open(address)
    assert visitor.address.startswith("/personalizar")


def test_a_provisional_password_works_once(newcomer: tuple[Visitor, Person]) -> None:
    visitor, person = newcomer
    visitor.sign_in(person).press("/salir")
    visitor.sign_in(person)
    assert visitor.status == 422


def test_a_provisional_password_expires(newcomer: tuple[Visitor, Person], clock: Clock) -> None:
    visitor, person = newcomer
    clock.forward(hours=24)
    assert visitor.sign_in(person).status == 422


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"current": "otra"}, "current", "La contraseña actual no es correcta"),
        ({"new": "corta", "again": "corta"}, "new", "al menos 12 caracteres"),
        ({"again": "tres barcos y otra nube"}, "again", "no coinciden"),
        ({"picture": ""}, "picture", "Elija una imagen"),
        ({"picture": "../../etc/passwd"}, "picture", "Elija una imagen"),
        ({"phrase": "corta"}, "phrase", "de 8 a 60 caracteres"),
        ({"phrase": f"digo {NEW}"}, "phrase", "No use su contraseña como frase"),
    ],
)
def test_errors_stay_at_their_field_and_keep_the_rest(
    visitor: Visitor, people: People, changed: dict[str, str], field: str, says: str
) -> None:
    person = people.active()
    visitor.sign_in(person).open("/personalizar")
    visitor.fill("/personalizar", **({"current": person.password} | CHOICE | changed))
    assert visitor.status == 422
    assert says in visitor.page.find(id=f"{field}-error").get_text()
    for secret in ("current", "new", "again"):
        assert not visitor.page.find(id=secret).get("value")
    if field != "phrase":
        assert visitor.page.find(id="phrase")["value"] == CHOICE["phrase"]
    if field != "picture":
        assert visitor.page.find("input", value="octopus").has_attr("checked")


@pytest.mark.parametrize(
    "typed",
    [
        {"current": "", "new": "corta", "again": "larga", "picture": "", "phrase": "frase corta"},
        {"current": "otra", "new": "corta", "again": "corta", "phrase": "frase corta"},
    ],
)
def test_all_errors_are_told_in_one_round(
    visitor: Visitor, people: People, typed: dict[str, str]
) -> None:
    visitor.sign_in(people.active()).open("/personalizar").fill("/personalizar", **typed)
    said = {link["href"]: link.get_text() for link in visitor.page.select(".problems a")}
    form_errors = ["#again", "#picture-0"] if "picture" in typed else []
    first = [] if typed["current"] else ["#current"]
    assert list(said) == [*first, "#new", *form_errors, "#phrase"]
    assert "al menos 12 caracteres" in said["#new"]
    assert said["#phrase"] == "No use su contraseña como frase"


def test_an_empty_form_says_what_is_missing_and_no_more(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active()).open("/personalizar").fill("/personalizar", phrase="")
    said = [link.get_text() for link in visitor.page.select(".problems a")]
    assert said[1:] == [
        "Escriba una contraseña nueva",
        "Escriba otra vez la contraseña nueva",
        "Escriba una frase de 8 a 60 caracteres",
    ]


def test_changing_later_ends_the_other_sessions(
    app: Flask, visitor: Visitor, people: People
) -> None:
    person = people.active()
    other = Visitor(app, people).sign_in(person)
    visitor.sign_in(person).open("/personalizar")
    visitor.fill("/personalizar", current=person.password, **CHOICE)
    assert "Cambio guardado" in visitor.words
    assert other.open("/cuenta").address == "/ingresar?aviso=expired"
    assert visitor.open("/cuenta").heading == "Mis créditos"


def test_it_says_how_long_there_is(
    newcomer: tuple[Visitor, Person], visitor: Visitor, people: People
) -> None:
    first, person = newcomer
    assert "Tiene 15 minutos para terminar" in first.sign_in(person).words
    visitor.sign_in(people.active()).open("/personalizar")
    assert "Si pasan 15 minutos sin actividad" in visitor.words


def test_twelve_pictures_are_radio_buttons_with_names(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active()).open("/personalizar")
    gallery = visitor.page.find(id="galeria")
    labels = [" ".join(label.get_text().split()) for label in gallery.find_all("label")]
    assert len(labels) == len(set(labels)) == 12
    assert all(labels)
    assert len(gallery.find_all("input", type="radio")) == 12


def shown(visitor: Visitor) -> list[str]:
    """The pictures that one can choose from."""
    return [str(one["value"]) for one in visitor.page.select("#galeria input[type=radio]")]


def test_the_same_twelve_come_back_with_an_error(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active()).open("/personalizar")
    before = shown(visitor)
    visitor.fill("/personalizar")
    assert visitor.status == 422
    assert shown(visitor) == before
    for forged in ("", "octopus", ",".join(["octopus"] * 12), ",".join(before[1:]) + ",passwd"):
        visitor.fill("/personalizar", shown=forged)
        assert len({*shown(visitor)}) == 12
    assert visitor.open("/personalizar").status == 200
    assert shown(visitor) != before


def test_problems_are_named_in_the_order_of_the_page(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active()).open("/personalizar")
    visitor.fill("/personalizar", phrase="")
    ids = [str(element["id"]) for element in visitor.page.main.find_all(id=True)]
    named = [link["href"].removeprefix("#") for link in visitor.page.select(".problems a")]
    assert named[0] == "current"
    assert named == sorted(named, key=ids.index)


def test_a_phrase_is_only_ever_text(visitor: Visitor, people: People) -> None:
    person = people.active()
    visitor.client.set_cookie("disp", people.device_of(person))
    visitor.sign_in(person).open("/personalizar")
    phrase = "<script>alert(1)</script>"
    visitor.fill("/personalizar", **(CHOICE | {"current": person.password, "phrase": phrase}))
    visitor.press("/salir")
    visitor.open("/ingresar").fill("/ingresar", email=person.email)
    assert phrase in visitor.words
    assert not visitor.page.main.find("script")


def test_changing_only_the_password_keeps_picture_and_phrase(
    visitor: Visitor, people: People
) -> None:
    person = people.active()
    visitor.sign_in(person).open("/personalizar")
    chosen = visitor.page.select_one("input[name=picture][checked]")
    assert chosen is not None
    assert chosen["value"] == "octopus"
    visitor.fill("/personalizar", current=person.password, new=NEW, again=NEW)
    assert visitor.heading == "Mis créditos"
    visitor.open("/personalizar")
    phrase = visitor.page.select_one("#phrase")
    assert phrase is not None
    assert phrase["value"] == "Mi gata duerme al sol"


def test_what_is_wrong_is_listed_in_the_order_of_the_page(visitor: Visitor, people: People) -> None:
    visitor.sign_in(people.active()).open("/personalizar").fill("/personalizar", phrase="")
    links = [link["href"] for link in visitor.page.select(".problems a")]
    assert links == ["#current", "#new", "#again", "#phrase"]
