"""Security headers, caching and compression of what the portal answers."""

import gzip
import hashlib
from collections.abc import Callable

import pytest
from flask import Flask

from finportal.settings import Settings
from finportal.web.assets import FOLDER
from finportal.web.context import surroundings
from tests.factories import People
from tests.visitor import Visitor

PAGES = ["/", "/registro", "/ingresar", "/recuperar", "/tratamiento-de-datos", "/nada", "/cuenta"]


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_is_hardened(app: Flask, address: str) -> None:
    headers = app.test_client().get(address).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert {"HX-Request", "Cookie", "Accept-Language"} <= set(headers["Vary"].split(", "))


def test_https_installations_say_so(
    make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    secure = settings.model_copy(update={"base_url": "https://portal.lender.example"})
    client = make_app(secure).test_client()
    reply = client.get("/ingresar", base_url="https://portal.lender.example")
    assert "max-age=31536000" in reply.headers["Strict-Transport-Security"]
    (cookie,) = reply.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-sesion=")
    for rule in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert rule in cookie


def test_a_page_without_a_form_sets_no_cookie(app: Flask) -> None:
    assert "Set-Cookie" not in app.test_client().get("/").headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000"])
def test_other_host_names_are_refused(app: Flask, host: str) -> None:
    assert app.test_client().get("/", headers={"Host": host}).status_code == 400
    assert app.test_client().post("/registro", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
    ],
)
def test_changes_asked_for_by_other_sites_are_refused(app: Flask, headers: dict[str, str]) -> None:
    assert app.test_client().post("/ingresar", headers=headers).status_code == 403


def test_a_forwarded_address_is_believed_only_behind_a_proxy(
    visitor: Visitor,
    people: People,
    make_app: Callable[[Settings], Flask],
    settings: Settings,
) -> None:
    spoofed = {"X-Forwarded-For": "198.51.100.7"}
    for hops, expected in ((0, "127.0.0.0/24"), (1, "198.51.100.0/24")):
        app = make_app(settings.model_copy(update={"proxy_hops": hops}))
        client = app.test_client()

        @app.get(f"/where{hops}", endpoint=f"home.where{hops}")
        def where() -> str:
            return surroundings().network

        assert client.get(f"/where{hops}", headers=spoofed).get_data(as_text=True) == expected


def test_pages_are_compressed(app: Flask) -> None:
    reply = app.test_client().get("/", headers={"Accept-Encoding": "gzip"})
    assert reply.headers["Content-Encoding"] == "gzip"
    assert b"<!doctype html>" in gzip.decompress(reply.get_data())


def test_page_weight_before_signing_in(app: Flask) -> None:
    client = app.test_client()
    for address in ("/", "/registro", "/ingresar"):
        page = client.get(address, headers={"Accept-Encoding": "gzip"})
        html = gzip.decompress(page.get_data()).decode()
        files = {part.split('"')[0] for part in html.split('="/static/')[1:]}
        weight = len(page.get_data()) + sum(
            len(client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"}).get_data())
            for name in files
        )
        assert len(files) + 1 <= 6, address
        assert weight <= 30_000, f"{address} weighs {weight}"


def test_fixed_files_are_kept_for_good_under_their_digest(app: Flask) -> None:
    client = app.test_client()
    html = client.get("/").get_data(as_text=True)
    style = html.split('<link rel="stylesheet" href="')[1].split('"')[0]
    reply = client.get(style)
    assert reply.status_code == 200
    assert "immutable" in reply.headers["Cache-Control"]
    assert client.get("/static/000000000000/app.css").status_code == 404
    assert client.get("/static/000000000000/../settings.py").status_code == 404


def test_htmx_is_the_file_we_chose(app: Flask) -> None:
    digest = hashlib.sha256((FOLDER / "htmx-4.0.1.min.js").read_bytes()).hexdigest()
    assert digest.startswith("a0abb04f2f45")
    assert (FOLDER / "htmx-LICENSE").read_text().startswith("Zero-Clause BSD")
