"""A guest at a real browser, who speaks as customers do and notices what is broken."""

from collections.abc import Callable
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

RULES = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
]
EXPECTED = ("the server responded with a status of 4", "Clear-Site-Data header")


@dataclass(frozen=True)
class Screen:
    """What the guest sits at."""

    width: int = 1366
    script: bool = True
    dark: bool = False
    language: str = "es-CO"

    def __str__(self) -> str:
        """A short name for the test's report."""
        return f"{self.width}{'' if self.script else '-noscript'}{'-dark' if self.dark else ''}"


class Guest:
    """One browser window. Console errors, foreign requests and policy violations are failures."""

    def __init__(self, browser: Browser, site: str, screen: Screen, network: int) -> None:
        self.site, self.screen = site, screen
        self._context = browser.new_context(
            viewport={"width": screen.width, "height": 800},
            java_script_enabled=screen.script,
            locale=screen.language,
            color_scheme="dark" if screen.dark else "light",
            extra_http_headers={"X-Forwarded-For": f"198.51.{network}.7"},
        )
        self.complaints: list[str] = []
        self.requests: list[Request] = []
        self.friends: tuple[str, ...] = (site, "data:")
        self.page = self.tab()

    def welcome(self, address: str) -> "Guest":
        """Requests to this site are no failure either: the guest is sent there."""
        self.friends += (address,)
        return self

    def tab(self) -> Page:
        """Open another tab of the same browser."""
        page = self._context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108
        return page

    def carry(self, **cookies: str) -> "Guest":
        """Have cookies of the site from an earlier visit."""
        given = [{"name": name, "value": cookies[name], "url": self.site} for name in cookies]
        self._context.add_cookies(given)
        return self

    def open(self, path: str) -> "Guest":
        """Go to an address by hand."""
        self.page.goto(self.site + path)
        return self

    def press(self, words: str) -> "Guest":
        """Press the button or link with these words in the page's main part."""
        main = self.page.locator("main")
        target = main.get_by_role("button", name=words, exact=True)
        if target.count() == 0:
            target = main.get_by_role("link", name=words, exact=True)
        self._and_wait(target.first.click)
        return self

    def press_in_menu(self, words: str) -> "Guest":
        """Press something in the page's header."""
        header = self.page.locator("header.site")
        summary = header.locator("details:not([open]) > summary")
        if summary.is_visible():
            summary.click()
        target = header.get_by_role("button", name=words).or_(
            header.get_by_role("link", name=words)
        )
        self._and_wait(target.first.click)
        return self

    def write(self, **values: str) -> "Guest":
        """Fill in fields by their id."""
        for name, value in values.items():
            self.page.fill(f"#{name}", value)
        return self

    @property
    def heading(self) -> str:
        """The page's heading."""
        return " ".join(self.page.locator("h1").inner_text().split())

    @property
    def words(self) -> str:
        """What the page's main part says."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def path(self) -> str:
        """Where the guest is."""
        return self.page.url.removeprefix(self.site)

    def check(self) -> "Guest":
        """The page must be usable by everyone and fit the screen."""
        if not self.screen.script:
            return self
        options = {"runOnly": {"type": "tag", "values": RULES}}
        found = Axe().run(self.page, options=options)
        assert found.violations_count == 0, f"{self.path}: {found.generate_report()}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.path} is {wide} px too wide"
        small = self.page.evaluate(_SMALL_TARGETS)
        assert not small, f"{self.path}: too small to press: {small}"
        return self

    def close(self) -> None:
        """Leave, and say what the browser complained of."""
        self._context.close()
        foreign = [r.url for r in self.requests if not r.url.startswith(self.friends)]
        assert not foreign, foreign
        assert not self.complaints, self.complaints

    def _and_wait(self, act: Callable[[], None]) -> None:
        if self.screen.script:
            self.page.evaluate("document.querySelector('main').dataset.old = 'yes'")
        act()
        if self.screen.script:
            self.page.locator("main:not([data-old])").wait_for(timeout=10_000)
        self.page.wait_for_load_state()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(
            words in message.text for words in EXPECTED
        ):
            self.complaints.append(message.text)


_SMALL_TARGETS = """
[...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")]
  .filter(e => e.checkVisibility() && getComputedStyle(e).display !== "inline"
    && !e.closest(".skip, .visually-hidden"))
  .map(e => [e, (e.type === "radio" ? e.closest("label") : e).getBoundingClientRect()])
  .filter(([e, r]) => r.width > 0 && (r.height < 24 || r.width < 24))
  .map(([e, r]) => `${e.outerHTML.slice(0, 80)} ${Math.round(r.width)}x${Math.round(r.height)}`)
"""
