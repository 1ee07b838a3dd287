"""What the text of a search may identify, and the condition of a search by words."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, func, literal, literal_column

from metaia.core.search.registry import CODE, EMAIL, ID, NUMBER, PHONE
from metaia.core.text import emails, phones

MOST_WORDS = 8
_PATTERNS = {
    ID: re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    NUMBER: re.compile(r"[a-z]\d{4,18}"),  # M100001: an order, an offer, a booking
    CODE: re.compile(r"(?=.*\d)[a-z0-9_-]{6,64}"),  # of carriers and providers of payments
}
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_SPACES = re.compile(r"[\s()./-]")


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
