"""Documents in a real browser: asked for, read, downloaded, and checked by a stranger."""

from collections.abc import Callable

import pypdfium2
import pytest

from tests.browser.conftest import Site
from tests.browser.entrance import enter
from tests.browser.person import Guest, Screen

pytestmark = pytest.mark.browser

FIRST_FREE = 16
"""The demo's customers before this one belong to other tests."""

SCREENS = [Screen(), Screen(width=360, dark=True), Screen(width=360, script=False)]
FORMS = ["deuda", "historico", "saldo", "tributario", "paz-y-salvo", "levantamiento", "cupon"]
OpenBrowser = Callable[[Screen], Guest]


@pytest.mark.parametrize("number", range(len(SCREENS)), ids=[str(screen) for screen in SCREENS])
def test_a_paper_from_its_form_to_a_stranger(
    open_browser: OpenBrowser, site: Site, number: int
) -> None:
    guest = open_browser(SCREENS[number])
    loan = enter(guest, site, site.customer(FIRST_FREE + number))
    guest.press_in_menu("Documentos").check()
    assert guest.heading == "Documentos"
    for name in FORMS:
        guest.open(f"/documentos/nuevo/{name}?credito={loan}").check()
    guest.open(f"/documentos/nuevo/deuda?credito={loan}")
    guest.write(dirigido="").press("Expedir el documento").check()
    assert "Escriba a quién va dirigido" in guest.words
    guest.write(dirigido="Banco del Valle").press("Expedir el documento").check()
    assert guest.heading == "Certificado de deuda para pago total"
    code = guest.path.rpartition("/")[2]
    with guest.page.expect_download(timeout=60_000) as started:
        guest.page.get_by_role("link", name="Descargar en PDF").click()
    paper = pypdfium2.PdfDocument(started.value.path())
    assert "Banco del Valle" in paper[0].get_textpage().get_text_range()
    paper.close()
    stranger = open_browser(SCREENS[number])
    stranger.open("/verificar?lang=es").check()
    stranger.write(codigo=code.lower().replace("-", " ")).press("Verificar").check()
    assert stranger.heading == "Documento auténtico"
    stranger.open("/verificar/ABCD-EFGH-JKLM").check()
    stranger.open("/verificar")
    stranger.page.set_input_files("#archivo", started.value.path())
    stranger.press("Verificar el archivo").check()
    assert stranger.heading == "Archivo auténtico"


def test_a_statement_and_a_receipt(open_browser: OpenBrowser, site: Site) -> None:
    guest = open_browser(Screen(width=360))
    loan = enter(guest, site, site.customer(FIRST_FREE + len(SCREENS)))
    guest.open(f"/documentos?credito={loan}")
    guest.page.locator("button[name=mes]").first.click()
    guest.page.wait_for_selector("text=EXT-")
    assert guest.check().heading.startswith("Extracto de")
    guest.press("← Documentos").press("Sí, avísenme")
    assert "Le avisamos por correo" in guest.words
    guest.open(f"/credito/{loan}/movimientos")
    guest.page.locator("tbody a").last.click()
    guest.page.wait_for_url("**/porque/movimiento/**")
    guest.press("Ver el comprobante de pago").check()
    assert guest.heading.startswith("Comprobante de pago")
