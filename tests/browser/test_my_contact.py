"""A new e-mail, and the old address that undoes it, in a real browser."""

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import Site
from tests.browser.entrance import NEW, enter
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

SCREENS = [Screen(width=360, dark=True), Screen(script=False)]


@pytest.mark.parametrize("number", range(len(SCREENS)), ids=[str(screen) for screen in SCREENS])
def test_an_email_is_changed_and_undone(
    open_browser: Callable[[Screen], Guest], site: Site, number: int
) -> None:
    guest, customer = open_browser(SCREENS[number]), site.customer(14 + number)
    enter(guest, site, customer)
    guest.press_in_menu("Actualizar datos").check()
    assert customer.email in guest.words
    guest.press("Cambiar correo electrónico").check()
    guest.write(new="sin arroba").press("Enviar código").check()
    assert "Hay un problema" in guest.words
    address = f"nueva{number}@correo.example"
    guest.write(new=address).press("Enviar código").check()
    assert guest.heading == "Escriba el código"
    found = re.search(r"Su código: (\d{6})", site.letter_to(address))
    assert found
    guest.write(code="12").press("Confirmar el cambio").check()
    assert "Le quedan 4 intentos" in guest.words
    guest.write(code=found[1]).press("Confirmar el cambio").check()
    assert guest.heading == "Sus datos"
    assert address in guest.words

    link = re.search(r"/deshacer/\S+", site.letter_to(customer.email))
    assert link
    guest.open(link[0]).check()
    assert guest.heading == "¿No fue usted? Deshaga el cambio"
    assert address not in guest.words
    guest.press("No fui yo: deshacer").check()
    assert guest.heading == "El cambio está deshecho"
    guest.open("/ingresar").write(email=customer.email).press("Validar")
    guest.press("Sí, son mías: continuar")
    guest.write(id_number=customer.id_number, password=NEW).press("Ingresar").check()
    assert "no son correctos" in guest.words
