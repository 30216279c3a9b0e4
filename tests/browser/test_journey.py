"""From "Pago de cuotas" to one's own credit, in a real browser."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Site
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

NEW = "tres barcos y una nube"
SCREENS = [
    Screen(),
    Screen(width=360, dark=True),
    Screen(script=False),
    Screen(width=360, script=False),
]
OpenBrowser = Callable[[Screen], Guest]


@pytest.mark.parametrize("number", range(len(SCREENS)), ids=[str(screen) for screen in SCREENS])
def test_the_way_in(open_browser: OpenBrowser, site: Site, number: int) -> None:
    guest, customer = open_browser(SCREENS[number]), site.customer(number)
    guest.open("/").check()
    guest.page.click("summary:has-text('Pago de cuotas')")
    guest.press_in_menu("Ingrese a su cuenta").check()
    assert guest.heading == "Paso 1 de 4: valide su correo"
    guest.press("1 Registrarse").check()

    guest.press("Registrarse").check()
    assert "Hay un problema" in guest.words
    guest.write(id_number=customer.id_number, email=customer.email, mobile="3019999999")
    guest.page.check("#consent")
    guest.press("Registrarse").check()
    assert "Error de seguridad en datos" in guest.words
    if guest.screen.script:
        guest.page.get_by_role("dialog").get_by_role("button").click()
    guest.write(mobile=customer.mobile).press("Registrarse").check()
    assert guest.heading == "Revise su correo"

    password = site.password_for(customer.email)
    letter = site.letter_to(customer.email)
    guest.press("Iniciar sesión").write(email=customer.email).press("Validar").check()
    assert guest.heading == "Paso 2 de 4: su imagen y su frase"
    picture, phrase = (
        guest.page.locator(f".recognition {part}").inner_text() for part in ("strong", "q")
    )
    assert f"Imagen de seguridad: {picture}" in letter
    assert f"Frase de seguridad: {phrase}" in letter
    guest.press("No es mi imagen").check().press("Volver a la imagen")
    guest.press("Sí, son mías: continuar").check()

    guest.write(id_number=customer.id_number, password="no es la clave").press("Ingresar").check()
    assert "no son correctos" in guest.words
    assert guest.page.input_value("#password") == ""
    guest.write(password=password).press("Ingresar").check()
    assert guest.heading == "Paso 4 de 4: personalice su ingreso"

    guest.press("Guardar y continuar").check()
    guest.write(current=password, new=NEW, again=NEW, phrase="La luna sobre el río")
    name = guest.page.locator(".gallery label >> nth=5").inner_text().strip()
    guest.page.locator(".gallery label >> nth=5").click()
    guest.press("Guardar y continuar").check()
    assert guest.heading == "Mis créditos"
    for loan in site.loan_numbers(customer):
        assert loan in guest.words
    guest.press_in_menu("Cambiar contraseña").check()

    guest.press_in_menu("Cerrar sesión").check()
    guest.page.go_back()
    assert customer.name not in guest.page.content()
    guest.open("/ingresar").write(email=customer.email).press("Validar").check()
    assert "La luna sobre el río" in guest.words
    assert name in guest.words
    guest.press("Sí, son mías: continuar")
    guest.write(id_number=customer.id_number, password=NEW).press("Ingresar").check()
    assert guest.heading == "Mis créditos"


def test_recovering_the_password(open_browser: OpenBrowser, site: Site) -> None:
    guest, customer = open_browser(Screen(width=360)), site.customer(5)
    guest.open("/registro").write(
        id_number=customer.id_number, email=customer.email, mobile=customer.mobile
    )
    guest.page.check("#consent")
    guest.press("Registrarse")
    site.letter_to(customer.email)
    guest.open("/ingresar").press("Recuperar contraseña").check()
    guest.write(who=customer.email).press("Enviar enlace").check()
    letter = site.letter_to(customer.email, 2)
    link = letter.split(site.address)[1].split()[0]
    guest.open(link).check().write(new="corta", again="corta").press("Guardar contraseña").check()
    assert "al menos 12 caracteres" in guest.words
    guest.write(new=NEW, again=NEW).press("Guardar contraseña").check()
    assert "Su contraseña se cambió" in guest.words
    guest.open(link).check()
    assert guest.heading == "Este paso ya terminó"
    guest.open("/ingresar").write(email=customer.email).press("Validar")
    guest.press("Sí, son mías: continuar")
    guest.write(id_number=customer.id_number, password=NEW).press("Ingresar").check()
    guest.write(current=NEW, new=NEW, again=NEW, phrase="La luna sobre el río")
    guest.page.locator(".gallery label >> nth=2").click()
    guest.press("Guardar y continuar").check()
    assert guest.heading == "Mis créditos"


def test_the_demo_shows_both_parts_of_a_mail(open_browser: OpenBrowser, site: Site) -> None:
    guest, customer = open_browser(Screen()), site.customer(8)
    guest.open("/registro").write(
        id_number=customer.id_number, email=customer.email, mobile=customer.mobile
    )
    guest.page.check("#consent")
    guest.press("Registrarse")
    letter = site.letter_to(customer.email)
    guest.open("/demo/mail")
    guest.page.locator(".mails li", has_text=customer.email).get_by_role("link").first.click()
    guest.page.wait_for_load_state("networkidle")
    assert customer.name.split()[0].title() in letter
    assert guest.page.locator("pre.mail").inner_text().split() == letter.split()
    frame = guest.page.frame_locator("iframe.mail")
    assert frame.locator("img").evaluate("image => image.naturalWidth") == 96
    button = frame.locator("a.button")
    assert button.evaluate("link => getComputedStyle(link).backgroundColor") == "rgb(11, 85, 99)"


def test_not_my_image_tells_staff(open_browser: OpenBrowser) -> None:
    guest = open_browser(Screen())
    guest.open("/ingresar").write(email="nadie@correo.example").press("Validar")
    guest.press("No es mi imagen").press("Reportar y salir").check()
    assert "Recibimos su reporte" in guest.words
    guest.open("/ingresar/clave")
    assert guest.path.startswith("/ingresar?")
