"""Pago rápido in a real browser: wide and narrow, light and dark, with and without JavaScript."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Site
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

SCREENS = [Screen(), Screen(width=360, dark=True), Screen(width=360, script=False)]
OpenBrowser = Callable[[Screen], Guest]


@pytest.mark.parametrize("number", range(len(SCREENS)), ids=[str(screen) for screen in SCREENS])
def test_from_the_front_page_to_the_barcode(
    open_browser: OpenBrowser, site: Site, number: int
) -> None:
    guest = open_browser(SCREENS[number])
    customer = site.customer(0)
    guest.open("/pago-rapido?lang=es").check()
    guest.write(documento=customer.id_number, credito="VH-0").press("Ver cuánto pagar").check()
    assert "No encontramos un crédito" in guest.words
    loan = min(site.loan_numbers(customer))
    guest.write(documento=customer.id_number, credito=loan).press("Ver cuánto pagar")
    guest.page.wait_for_selector("text=Titular:")
    guest.check()
    assert "Referencia de pago" in guest.words
    assert customer.name not in guest.words
    assert guest.page.locator(".barcode svg").is_visible()
