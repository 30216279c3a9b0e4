"""What only a browser shows: focus, double presses, tabs, Back, weight, both schemes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Site
from tests.browser.entrance import come_in, enter, register
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

OpenBrowser = Callable[[Screen], Guest]
PUBLIC = [
    "/",
    "/registro",
    "/registro/correo",
    "/ingresar",
    "/recuperar",
    "/recuperar/correo",
    "/recuperar/clave/usado",
    "/tratamiento-de-datos",
    "/demo/mail",
    "/patterns",
    "/no-existe",
]


@pytest.mark.parametrize("screen", [Screen(320, dark=True), Screen(360), Screen()], ids=str)
def test_public_pages_are_for_everyone(open_browser: OpenBrowser, screen: Screen) -> None:
    guest = open_browser(screen)
    for path in PUBLIC:
        guest.open(path).check()


def test_english_pages_too(open_browser: OpenBrowser) -> None:
    guest = open_browser(Screen(language="en-US"))
    for path in PUBLIC:
        guest.open(path).check()
    assert guest.page.locator("html").get_attribute("lang") == "en"


def test_focus_goes_to_the_heading_and_to_what_is_wrong(open_browser: OpenBrowser) -> None:
    guest = open_browser(Screen())
    guest.open("/registro")
    focused = "document.activeElement.tagName + '.' + document.activeElement.className"
    guest.press("2 Iniciar sesión")
    assert guest.page.evaluate(focused) == "H1."
    guest.press("Validar")
    assert guest.page.evaluate(focused) == "SECTION.problems"
    assert guest.page.title().startswith("Error: Paso 1 de 4")
    guest.page.click(".problems a")
    assert guest.page.evaluate("document.activeElement.id") == "email"


def test_focus_goes_to_what_is_wrong_without_scripts_too(open_browser: OpenBrowser) -> None:
    guest = open_browser(Screen(360, script=False))
    for path, button in (("/registro", "Registrarse"), ("/ingresar", "Validar")):
        guest.open(path).press(button)
        assert guest.page.locator(".problems:focus").count() == 1
        assert guest.page.title().startswith("Error: ")


def test_the_dialog_holds_the_focus_and_gives_it_back(open_browser: OpenBrowser) -> None:
    guest = open_browser(Screen(360))
    guest.open("/registro").write(
        id_number="1010101010", email="nadie@correo.example", mobile="3019999999"
    )
    guest.page.check("#consent")
    guest.press("Registrarse").check()
    assert guest.page.evaluate("document.querySelector('dialog').matches(':modal')")
    assert guest.page.evaluate("document.activeElement.closest('dialog') !== null")
    guest.page.keyboard.press("Escape")
    assert not guest.page.locator("dialog").is_visible()
    assert guest.page.input_value("#mobile") == "3019999999"


def test_pressing_twice_sends_once(open_browser: OpenBrowser) -> None:
    guest = open_browser(Screen())
    guest.open("/ingresar").write(email="nadie@correo.example")
    guest.page.locator("main button").dblclick()
    guest.page.wait_for_url("**/ingresar/imagen")
    sent = [request for request in guest.requests if request.method == "POST"]
    assert len(sent) == 1


def test_back_never_sends_again(open_browser: OpenBrowser) -> None:
    guest = open_browser(Screen())
    guest.open("/ingresar").write(email="nadie@correo.example").press("Validar")
    guest.page.go_back()
    guest.page.wait_for_selector("h1:has-text('Paso 1 de 4')")
    guest.page.go_forward()
    guest.page.wait_for_selector("h1:has-text('Paso 2 de 4')")
    guest.page.reload()
    assert guest.heading.startswith("Paso 2 de 4")
    assert len([request for request in guest.requests if request.method == "POST"]) == 1


def test_two_tabs_end_kindly(open_browser: OpenBrowser) -> None:
    guest = open_browser(Screen())
    guest.open("/ingresar").write(email="una@correo.example").press("Validar")
    first = guest.page
    guest.page = guest.tab()
    guest.open("/ingresar").write(email="dos@correo.example").press("Validar")
    guest.page = first
    guest.press("Sí, son mías: continuar")
    assert "Esta página estuvo abierta mucho tiempo" in guest.words
    guest.press("Sí, son mías: continuar")
    assert "dos@correo.example" in guest.words


def test_the_menu_folds_on_a_telephone_and_is_a_row_beside(
    open_browser: OpenBrowser, site: Site
) -> None:
    guest = open_browser(Screen(360))
    enter(guest, site, site.customer(20))
    menu, summary = guest.page.locator(".account"), guest.page.locator(".account summary")
    assert not menu.get_by_role("link").first.is_visible()
    guest.page.locator("header.site .brand").focus()
    for key in ("Tab", "Enter", "Tab"):
        guest.page.keyboard.press(key)
    assert guest.page.evaluate("document.activeElement.textContent") == "Pagos"
    guest.check().page.keyboard.press("Escape")
    assert guest.page.evaluate("document.activeElement.textContent") == "Menú"
    assert not menu.get_by_role("link").first.is_visible()
    assert marked_in(menu) == ["Mi crédito: page"]
    guest.press_in_menu("Documentos")
    assert not menu.get_by_role("link").first.is_visible(), "closed again"
    assert marked_in(menu) == ["Documentos: page"]
    guest.press("Histórico de pagos")
    assert marked_in(menu) == ["Documentos: true"]
    guest.page.set_viewport_size({"width": 1366, "height": 800})
    assert not summary.is_visible()
    entries = [*menu.get_by_role("link").all(), menu.get_by_role("button")]
    middles = {box["y"] + box["height"] / 2 for one in entries if (box := one.bounding_box())}
    assert len(entries) == 6
    assert max(middles) - min(middles) < 4, "one row"
    guest.check()


def marked_in(menu: Locator) -> list[str]:
    """The entries that are marked, and as what."""
    told = "all => all.map(one => `${one.textContent}: ${one.ariaCurrent}`)"
    return [str(one) for one in menu.locator("[aria-current]").evaluate_all(told)]


def test_other_pictures_keep_what_was_typed(open_browser: OpenBrowser, site: Site) -> None:
    guest, customer = open_browser(Screen(360)), site.customer(6)
    password = register(guest, site, customer)
    come_in(guest, customer, password)
    guest.write(current=password, new="tres barcos y una nube")
    before = guest.page.locator(".gallery").inner_text()
    guest.page.get_by_role("link", name="Ver otras 12").click()
    expect(guest.page.locator(".gallery")).not_to_have_text(before, use_inner_text=True)
    assert guest.page.input_value("#new") == "tres barcos y una nube"
    assert guest.path == "/personalizar"
    assert guest.page.evaluate("document.activeElement.textContent.trim()") == "Ver otras 12"


def test_the_session_warns_before_it_closes(open_browser: OpenBrowser, site: Site) -> None:
    guest, customer = open_browser(Screen()), site.customer(7)
    password = register(guest, site, customer)
    guest.page.clock.install()
    come_in(guest, customer, password)
    assert guest.page.locator("#sesion").count() == 0, "fifteen minutes, whatever is pressed"
    new = "tres barcos y una nube"
    guest.write(current=password, new=new, again=new, phrase="La luna sobre el río")
    guest.page.locator(".gallery label >> nth=2").click()
    guest.press("Guardar y continuar")
    bar = guest.page.locator("#sesion")
    assert not bar.is_visible()
    guest.page.clock.fast_forward("12:01")
    assert bar.is_visible()
    guest.check()
    with guest.page.expect_response("**/sesion"):
        bar.get_by_role("button").click()
    expect(bar).not_to_be_visible()
    assert guest.heading == "Mis créditos"


def test_few_requests_and_all_our_own(open_browser: OpenBrowser) -> None:
    guest = open_browser(Screen())
    for path in ("/", "/registro", "/ingresar"):
        guest.requests.clear()
        guest.open(path)
        guest.page.wait_for_load_state("networkidle")
        assert len(guest.requests) <= 6, [request.url for request in guest.requests]


def test_keyboard_alone_reaches_everything(open_browser: OpenBrowser) -> None:
    guest = open_browser(Screen())
    guest.open("/ingresar")
    guest.page.keyboard.press("Tab")
    assert guest.page.evaluate("document.activeElement.textContent") == "Ir al contenido"
    guest.page.keyboard.press("Enter")
    for _ in range(3):
        guest.page.keyboard.press("Tab")
    assert guest.page.evaluate("document.activeElement.id") == "email"
    guest.page.keyboard.type("nadie@correo.example")
    guest.page.keyboard.press("Enter")
    guest.page.wait_for_url("**/ingresar/imagen")
