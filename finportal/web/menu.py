"""The menu behind the sign-in: which of its entries the page of this request belongs to."""

from typing import NamedTuple

from flask import request, url_for

ENTRIES = {
    "payments.show": ("payments", "pay"),
    "overview.show": ("overview", "credit", "plan", "movements", "why", "simulator", "downloads"),
    "documents.show": ("documents", "new_document", "document_files"),
    "personalise.ask": ("personalise",),
    "my_data.show": (
        "my_data", "my_contact", "authorisations", "preferences", "my_data_copy", "security",
    ),
}  # fmt: skip
"""The blueprints that each entry, named by its endpoint, leads to."""
_ENTRY_OF = {name: endpoint for endpoint, names in ENTRIES.items() for name in names}


class Place(NamedTuple):
    """Where an entry leads, empty for none, and what `aria-current` says of it."""

    href: str
    mark: str


NOWHERE = Place("", "")


def menu_place() -> Place:
    """The entry that this page belongs to: "page" on the entry's own page, "true" further in."""
    entry = _ENTRY_OF.get(request.blueprint or "")
    if entry is None:
        return NOWHERE
    href = url_for(entry)
    return Place(href, "page" if request.path == href else "true")
