"""What the XML backups of Android share: times, addresses and names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stalk_nlp.events import Account, Note

#: Namespace of account keys: numbers and names join across SMS, MMS and calls.
PHONE = "phone"

#: Android writes this in place of the owner's own address.
OWN_TOKEN = "insert-address-token"  # noqa: S105

#: What exporters write for a contact without a saved name.
_NO_NAMES = frozenset({"", "null", "(Unknown)"})

_PUNCTUATION = re.compile(r"[\s().\-\u2010-\u2015\u200e\u200f\u202a-\u202e]+")
_NUMBER = re.compile(r"\+?[0-9]+")

#: Below this a time is in seconds (it would be March 1973 in milliseconds).
_SECONDS_BELOW = 100_000_000_000
#: From this on (the year 5138 in milliseconds) a time is not believed.
_TOO_LATE = 100_000_000_000_000


def epoch_us(written: str | None) -> int | None:
    """Microseconds since the epoch, UTC, of milliseconds (some exporters: seconds).

    None for zero, which phones store when a time is not known. Raises ValueError for
    anything that is not a time.
    """
    if written is None or not written.isdigit() or len(written) > 15:
        raise ValueError
    number = int(written)
    if _SECONDS_BELOW <= number < _TOO_LATE:
        return number * 1000
    if number >= _TOO_LATE:
        raise ValueError
    return number * 1_000_000 or None


def known(written: str | None) -> str | None:
    """An attribute's value; None where it is missing, empty or the exporter's NULL."""
    if written is None or written in ("", "null"):
        return None
    return written


def plain(address: str) -> str:
    """A number without spacing, or a lower-case address: for comparing, not for showing."""
    number = _PUNCTUATION.sub("", address)
    return number if _NUMBER.fullmatch(number) else address.strip().casefold()


def same_number(one: str, other: str) -> bool:
    """Whether two addresses may be one: equal, or equal in the last nine digits.

    Nine digits tell national numbers apart in the national and the international way of
    writing (07700 900123, +44 7700 900123).
    """
    one, other = plain(one), plain(other)
    both = _NUMBER.fullmatch(one) and _NUMBER.fullmatch(other)
    return one == other or bool(both and len(one) > 9 < len(other) and one[-9:] == other[-9:])


class Names:
    """Gives each saved name of an address once."""

    def __init__(self) -> None:
        self.seen: set[tuple[str | None, str | None]] = set()  # as written: quick to ask
        self._given: set[tuple[str, str]] = set()

    def accounts(self, written: str | None, name: str | None) -> Iterator[Account]:
        """Accounts of one record's address and name attributes.

        A group's names stand in the order of its addresses, parted by a comma; where their
        numbers differ (a name may hold a comma) none is believed.
        """
        self.seen.add((written, name))
        addresses = parties(written)
        names = [name or ""] if len(addresses) == 1 else (name or "").split(", ")
        if len(names) != len(addresses):
            return
        for pair in zip(addresses, [one.strip() for one in names], strict=True):
            if pair[1] not in _NO_NAMES and pair not in self._given:
                self._given.add(pair)
                yield Account(PHONE, *pair)


def parties(written: str | None) -> tuple[str, ...]:
    """The addresses of an address attribute, which parts those of a group with ``~``."""
    each = [one.strip() for one in (known(written) or "").split("~")]
    return tuple(dict.fromkeys(one for one in each if known(one) and one != OWN_TOKEN))


def conversation(addresses: tuple[str, ...]) -> str:
    """One thread id for the same people, however their numbers are spaced or ordered."""
    return "~".join(sorted({plain(one) for one in addresses}))


def count_note(source: str, root: dict[str, str] | None, found: int) -> Iterator[Note]:
    """A note when the root's `count` attribute differs from the records found."""
    claimed = (root or {}).get("count", "")
    if claimed.isascii() and claimed.isdigit() and len(claimed) < 20 and int(claimed) != found:
        yield Note(source, f"The file says it holds {int(claimed)} records; {found} were found.")
