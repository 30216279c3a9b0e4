"""The pages of one's own credit, in a real browser: each usable by everyone, on every screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.entrance import enter
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

FIRST_FREE = 9
"""The demo's customers before this one belong to other tests."""

SCREENS = [
    Screen(),
    Screen(width=360, dark=True),
    Screen(width=320, language="en-US"),
]
PAGES = [
    "",
    "/plan",
    "/movimientos",
    "/simulador?valor=1000000",
    "/porque/payoff",
    "/porque/accrued",
    "/porque/due",
    "/porque/principal",
    "/porque/late",
    "/porque/instalment",
    "/porque/cuota/1",
    "?fecha=2031-01-01",
    "/simulador?valor=nada",
    "/movimientos?fecha=hoy",
]
OpenBrowser = Callable[[Screen], Guest]


@pytest.mark.parametrize("number", range(len(SCREENS)), ids=[str(screen) for screen in SCREENS])
def test_every_page_of_a_credit_is_for_everyone(
    open_browser: OpenBrowser, site: Site, number: int
) -> None:
    guest = open_browser(SCREENS[number])
    loan = enter(guest, site, site.customer(FIRST_FREE + number))
    language = "en" if guest.screen.language.startswith("en") else "es"
    guest.open(f"/cuenta?lang={language}").check()
    for page in PAGES:
        guest.open(f"/credito/{loan}{page}").check()
    guest.open(f"/credito/{loan}/plan")
    look_at_it_on_paper(guest)


@pytest.mark.parametrize("script", [True, False])
def test_a_customer_finds_the_way_through_the_own_credit(
    open_browser: OpenBrowser, site: Site, *, script: bool
) -> None:
    guest = open_browser(Screen(script=script))
    customer = site.customer(FIRST_FREE + script)
    loan = enter(guest, site, customer)
    guest.press(f"Ver mi crédito {loan}")
    assert guest.heading == "Mi crédito"
    guest.press("¿Por qué este valor? de pagar todo")
    assert guest.heading == "¿Por qué este valor?"
    guest.press("← Volver a mi crédito").press("Plan de pagos")
    assert guest.page.locator("tbody tr").count() > 1
    guest.page.locator("tbody th a").first.click()
    guest.page.wait_for_url("**/porque/cuota/**")
    guest.press("← Volver al plan de pagos").press("Simulador")
    if script:
        simulate_live(guest)
    else:
        guest.write(valor="1.500.000").press("Calcular")
    assert "Interés que se ahorra" in guest.words
    guest.press("Resumen")
    guest.page.fill("#fecha", str(guest.page.get_attribute("#fecha", "min")))
    guest.press("Ver")
    assert "Así estaba el crédito" in guest.words


def look_at_it_on_paper(guest: Guest) -> None:
    """A table is a table however narrow the sheet, in ink, without the ways around."""
    guest.page.emulate_media(media="print")
    look = "one => getComputedStyle(document.querySelector(one))"
    assert guest.page.evaluate(f"({look})('tbody tr').display") == "table-row"
    assert guest.page.evaluate(f"({look})('thead').position") == "static"
    assert guest.page.evaluate(f"({look})('main').color") == "rgb(20, 32, 43)"
    assert not guest.page.locator("nav:visible, main form:visible, footer.site:visible").count()
    assert guest.page.locator("header.site .brand").is_visible()


def simulate_live(guest: Guest) -> None:
    """Type an amount and press nothing: the answer comes, and the field keeps the focus."""
    guest.page.locator("#valor").press_sequentially("1500000")
    expect(guest.page.locator("#resultado table").first).to_be_visible()
    assert guest.page.evaluate("document.activeElement.id") == "valor"
    assert guest.path.endswith("valor=1500000")
    guest.page.fill("#valor", "x")
    expect(guest.page.locator("#resultado .callout.error")).to_be_visible()
    guest.page.fill("#valor", "2000000")
    expect(guest.page.locator("#resultado table").first).to_be_visible()


def test_files_are_downloaded(open_browser: OpenBrowser, site: Site) -> None:
    guest = open_browser(Screen())
    loan = enter(guest, site, site.customer(FIRST_FREE))
    guest.open(f"/credito/{loan}/plan")
    for words, kind in (
        ("Descargar en Excel (XLSX)", "xlsx"),
        ("Descargar en CSV", "csv"),
    ):
        with guest.page.expect_download() as started:
            guest.page.get_by_role("link", name=words).click()
        name = started.value.suggested_filename
        assert name.startswith(f"plan-{loan}-20")
        assert name.endswith(kind)
