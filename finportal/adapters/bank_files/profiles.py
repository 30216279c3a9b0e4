"""How each bank writes the layouts: its dialect as data, chosen by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType

from finportal.adapters.bank_files.collection import Channel, Means
from finportal.adapters.bank_files.layouts import ASOBANCARIA_98, ASOBANCARIA_2001, Layout, Span

HowPaid = tuple[Channel, Means]

HOW_PAID: Mapping[str, HowPaid] = MappingProxyType(
    {
        "01": (Channel.COUNTER, Means.CASH),
        "02": (Channel.COUNTER, Means.CHEQUE),
        "03": (Channel.SELF_SERVICE, Means.UNSTATED),
        "11": (Channel.PHONE, Means.DEBIT),
        "12": (Channel.ATM, Means.DEBIT),
        "13": (Channel.POINT_OF_SALE, Means.DEBIT),
        "14": (Channel.DIRECT_DEBIT, Means.DEBIT),
        "15": (Channel.INTERNET, Means.DEBIT),
        "21": (Channel.PHONE, Means.CREDIT_CARD),
        "22": (Channel.ATM, Means.CREDIT_CARD),
        "23": (Channel.POINT_OF_SALE, Means.CREDIT_CARD),
        "24": (Channel.DIRECT_DEBIT, Means.CREDIT_CARD),
        "25": (Channel.INTERNET, Means.CREDIT_CARD),
    }
)
"""The codes of Asobancaria 2001 for the means of payment."""


class NoSuchProfile(ValueError):
    """There is no profile of that name."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A bank's dialect.

    `banks`: the bank codes it is for; empty, any. `pads`: full lines only, where false. `decimals`
    of amounts and totals, 0 to 2. `date_format` as `time.strptime` takes it. `value_date`: the
    header's field with the payer's day. `good_causes`: the return causes (blanks taken away) of a
    payment that was not returned. `how_paid`: the bank's codes for the means. `oldest`: how long
    ago the payer's day may be.
    """

    name: str
    layout: Layout = ASOBANCARIA_2001
    banks: frozenset[str] = frozenset()
    encoding: str = "latin-1"
    pads: bool = True
    decimals: int = 2
    date_format: str = "%Y%m%d"
    value_date: str = "collected_on"
    good_causes: frozenset[str] = frozenset({"", "000"})
    how_paid: Mapping[str, HowPaid] = field(default_factory=lambda: HOW_PAID)
    oldest: timedelta = timedelta(days=366)


STANDARD = Profile("standard")
"""The recommendation as most write it: trailing blanks and the last line's end may be missing."""

EXACT = Profile("exact", pads=False)
"""For a bank that is known to write every line in full."""

NETWORK = Profile(
    "network",
    layout=replace(
        ASOBANCARIA_2001,
        detail=replace(
            ASOBANCARIA_2001.detail,
            spans={
                name: span
                for name, span in ASOBANCARIA_2001.detail.spans.items()
                if name != "sequence"
            }
            | {"paid_at": Span(88, 6)},
        ),
    ),
    value_date="file_date",
)
"""A collector network's: HHMMSS where the sequence should be, and the payer's day in 41-48."""

OF_1998 = Profile("asobancaria-98", layout=ASOBANCARIA_98)
"""Of low confidence: the means are not stated, so every line of it goes to a person."""

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {profile.name: profile for profile in (STANDARD, EXACT, NETWORK, OF_1998)}
)


def named(name: str) -> Profile:
    """The profile of this name. Raises NoSuchProfile."""
    try:
        return PROFILES[name]
    except KeyError:
        raise NoSuchProfile(f"{name!r} is none of {', '.join(PROFILES)}") from None
