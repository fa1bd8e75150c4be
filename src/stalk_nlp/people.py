"""Accounts -> people.

An account is what an export prints: a number, an address, a handle, a saved name. Numbers
and addresses mean the same account in every export; other keys only within their platform.
Accounts join into one person (codebook 3.1) when

- they are the same account (grade L1),
- the user states it with `--party` or `--owner` (grade L1, the user answers for it).

The same saved name on two platforms is a possible link (grade L2): it is listed, never
merged. Direction follows from the owner; where the owner is not known it is ``unknown``.
"""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import phonenumbers

from stalk_nlp.errors import UsageError
from stalk_nlp.events import OWNER, Account

__all__ = ["Link", "Party", "People", "account_key", "parse_party", "resolve"]

#: Region whose rules read numbers without a country code [D]: the codebook's jurisdiction.
DEFAULT_REGION = "GB"

#: Name shown for an owner whom neither the export nor the user names.
OWNER_NAME = "Device owner"

_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]
)
_PHONE_CHARS = frozenset("+0123456789 ().-/\u00a0\u2011\u202f")


@dataclass(frozen=True, slots=True)
class Party:
    """Accounts that the user says are one person."""

    name: str
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Why an account belongs to a person, or may belong (`merged` False)."""

    person: str
    account: str
    grade: str  # L1 | L2
    basis: str
    merged: bool = True


@dataclass(frozen=True, slots=True)
class People:
    """People of a case. Ids are positions in `names`; names are unique."""

    names: tuple[str, ...]
    owner: int | None
    links: tuple[Link, ...]
    ids: dict[tuple[str, str], int]  # (platform, key as printed) -> id
    known_as: dict[str, int] = field(default_factory=dict)  # any name or key, folded -> id

    def find(self, text: str) -> int:
        """Id of the person with this name, number or handle; UsageError lists the parties."""
        key = _fold(account_key("", text)[1])
        if key not in self.known_as:
            parties = ", ".join(self.names[:20]) or "none"
            raise UsageError(f"Nobody here is called {text!r}; the parties are: {parties}.")
        return self.known_as[key]


@functools.lru_cache(maxsize=65_536)
def account_key(platform: str, printed: str) -> tuple[str, str]:
    """Namespace and normal form of an account: E.164 numbers, lower-case addresses.

    A number that the rules of its country do not allow (a short code, a masked number)
    keeps its digits, in the namespace ``short``.
    """
    text = unicodedata.normalize("NFC", printed.translate(_INVISIBLE)).strip()
    if text == OWNER:
        return "", OWNER
    digits = sum(c.isdigit() for c in text)
    if digits >= 3 and all(c in _PHONE_CHARS for c in text):
        return _phone_key(text)
    if "@" in text[1:-1] and " " not in text:
        return "mail", text.lower()
    return platform, text


def _phone_key(text: str) -> tuple[str, str]:
    try:
        number = phonenumbers.parse(text, DEFAULT_REGION)
    except phonenumbers.NumberParseException:
        number = None
    possible = phonenumbers.ValidationResult.IS_POSSIBLE
    if number is not None and phonenumbers.is_possible_number_with_reason(number) == possible:
        return "tel", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return "short", "".join(c for c in text if c.isdigit() or c == "+")


def parse_party(text: str) -> Party:
    """``"Sam=+447700900123,sam_k"`` -> Party. Raises UsageError when there is no ``=``."""
    name, equals, accounts = text.partition("=")
    listed = tuple(a.strip() for a in accounts.split(",") if a.strip())
    if not equals or not name.strip() or not listed:
        raise UsageError(f'--party {text!r} must look like "Name=account,account".')
    return Party(name.strip(), listed)


def resolve(
    used: Iterable[tuple[str, str]],
    accounts: Sequence[Account],
    *,
    owner: str | None = None,
    parties: Sequence[Party] = (),
) -> People:
    """People behind the accounts `used` (platform, key as printed) in the events.

    Raises UsageError when `owner` names nobody and no export marks its owner, or when two
    parties claim one account.
    """
    return _Resolver(list(used), accounts, parties).run(owner)


class _Resolver:
    def __init__(
        self, used: list[tuple[str, str]], accounts: Sequence[Account], parties: Sequence[Party]
    ) -> None:
        self.parties = parties
        self.printed: dict[tuple[str, str], tuple[str, str]] = {}
        for platform, key in [*used, *((a.platform, a.key) for a in accounts)]:
            self.printed.setdefault((platform, key), account_key(platform, key))
        self.saved: dict[tuple[str, str], Counter[str]] = {}
        for account in accounts:
            if account.name:
                names = self.saved.setdefault(account_key(account.platform, account.key), Counter())
                names[account.name.translate(_INVISIBLE).strip()] += 1
        self.owner_keys = {account_key(a.platform, a.key) for a in accounts if a.owner}
        seen = {self.printed[pair] for pair in used}
        if ("", OWNER) in seen:
            self.owner_keys.add(("", OWNER))
        self.group: dict[tuple[str, str], int] = {}  # normal key -> person slot
        self.slots: list[list[tuple[str, str]]] = []
        self.titles: dict[int, str] = {}
        self.links: list[tuple[int, str, str, str]] = []
        self.keys = [k for k in dict.fromkeys(self.printed.values()) if k in seen or self._kept(k)]

    def _kept(self, key: tuple[str, str]) -> bool:
        return key in self.owner_keys

    def run(self, owner: str | None) -> People:
        for party in self.parties:
            self._claim(party.name, (party.name, *party.accounts), "stated with --party")
        owner_slot = self._find_owner(owner)
        for key in self.keys:
            if key not in self.group:
                self._add(self._new_slot(), key, "the account itself")
        return self._build(owner_slot)

    def _new_slot(self, title: str | None = None) -> int:
        self.slots.append([])
        if title:
            self.titles[len(self.slots) - 1] = title
        return len(self.slots) - 1

    def _add(self, slot: int, key: tuple[str, str], basis: str) -> None:
        if self.group.get(key, slot) != slot:
            raise UsageError(f"Two parties claim the account {key[1]}; give it to one of them.")
        if key not in self.group:
            self.group[key] = slot
            self.slots[slot].append(key)
            self.links.append((slot, key[1], "L1", basis))

    def _matching(self, text: str) -> list[tuple[str, str]]:
        """Accounts that a user's word names: the same number or address, handle or saved name."""
        normal = account_key("", text)
        if normal[0]:
            return [k for k in self.keys if k == normal]
        folded = _fold(normal[1])
        return [k for k in self.keys if _fold(k[1]) == folded or self._is_saved_as(k, folded)]

    def _is_saved_as(self, key: tuple[str, str], folded: str) -> bool:
        return any(_fold(name) == folded for name in self.saved.get(key, ()))

    def _claim(self, title: str, words: Sequence[str], basis: str) -> int:
        slot = self._new_slot(title)
        for word in words:
            for key in self._matching(word):
                self._add(slot, key, basis)
        return slot

    def _find_owner(self, owner: str | None) -> int | None:
        slot: int | None = None
        if owner is not None:
            slot = self._named_owner(owner)
        for key in sorted(self.owner_keys):
            if slot is None:
                slot = self.group.get(key, None)
                slot = self._new_slot() if slot is None else slot
            if key in self.keys or key == ("", OWNER):
                self._add(slot, key, "marked as the owner's by the export")
        return slot

    def _named_owner(self, owner: str) -> int:
        for slot, title in self.titles.items():
            if _fold(title) == _fold(owner):
                return slot
        matches = self._matching(owner)
        slots = {self.group[k] for k in matches if k in self.group}
        if len(slots) == 1:
            slot = slots.pop()
        elif matches or self.owner_keys:
            slot = self._new_slot(owner if not account_key("", owner)[0] else None)
        else:
            names = ", ".join(dict.fromkeys(self._title_of([k]) for k in self.keys)) or "none"
            raise UsageError(
                f"--owner {owner!r} is nobody in the inputs; the parties are: {names}."
            )
        for key in matches:
            self._add(slot, key, "stated with --owner")
        return slot

    def _title_of(self, keys: list[tuple[str, str]]) -> str:
        names: Counter[str] = Counter()
        for key in keys:
            names.update(self.saved.get(key, Counter()))
        if names:
            return min(names, key=lambda n: (-names[n], n))
        plain = [k[1] for k in keys if k[1] != OWNER]
        return plain[0] if plain else OWNER_NAME

    def _build(self, owner_slot: int | None) -> People:
        filled = [s for s in range(len(self.slots)) if self.slots[s]]
        number = {slot: i for i, slot in enumerate(filled)}
        titles = [self.titles.get(s) or self._title_of(self.slots[s]) for s in filled]
        names = _unique(titles, [self.slots[s] for s in filled])
        ids = {p: number[self.group[k]] for p, k in self.printed.items() if k in self.group}
        known = {_fold(k[1]): number[s] for k, s in self.group.items() if k[1] != OWNER}
        for person, (title, name) in enumerate(zip(titles, names, strict=True)):
            known.setdefault(_fold(title), person)
            known[_fold(name)] = person
        links = [Link(names[number[s]], a, g, b) for s, a, g, b in self.links if a != OWNER]
        owner = number.get(owner_slot) if owner_slot is not None else None
        return People(tuple(names), owner, (*links, *self._suggest(names, number)), ids, known)

    def _suggest(self, names: list[str], number: dict[int, int]) -> list[Link]:
        """Same saved name or handle on accounts of two people: possible, not merged."""
        by_name: dict[str, dict[int, str]] = {}
        for key, slot in self.group.items():
            for label in {key[1], *self.saved.get(key, ())} - {OWNER}:
                by_name.setdefault(_fold(label), {}).setdefault(number[slot], key[1])
        found = []
        for people in by_name.values():
            first, *others = sorted(people)
            basis = "the same saved name; join them with --party if they are one person"
            found += [Link(names[first], people[o], "L2", basis, merged=False) for o in others]
        return found


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).strip().casefold()


def _unique(titles: list[str], keys: list[list[tuple[str, str]]]) -> list[str]:
    """Names for display: where two people share one, the account is added."""
    count = Counter(titles)
    names: list[str] = []
    for title, own in zip(titles, keys, strict=True):
        name = title if count[title] == 1 else f"{title} ({own[0][1]})"
        while name in names:
            name += "'"
        names.append(name)
    return names
