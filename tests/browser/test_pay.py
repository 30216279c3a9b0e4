"""Paying in a real browser: chosen, checked, paid at the bank's page, and seen to be applied."""

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import Site
from tests.browser.entrance import enter
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

FIRST_FREE = 20
"""The demo's customers before this one belong to other tests; there are four more."""

SCREENS = [
    Screen(),
    Screen(width=360, dark=True),
    Screen(script=False),
    Screen(width=360, script=False),
]
OpenBrowser = Callable[[Screen], Guest]


def to_the_bank(guest: Guest, site: Site) -> None:
    """Press the check page's button and arrive at the bank's page."""
    guest.page.get_by_role("button", name=re.compile(r"^Pagar \$")).click()
    guest.page.wait_for_url(f"{site.bank}/pagar/**")


def the_bank_says(guest: Guest, site: Site, words: str) -> None:
    """Play the bank; back at the portal."""
    guest.page.get_by_role("button", name=words, exact=True).click()
    guest.page.wait_for_url(f"{site.address}/pagos/**")


def ask_for_the_effect(guest: Guest) -> None:
    """Type an amount: with script what it changes shows at once, else after the button."""
    if not guest.screen.script:
        guest.write(valor="9.000.000").press("Calcular")
        return
    guest.page.locator("#valor").fill("")
    guest.page.locator("#valor").press_sequentially("9000000")
    guest.page.locator("#efecto-simulado table").wait_for()
    assert guest.page.evaluate("document.activeElement.id") == "valor"


def see_the_result_come_by_itself(guest: Guest, site: Site) -> None:
    """Wait on the portal's page while the bank is open in another tab."""
    guest.open("/pagar").page.check("[name=que][value=other]")
    assert guest.page.locator("#valor").is_visible()
    guest.write(valor="1000").press("Continuar")
    to_the_bank(guest, site)
    address = guest.page.url
    guest.open("/pagos").page.locator("tbody a").first.click()
    guest.page.get_by_role("link", name="Continuar este pago").wait_for()
    bank = guest.tab()
    bank.goto(address)
    bank.get_by_role("button", name="Rechazar", exact=True).click()
    guest.page.get_by_role("heading", name="Pago rechazado").wait_for(timeout=30_000)
    guest.check()


@pytest.mark.parametrize("number", range(len(SCREENS)), ids=[str(screen) for screen in SCREENS])
def test_the_whole_way(open_browser: OpenBrowser, site: Site, number: int) -> None:
    guest = open_browser(SCREENS[number]).welcome(site.bank)
    enter(guest, site, site.customer(FIRST_FREE + number))
    guest.press_in_menu("Pagos").check()
    assert guest.heading == "Pagos"
    guest.press("Pagar").check()
    guest.page.check("[name=que][value=other]")
    guest.write(valor="nada").press("Continuar").check()
    assert "Escriba un valor en pesos" in guest.words
    guest.page.check("[name=que][value=instalment]")
    guest.press("Continuar").check()
    assert guest.heading == "Revise su pago"
    to_the_bank(guest, site)
    the_bank_says(guest, site, "Dejar pendiente dos horas y aprobar")
    assert guest.check().heading == "Pago en proceso"
    assert "No pague otra vez" in guest.words
    guest.press("Actualizar").open("/pagos").check()
    assert "En proceso" in guest.words
    guest.open("/pagar").page.check("[name=que][value=instalment]")
    guest.press("Continuar")
    guest.page.get_by_role("button", name=re.compile(r"^Pagar \$")).click()
    guest.page.get_by_text("Ya hay un pago de esto en proceso").wait_for()
    guest.check().open("/pagar")
    guest.page.check("[name=que][value=extra_principal]")
    ask_for_the_effect(guest)
    assert "Baja el capital" in guest.check().words
    guest.press("Continuar").check()
    to_the_bank(guest, site)
    the_bank_says(guest, site, "Aprobar")
    assert guest.check().heading == "Pago aprobado"
    assert "Capital que aún no vencía" in guest.words
    guest.press("Ver el comprobante de pago").check()
    assert guest.heading.startswith("Comprobante de pago")
    if guest.screen.script:
        see_the_result_come_by_itself(guest, site)
