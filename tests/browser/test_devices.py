"""A new device and its code, and the page that ends what is open elsewhere, in a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from finportal.models import Account, Customer
from tests.browser.conftest import Site
from tests.browser.entrance import NEW, come_in, enter
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

FREE = 4
OpenBrowser = Callable[[Screen], Guest]


def come_anew(guest: Guest, site: Site, customer: Customer, number: int) -> None:
    """Sign in on a device that the account does not know, with a slip on the way."""
    come_in(guest, customer, NEW)
    guest.check()
    assert guest.heading == "Un paso más: escriba el código que le enviamos"
    assert customer.name not in guest.page.content()
    code = site.code_for(customer.email, number)
    guest.write(code="000000" if code != "000000" else "111111").press("Verificar código").check()
    assert "Le quedan 4 intentos" in guest.words
    guest.press("Enviar otro código").check()
    assert "Acabamos de enviarle un código" in guest.words
    guest.write(code=f"{code[:3]} {code[3:]}").press("Verificar código").check()
    assert guest.heading == "Mis créditos"


def held(site: Site, customer: Customer) -> None:
    """The account waits, as after a change of e-mail."""
    until = datetime.now(UTC) + timedelta(hours=1)
    with site.db.write() as session:
        session.query(Account).filter_by(customer_id=customer.id).update({"held_until": until})


def use_up(guest: Guest, site: Site, customer: Customer, number: int) -> None:
    """Type a wrong code until no other may be typed."""
    come_in(guest, customer, NEW)
    wrong = "000000" if site.code_for(customer.email, number) != "000000" else "111111"
    for _ in range(5):
        guest.write(code=wrong).press("Verificar código")
    assert "Ese código ya no sirve" in guest.check().words


def test_new_devices_give_a_code_and_can_be_sent_away(
    open_browser: OpenBrowser, site: Site
) -> None:
    desk, phone, plain = (
        open_browser(screen)
        for screen in (Screen(), Screen(360, dark=True), Screen(360, script=False))
    )
    customer = site.customer(FREE)
    enter(desk, site, customer)
    come_anew(phone, site, customer, 1)
    come_anew(plain, site, customer, 2)
    for guest in (plain, phone):
        guest.open("/seguridad").check()
        assert guest.words.count("Último ingreso") == 3
        assert guest.words.count("Esta sesión") == 1
    held(site, customer)
    desk.open("/cuenta/en-espera").check()
    assert desk.heading == "Esto todavía no se abre"
    desk.press_in_menu("Actualizar datos").press("Dispositivos y sesiones").check()
    plain.page.locator("main a", has_text="Olvidar este dispositivo").first.click()
    assert "su sesión se cerrará" in plain.words
    plain.press("Volver sin cambiar nada")
    phone.press("Cerrar las otras sesiones").check()
    phone.press("Cerrar las otras sesiones").check()
    assert "Las otras sesiones quedaron cerradas" in phone.words
    for guest in (plain, desk):
        guest.open("/cuenta")
        assert guest.path == "/ingresar?aviso=expired"
    assert phone.open("/cuenta").heading == "Mis créditos"
    use_up(open_browser(Screen()), site, customer, 3)
