"""A person at a browser, who checks the house's rules on every page that opens."""

import re
from collections import Counter
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from tests.factories import People, Person

REDIRECTS = {HTTPStatus.SEE_OTHER, HTTPStatus.FOUND}


class Clients(Protocol):
    """An application, or what leads to one."""

    def test_client(self) -> Any:
        """A client with cookies of its own."""


class Visitor:
    """One browser with its own cookies. Every page it opens is checked, as page and as fragment."""

    def __init__(self, app: Clients, people: People) -> None:
        self._people = people
        self.client = app.test_client()
        self.address = "/"
        self._known_to: int | None = None
        self.status = 0
        self.response: TestResponse
        self.page: BeautifulSoup

    def open(self, address: str, **headers: str) -> "Visitor":
        """Go to an address by hand."""
        address = urljoin(self.address, address)
        return self._arrive(self.client.get(address, headers=headers), address)

    def fill(self, action: str | None = None, **values: str) -> "Visitor":
        """Fill in the page's form (the one with this action) and press its button."""
        form = self._form(action)
        if form.get("method") == "get":
            return self.open(f"{form['action']}?{urlencode(values)}")
        data = {
            field["name"]: field.get("value", "")
            for field in form.find_all("input", attrs={"name": True})
            if field.get("type") not in {"radio", "checkbox"} or field.has_attr("checked")
        } | values
        target = str(form["action"])
        return self._arrive(self.client.post(target, data=data), target)

    def press(self, action: str) -> "Visitor":
        """Press the button of a form that has nothing to fill in."""
        return self.fill(action)

    @property
    def heading(self) -> str:
        """The page's one heading."""
        return " ".join(self.page.h1.get_text().split()) if self.page.h1 else ""

    @property
    def words(self) -> str:
        """What the page's main part says."""
        return " ".join(self.page.main.get_text(" ").split()) if self.page.main else ""

    def register(self, person: Person, **changed: str) -> "Visitor":
        """Register as this person."""
        values = {
            "id_type": person.id_type,
            "id_number": person.id_number,
            "email": person.email,
            "mobile": person.mobile,
            "consent": "y",
        } | changed
        return self.open("/registro").fill("/registro", **values)

    def come_to_password(self, person: Person) -> "Visitor":
        """Give the address and say yes to the image."""
        self.open("/ingresar").fill("/ingresar", email=person.email)
        return self.fill("/ingresar/imagen")

    def sign_in(self, person: Person, **changed: str) -> "Visitor":
        """All three steps, on a browser that a personalised account knows."""
        if person.personalised and person.account_id != self._known_to:
            self.client.set_cookie("disp", self._people.device_of(person))
            self._known_to = person.account_id
        return self.sign_in_anew(person, **changed)

    def sign_in_anew(self, person: Person, **changed: str) -> "Visitor":
        """All three steps, on the browser as it is."""
        self.come_to_password(person)
        values = {"id_number": person.id_number, "password": person.password} | changed
        return self.fill("/ingresar/clave", **values)

    def _form(self, action: str | None) -> BeautifulSoup:
        wanted = {"action": action} if action else {}
        if action and len(self.page.find_all("form", attrs=wanted)) > 1:
            wanted["method"] = "post"
        forms = self.page.find_all("form", attrs=wanted)
        assert forms, f"{self.address} has no form that goes to {action}"
        return forms[0]

    def _arrive(self, response: TestResponse, address: str) -> "Visitor":
        hops = 0
        while response.status_code in REDIRECTS:
            parts = urlsplit(response.headers["Location"])
            assert not parts.netloc, f"{address} leads away to {response.headers['Location']}"
            address = f"{parts.path}?{parts.query}" if parts.query else parts.path
            response = self.client.get(address)
            hops += 1
            assert hops < 5, f"{address} goes round in circles"
        self.response, self.address, self.status = response, address, response.status_code
        self.page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
        check_page(self.page, address)
        self._check_fragment(address)
        return self

    def _check_fragment(self, address: str) -> None:
        if self.status != HTTPStatus.OK or address.startswith("/recuperar/clave/"):
            return
        response = self.client.get(address, headers={"HX-Request": "true"})
        if response.status_code != HTTPStatus.OK:
            return
        fragment = response.get_data(as_text=True)
        assert "<html" not in fragment, f"{address}: a fragment must not be a whole page"
        assert "<main" in fragment, f"{address}: a fragment has a main"
        assert title_of(fragment) == title_of(self.response.get_data(as_text=True))
        assert "HX-Request" in response.headers["Vary"]


def title_of(html: str) -> str:
    """The words between the title's tags."""
    found = re.search(r"<title>(.+?)</title>", html, re.DOTALL)
    assert found, "neither a page nor a fragment goes without a title"
    return found[1].strip()


def check_page(page: BeautifulSoup, address: str) -> None:
    """The rules that every page keeps."""
    headings = page.find_all("h1")
    assert len(headings) == 1, f"{address}: {len(headings)} h1"
    heading = " ".join(headings[0].get_text().split())
    title = " ".join(page.title.get_text().split()) if page.title else ""
    assert title.removeprefix("Error: ").startswith(heading), f"{address}: {title!r}, {heading!r}"
    for summary in page.select(".problems") if address != "/patterns" else ():
        told = title.startswith("Error: ") or summary.get("aria-label") == heading
        assert told, f"{address}: {title!r} does not tell what is wrong"
        assert summary.has_attr("autofocus"), f"{address}: the focus misses what is wrong"
    assert page.html is None or page.html.get("lang"), f"{address}: no language"
    ids = Counter(element["id"] for element in page.find_all(id=True))
    assert not [name for name, times in ids.items() if times > 1], f"{address}: doubled ids"
    for form in page.find_all("form"):
        _check_form(form, address)
    for element in page.find_all(attrs={"aria-describedby": True}):
        for name in element["aria-describedby"].split():
            assert name in ids, f"{address}: {name} describes nothing"
    for link in page.find_all("a", href=True):
        target = link["href"].removeprefix("#")
        assert not link["href"].startswith("#") or target in ids, f"{address}: {link['href']}"
    assert not page.find_all(style=True), f"{address}: inline style"
    assert not page.find_all("style"), f"{address}: style element"
    assert not page.find_all("script", src=False), f"{address}: inline script"


def _check_form(form: BeautifulSoup, address: str) -> None:
    if form.get("method") == "dialog":
        return
    assert form.get("action"), f"{address}: form without action"
    token = form.find("input", attrs={"name": "csrf_token"})
    if form.get("method") == "get":
        assert not token, f"{address}: a token would stand in the address"
    else:
        assert form.get("method") == "post", f"{address}: a form without method"
        assert token, f"{address}: form without token"
    for field in form.find_all(["input", "select", "textarea"]):
        if field.get("type") == "hidden" or field.has_attr("hidden"):
            continue
        labelled = field.find_parent("label") or form.find("label", attrs={"for": field.get("id")})
        assert labelled, f"{address}: {field.get('name')} has no label"
