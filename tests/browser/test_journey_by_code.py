"""Registering by code in a real browser: a person, a company, another e-mail that is held."""

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from finportal.adapters.secrets import Vault
from finportal.models import Customer, QuestionRound
from finportal.settings import Settings
from tests.browser.conftest import Site, running
from tests.browser.entrance import NEW
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

OTHER = "correo.nuevo@otra.example"


@pytest.fixture(scope="module")
def by_code(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Site]:
    """The demo lender with the journey by code."""
    folder = tmp_path_factory.mktemp("sites") / "by-code"
    with running(prepared, folder, journey="code") as started:
        yield started


@pytest.fixture
def come(chromium: Browser, by_code: Site) -> Iterator[Callable[[Screen], Guest]]:
    """Start browsers; at the end none may have complained."""
    guests: list[Guest] = []

    def start(screen: Screen) -> Guest:
        guests.append(Guest(chromium, by_code.address, screen, network=next(by_code.networks)))
        return guests[-1]

    yield start
    for guest in guests:
        guest.close()


def code_for(site: Site, address: str) -> str:
    """The code in the first letter to an address."""
    found = re.search(r"código: (\d{6})", site.letter_to(address))
    assert found
    return found[1]


def right_answers(site: Site) -> list[int]:
    """What the open round wants; only the lender could know."""
    keys = tomllib.loads((site.folder / "keys.toml").read_text())
    vault = Vault(Settings(mode="demo", **keys))
    with site.db.read() as session:
        newest = session.query(QuestionRound).order_by(QuestionRound.id.desc()).first()
        assert newest
        return [one["right"] for one in vault.unseal(newest.sealed or b"")["asked"]]


def finish(guest: Guest) -> None:
    """From the password to the end."""
    guest.press("Crear mi cuenta").check()
    assert "Hay un problema" in guest.words
    guest.write(new=NEW, again=NEW, phrase="La luna sobre el río")
    guest.page.locator(".gallery label >> nth=5").click()
    guest.press("Crear mi cuenta").check()
    assert guest.heading == "Paso 5 de 5: su cuenta está lista"
    assert "Ese paso ya terminó" in guest.open("/registro/clave").check().words


def sign_in(guest: Guest, number: str, email: str) -> None:
    """The three steps."""
    guest.open("/ingresar").write(email=email).press("Validar").check()
    assert "La luna sobre el río" in guest.words
    guest.press("Sí, son mías: continuar")
    guest.write(id_number=number, password=NEW).press("Ingresar").check()
    assert guest.heading == "Mis créditos"


def test_a_company_on_a_small_screen(come: Callable[[Screen], Guest], by_code: Site) -> None:
    guest = come(Screen(width=360))
    with by_code.db.read() as session:
        firm = session.query(Customer).filter_by(kind="juridical").order_by(Customer.id).first()
    assert firm
    guest.open("/").check().press("Crear mi cuenta").check().press("Enviar")
    guest.page.locator(".problems").wait_for()
    guest.page.get_by_label("Persona jurídica").check()
    guest.page.locator("#representative_number").wait_for()
    assert guest.page.locator(".problems").count() == 0
    assert not guest.page.title().startswith("Error:")
    assert guest.page.evaluate("document.activeElement.value") == "juridica"
    guest.check().press("Enviar").check()
    assert "Revise el NIT" in guest.words
    guest.write(
        id_number=firm.id_number,
        representative_number="1999000000",
        mobile=firm.mobile,
    )
    guest.page.check("#consent")
    guest.press("Enviar").check()
    assert "Error de seguridad en datos" in guest.words
    guest.page.get_by_role("dialog").get_by_role("button").click()
    guest.write(representative_number=firm.representative_id_number).press("Enviar").check()
    assert guest.heading == "Paso 2 de 5: confirme su correo"
    guest.press("Continuar").check()
    guest.page.get_by_label("Sí, es mi correo").check()
    guest.press("Continuar").check().write(code="000000").press("Verificar código").check()
    assert "Le quedan 4 intentos" in guest.words
    guest.press("Enviar otro código").check()
    guest.write(code=code_for(by_code, firm.email)).press("Verificar código").check()
    finish(guest)
    sign_in(guest, firm.id_number, firm.email)


def test_another_address_without_script_is_held(
    come: Callable[[Screen], Guest], by_code: Site
) -> None:
    guest, customer = come(Screen(script=False)), by_code.customer(3)
    guest.open("/registro")
    guest.page.get_by_label("Persona jurídica").check()
    guest.press("Continuar")
    assert guest.page.locator("#representative_number").count() == 1
    guest.page.get_by_label("Persona natural").check()
    guest.press("Continuar").write(id_number=customer.id_number, mobile=customer.mobile)
    guest.page.check("#consent")
    guest.press("Enviar")
    guest.page.get_by_label("Cambio de correo").check()
    guest.press("Continuar").write(email=OTHER).press("Continuar")
    assert "Elija una respuesta" in guest.words
    for n, place in enumerate(right_answers(by_code)):
        guest.page.select_option(f"#answer{n}", str(place))
    guest.press("Continuar")
    assert guest.heading == "Paso 3 de 5: escriba el código"
    guest.write(code=code_for(by_code, OTHER)).press("Verificar código")
    finish(guest)
    assert "no fui yo" in by_code.letter_to(customer.email).lower()
    sign_in(guest, customer.id_number, OTHER)
    assert "no descargar documentos" in guest.words
    guest.press_in_menu("Documentos")
    assert guest.heading == "Esto todavía no se abre"


def test_the_questions_are_for_everyone(come: Callable[[Screen], Guest], by_code: Site) -> None:
    guest, customer = come(Screen(dark=True)), by_code.customer(4)
    guest.open("/registro").write(id_number=customer.id_number, mobile=customer.mobile)
    guest.page.check("#consent")
    guest.press("Enviar").check()
    guest.page.get_by_label("Sí, es mi correo").check()
    guest.press("Continuar")
    wrong = "000000" if code_for(by_code, customer.email) != "000000" else "111111"
    for _ in range(5):
        guest.write(code=wrong).press("Verificar código")
    assert "Ese código ya no sirve" in guest.check().words
    guest.press("Volver a mi correo").page.get_by_label("Cambio de correo").check()
    guest.press("Continuar").check().press("Continuar").check()
    for _ in range(3):
        right = right_answers(by_code)
        guest.write(email=OTHER)
        for n, place in enumerate(right):
            guest.page.select_option(f"#answer{n}", str((place + 1) % 6 if n == 0 else place))
        guest.press("Continuar").check()
    assert guest.heading == "Siga el cambio de correo por teléfono"
    for page in ("/registro/listo?aviso=account_held", "/registro/solicitud"):
        guest.open(page).check()
