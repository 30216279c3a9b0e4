"""Word of a change of contact data: to who was proven before it, and to who is new."""

from datetime import datetime
from typing import Any

from finportal.adapters.database import Link
from finportal.adapters.letter import Letter
from finportal.adapters.secrets import Vault
from finportal.models.contacts import EMAIL
from finportal.services import letters, outbox, recognition, texts
from finportal.services.contacts import moves
from finportal.services.contacts.fields import PROVABLE, masked
from finportal.services.contacts.owners import Owner
from finportal.services.visits import Surroundings


def tell(
    link: Link,
    vault: Vault,
    owner: Owner,
    row: dict[str, Any],
    around: Surroundings,
    *,
    token: str,
) -> None:
    """Post letters, and texts where they can be sent, before the change (`row`) is made.

    Who was proven hears, with the undo link if there is one (`token`); who is new hears without.
    Texts have limits; over them the letters leave all the same.
    """
    written = _letters(link, vault, owner, row, token)
    if around.texts and row["field"] in PROVABLE:
        mobiles = moves.mobiles_told(link, owner, around.now)
        written += [
            texts.contact_changed(mobile, owner.locale, row["field"], token)
            for mobile in texts.may_be_told(link, vault, mobiles, row["field"], around.now)
        ]
    for letter in written:
        outbox.post(link, vault, letter, around.now, account_id=owner.account_id)


def _letters(
    link: Link, vault: Vault, owner: Owner, row: dict[str, Any], token: str
) -> list[Letter]:
    now: datetime = row["changed_at"]
    field, told, new = row["field"], row["told"], row["new_value"]
    former = moves.former_addresses(link, owner.customer_id, now)
    undoing = moves.former_addresses(link, owner.customer_id, now, moves.UNDO_LASTS)
    may_undo = {told, *undoing}
    written = [
        letters.contact_changed(
            owner.addressee(address), field, masked(field, new), now.isoformat(),
            token if address in may_undo else "",
        )
        for address in dict.fromkeys([told, *former])
    ]  # fmt: skip
    if field == EMAIL:
        initial = recognition.initial(vault, new)
        written.append(letters.email_is_new(owner.addressee(new), now.isoformat(), initial))
    return written
