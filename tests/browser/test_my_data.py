"""One's own data in a real browser: allowed, chosen, asked for and taken."""

import zipfile
from collections.abc import Callable

import pytest

from tests.browser.conftest import Site
from tests.browser.entrance import NEW, enter
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

FIRST_FREE = 12
SCREENS = [Screen(width=360), Screen(script=False)]
OpenBrowser = Callable[[Screen], Guest]


@pytest.mark.parametrize("number", range(len(SCREENS)), ids=[str(screen) for screen in SCREENS])
def test_authorisations_preferences_and_the_copy(
    open_browser: OpenBrowser, site: Site, number: int
) -> None:
    guest = open_browser(SCREENS[number])
    customer = site.customer(FIRST_FREE + number)
    loan = enter(guest, site, customer)
    guest.open("/datos/autorizaciones").check()
    guest.press("Sí, autorizo que me envíen ofertas").check()
    assert guest.heading == "Preferencias de contacto"
    guest.press("Guardar preferencias").check()
    guest.page.locator("#collections_channels label >> nth=0").click()
    guest.press("Guardar preferencias").check()
    assert "Guardamos sus preferencias" in guest.words
    guest.page.locator("#collections_channels label >> nth=0").click()
    guest.press("Guardar preferencias").check()
    assert "Elija al menos un canal" in guest.words
    guest.press("Descargar mis datos")
    if guest.heading != "Descargar mis datos":
        guest.write(password=NEW).press("Continuar")
    guest.check().press("Pedir mi archivo").check()
    link = guest.page.get_by_role("link", name="Descargar el ZIP")
    link.wait_for(timeout=60_000)
    guest.check()
    with guest.page.expect_download() as started:
        link.click()
    with zipfile.ZipFile(started.value.path()) as bundle:
        assert loan in bundle.read("csv/creditos.csv").decode("utf-8-sig")
        assert customer.id_number in bundle.read("json/identidad.json").decode()
    guest.open("/datos/autorizaciones").press("Retirar esta autorización").check()
    assert "Retiró la autorización" in guest.words
