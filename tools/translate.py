"""Collect the portal's texts, bring the English catalogue up to date and compile it.

Nothing is guessed: a text that is new or was reworded is listed as missing until somebody
translates it, and a text that nothing uses any more is dropped.
"""

from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "finportal"
MAPPING = ROOT / "babel.cfg"
PO = PACKAGE / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")

KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "lazy_ngettext": (1, 2)}
FUZZY = "fuzzy"


class PlainCatalog(Catalog):
    """A catalogue whose header holds no date, person or tool: it changes only with the texts."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """What gettext needs to read the file."""
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", f"text/plain; charset={self.charset}"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


def collected() -> Catalog:
    """Every text that templates and code mark for translation, in the files' order."""
    with MAPPING.open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping, MAPPING.name)
    found = Catalog(fuzzy=False)
    for name, line, text, comments, context in extract_from_dir(
        PACKAGE, methods, options, KEYWORDS
    ):
        place = (f"{PACKAGE.name}/{name}", line)
        found.add(text, locations=[place], auto_comments=comments, context=context)
    return found


def stored() -> Catalog:
    """The English catalogue as it is; an empty one when there is none yet."""
    if not PO.exists():
        return Catalog(locale="en")
    with PO.open(encoding="utf-8") as file:
        return read_po(file, locale="en", abort_invalid=True)


def updated(found: Catalog, known: Catalog) -> Catalog:
    """The texts found, each with the translation that is known for exactly these words."""
    catalog = PlainCatalog(
        locale="en",
        header_comment="# The portal in English. `make translate` keeps this file and its .mo.",
        fuzzy=False,
    )
    for message in texts(found):
        old = known.get(message.id, message.context)
        catalog.add(
            message.id,
            old.string if old else None,
            locations=message.locations,
            flags=old.flags & {FUZZY} if old else (),
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else (),
            context=message.context,
        )
    return catalog


def texts(catalog: Catalog) -> list[Message]:
    """The catalogue's entries without its header."""
    return [message for message in catalog if message.id]


def missing(catalog: Catalog) -> list[Message]:
    """The entries that have no translation yet, or one that nobody has checked."""
    return [message for message in texts(catalog) if message.fuzzy or not _complete(message)]


def save(catalog: Catalog) -> None:
    """Write the catalogue and its compiled form, side by side."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=100, include_lineno=False, ignore_obsolete=True)
    with MO.open("wb") as file:
        write_mo(file, catalog)


def main() -> None:
    """Update both files and say what is left to do."""
    known = stored()
    catalog = updated(collected(), known)
    save(catalog)
    ids = {message.id for message in texts(catalog)}
    for message in texts(known):
        if message.id not in ids:
            print(f"dropped: {message.id}")
    for message in missing(catalog):
        print(f"missing: {message.id}")
    print(f"{len(texts(catalog))} texts, {len(missing(catalog))} without a checked translation")


def _complete(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings)


if __name__ == "__main__":
    main()
