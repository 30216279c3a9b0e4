"""The result of a payment at its own address: kind to who lost the session, silent otherwise."""

from finportal.services.payments.public_result import LASTS, key_of
from finportal.web.context import Portal
from tests.pages.conftest import Shop
from tests.pages.credit_scenes import plain
from tests.visitor import Visitor


def address(shop: Shop, reference: str) -> str:
    """Where the gateway sends the payer of an attempt back to."""
    deal = shop.bank.flask.extensions["bank"].find("placetopay", reference=reference)
    assert deal
    assert deal.return_url.startswith(shop.listening.address)
    return str(deal.return_url.removeprefix(shop.listening.address))


def test_whoever_is_still_signed_in_sees_all_of_it(shop: Shop) -> None:
    reference = shop.begin()
    shop.decide(reference, "approved")
    shop.visitor.open(f"{address(shop, reference)}?id=7")
    assert shop.visitor.address == f"/pagos/{reference}?id=7"
    assert "Cuota 2" in shop.words


def test_a_session_that_ended_while_paying_ends_at_the_payment(shop: Shop) -> None:
    reference = shop.begin()
    shop.decide(reference, "approved")
    shop.clock.forward(minutes=40)
    shop.visitor.open(address(shop, reference))
    assert shop.visitor.heading == "Pago aprobado"
    assert "Ingresar para ver el detalle" in shop.words
    for secret in ("Marta", shop.number, "Cuota", "Duster", "comprobante de pago"):
        assert secret not in shop.words
    shop.visitor.sign_in(shop.person)
    assert "Cuota 2" in shop.visitor.open(address(shop, reference)).words


def test_another_browser_follows_it_until_the_bank_decides(shop: Shop) -> None:
    reference = shop.begin()
    there = address(shop, reference)
    other = Visitor(shop.app, shop.people)
    assert other.open(there).heading == "Pago en proceso"
    assert other.page.select_one("#espera")["hx-trigger"] == "load delay:3s"
    assert f'content="10; url={there}/estado?vez=1"' in str(other.page.head.noscript)
    assert other.open(f"{there}/ir").heading == "Lo llevamos a la página de pago"
    other.open(f"{there}/estado?vez=20")
    assert not other.page.select_one("#espera").has_attr("hx-get")
    shop.decide(reference, "declined")
    answer = other.client.get(f"{there}/estado?vez=1", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == there
    assert other.open(there).heading == "Pago rechazado"
    assert other.open(f"{there}/ir").heading == "Pago rechazado"


def test_the_reference_alone_opens_nothing(shop: Shop) -> None:
    portal: Portal = shop.app.extensions["finportal"]
    reference = shop.begin()
    key = key_of(portal.vault, reference)
    other = Visitor(shop.app, shop.people)
    unknown = "100000000015-ABCDEFGHJKLMNPQR"
    for part in ("", "/estado", "/ir"):
        assert other.open(f"/resultado/{reference}/{key}{part}").status == 200
        for wrong in (
            f"{reference}/{'0' * 64}",
            f"{reference}/{key.upper()}",
            f"{reference}/ñ",
            f"{unknown}/{key}",
            f"{unknown}/{key_of(portal.vault, unknown)}",
        ):
            assert other.open(f"/resultado/{wrong}{part}").status == 404
    shop.clock.forward(days=LASTS.days + 1)
    assert other.open(f"/resultado/{reference}/{key}").status == 404


def test_trying_again_carries_what_was_chosen_and_tells_a_stranger_nothing(
    open_shop: Shop,
) -> None:
    shop, mine = open_shop, open_shop.person.id_number
    visitor = shop.visitor
    visitor.open("/pago-rapido").fill("/pago-rapido", documento=mine, credito=shop.number)
    ticket = visitor.page.find("input", attrs={"name": "ficha"})["value"]
    visitor.open(f"/pago-rapido/revisar?ficha={ticket}&que=payoff&como=pse")
    visitor.fill("/pago-rapido/revisar")
    shop.arrive()
    there = visitor.address.removesuffix("/ir")
    amount = plain(visitor.open(there).page.select_one(".amount").get_text())
    way = f"/pago-rapido?otra={there.removeprefix('/resultado/')}"
    assert amount not in plain(visitor.open(way).words)
    shop.decide(there.split("/")[2], "declined")
    shop.clock.forward(seconds=6)
    again = visitor.open(there).page.find("a", string="Intentar de nuevo")["href"]
    assert again == way
    assert amount in plain(visitor.open(again).words)
    for secret in (shop.number, mine, "payoff", "Todo el crédito"):
        assert secret not in str(visitor.page)
    assert visitor.fill("/pago-rapido", documento="1", credito=shop.number).status == 422
    assert amount in plain(visitor.words)
    visitor.fill("/pago-rapido", documento=mine, credito=shop.number)
    assert visitor.page.select_one("[name=que][checked]")["value"] == "payoff"
    other = shop.people.loan(shop.person)
    visitor.open(again).fill("/pago-rapido", documento=mine, credito=other)
    assert "que=" not in visitor.address
    wrong = visitor.open(f"{again[:-1]}ñ")
    assert (wrong.status, amount in plain(wrong.words)) == (200, False)
