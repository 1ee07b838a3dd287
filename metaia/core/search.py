"""Search across domains: each type of object has a provider, which applies the policy of its own domain.

A domain registers its provider with `register`. What a text identifies (`identifiers`) is looked up by an index first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import ColumnElement, func, literal, literal_column

from metaia.core.access.actor import Actor
from metaia.core.registry import Registry
from metaia.core.text import emails, phones

ID, NUMBER, PHONE, EMAIL, CODE = "id", "number", "phone", "email", "code"
KINDS = (ID, NUMBER, PHONE, EMAIL, CODE)
WORDS = "words"  # what has matched if nothing was identified
MOST_WORDS = 8
_PATTERNS = {
    ID: re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    NUMBER: re.compile(r"[a-z]\d{4,18}"),  # M100001: an order, an offer, a booking
    CODE: re.compile(r"(?=.*\d)[a-z0-9_-]{6,64}"),  # of carriers and providers of payments
}
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SPACES = re.compile(r"[\s()./-]")


@dataclass(frozen=True, slots=True)
class Hit:
    """One object that was found. `href` is its address in the API."""

    id: str
    title: str
    subtitle: str
    href: str


Found = tuple[list[Hit], bool]  # hits, and whether there are more
Find = Callable[[Actor, str, int], Found]  # of an actor, by words, at most so many
LookUp = Callable[[Actor, str], list[Hit]]  # of an actor, by an identifier in its canonical form


@dataclass(frozen=True)
class Provider:
    """The search for one type of objects.

    `may` returns whether an actor may search this type at all; `find` and `look_ups` return what the actor may see,
    each by an index. `personal`: the objects or their words are messages or contact data, so searches of staff are
    audited.
    """

    type: str
    find: Find
    may: Callable[[Actor], bool]
    look_ups: Mapping[str, LookUp] = field(default_factory=dict)
    personal: bool = False


PROVIDERS: Registry[str, Provider] = Registry("search_providers")


def register(
    app: Flask,
    type: str,  # noqa: A002
    find: Find,
    may: Callable[[Actor], bool] = lambda _: True,
    *,
    look_ups: Mapping[str, LookUp] | None = None,
    personal: bool = False,
) -> None:
    """Add the provider of a type. Raises ValueError for a type that has one."""
    PROVIDERS.register(app, type, Provider(type, find, may, look_ups or {}, personal))


def identifiers(text: str) -> dict[str, str]:
    """Return what `text` may identify: kinds of identifiers with its canonical form."""
    plain = text.strip()
    found = {kind: plain for kind, pattern in _PATTERNS.items() if pattern.fullmatch(plain.lower())}
    if ID in found:
        return {ID: plain.lower()}
    if NUMBER in found:
        found[NUMBER] = plain.upper()
    if plain.startswith("+") and _E164.fullmatch(_SPACES.sub("", plain)):
        found[PHONE] = phones.canonical(plain) or _SPACES.sub("", plain)
    if "@" in plain and " " not in plain:
        found[EMAIL] = emails.readable(plain)
    return found


def matches(indexed: str, text: str) -> ColumnElement[bool]:
    """Return the condition that each word of `text` begins a word of `to_tsvector('simple', <indexed>)`.

    `indexed` is the expression of an index in SQL, and never comes from a user.
    """
    parts = [part.replace("\\", "").replace("'", "") for part in text.split()[:MOST_WORDS]]
    query = " & ".join(f"'{part}':*" for part in parts if part)
    words = func.to_tsvector(literal_column("'simple'"), literal_column(indexed))
    condition: ColumnElement[bool] = words.bool_op("@@")(
        func.to_tsquery(literal_column("'simple'"), literal(query))
    )
    return condition
