"""Who came in and from where, in words: a browser, a network, a kind of access."""

from ipaddress import ip_address

from flask_babel import gettext
from flask_babel import lazy_gettext as _

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
_ACCESSES = {
    "signed_in": _("Ingreso"),
    "password_accepted": _("Contraseña correcta en un dispositivo nuevo"),
    "sign_in_refused": _("Intento con contraseña equivocada"),
    "device_cookie_reused": _("Alarma: copia de un dispositivo"),
}


def browser_name(user_agent: str) -> str:
    """Browser and system, such as "Chrome, Android"; empty when neither is recognised."""
    return ", ".join(filter(None, (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))))


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in known if sign in user_agent), "")


def as_browser(name: str) -> str:
    """What `browser_name` kept, as customers read it: "Chrome en Android"."""
    browser, comma, system = name.partition(", ")
    if comma:
        words: str = gettext("%(browser)s en %(system)s", browser=browser, system=system)
        return words
    return browser or str(gettext("un navegador que no reconocemos"))


def as_network(network: str) -> str:
    """How the addresses of a network begin, in words: "203.0.113", "2001:0db8:0001"."""
    if "/" not in network:
        return str(gettext("dirección de internet desconocida"))
    start = network.partition("/")[0]
    shown = start.removesuffix(".0") if "." in start else _groups(start)
    return str(gettext("dirección de internet que empieza por %(start)s", start=shown))


def access_name(kind: str) -> str:
    """What a kind of `access.ACCESSES` is called."""
    return str(_ACCESSES[kind])


def _groups(start: str) -> str:
    """The first three groups of an IPv6 network: of the fourth only a half was kept."""
    return ":".join(ip_address(start).exploded.split(":")[:3])
