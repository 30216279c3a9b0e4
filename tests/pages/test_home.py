"""The front page."""

from tests.visitor import Visitor


def test_the_menu_leads_to_both_ways_in(visitor: Visitor) -> None:
    visitor.open("/")
    menu = visitor.page.find("details", class_="menu")
    assert menu.summary.get_text() == "Pago de cuotas"
    links = {link.get_text(): link["href"] for link in menu.find_all("a")}
    assert links == {
        "Ingrese a su cuenta": "/ingresar",
        "Regístrese": "/registro",
        "Pago rápido, sin cuenta": "/pago-rapido",
    }


def test_steps_and_contacts_are_there(visitor: Visitor) -> None:
    visitor.open("/")
    assert len(visitor.page.select("ol.cards > li svg")) == 4
    assert visitor.page.footer.find("a", href="tel:+576010000000")


def test_no_link_leads_nowhere(visitor: Visitor) -> None:
    for address in ("/", "/registro", "/ingresar", "/recuperar", "/registro/correo"):
        visitor.open(address)
        for link in {link["href"] for link in visitor.page.find_all("a", href=True)}:
            if link.startswith("/"):
                assert visitor.client.get(link, follow_redirects=True).status_code == 200, link


def test_notices_are_ours_only(visitor: Visitor) -> None:
    assert "Usted cerró la sesión" in visitor.open("/?aviso=signed_out").words
    assert not visitor.open("/?aviso=<b>hola</b>").page.find(class_="notice")
