"""Notices about an account's security: to its e-mail, and to one that was replaced this week."""

from dataclasses import replace

from finportal.adapters.database import Link
from finportal.adapters.letter import Letter
from finportal.adapters.secrets import Vault
from finportal.services import outbox
from finportal.services.accounts import Holder
from finportal.services.contacts import moves
from finportal.services.visits import Surroundings


def post(link: Link, vault: Vault, letter: Letter, holder: Holder, around: Surroundings) -> None:
    """Put a notice in the outbox, and a copy for each former address; never a letter with a key."""
    former = moves.former_addresses(link, holder.customer.id, around.now)
    for address in dict.fromkeys([letter.to, *former]):
        copy = replace(letter, to=address)
        outbox.post(link, vault, copy, around.now, account_id=holder.account.id)
