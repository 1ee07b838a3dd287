"""The words of a text, for searches with PostgreSQL's `tsvector` and `tsquery`.

PostgreSQL's own parser takes `suit/tie` for a file and `2.5` for one word; it keeps a whole sentence in Chinese or Thai
as one word. These scripts have no spaces between words, so a run of one of them is indexed as overlapping pairs of
characters as people see them (grapheme clusters, UAX #29). The pairs of a run have positions, and a query asks for
them side by side.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

import regex

from metaia.core.text import forms

LONGEST = 100  # characters of a word or pair; the rest is cut off. A lexeme has at most 2,046 bytes
MAX_POSITION = 16_000  # positions of a tsvector end at 16,383; later runs count from the beginning again
_ASCII_WORD = re.compile(r"\w+")
# Scripts without spaces between words; Korean has some, and leaves them out between nouns.
_SCRIPTS = (
    "Han",
    "Hira",
    "Kana",
    "Bopo",
    "Hang",
    "Thai",
    "Laoo",
    "Khmr",
    "Mymr",
    "Lana",
    "Talu",
    "Tale",
    "Tavt",
)
_UNSPACED = "".join(rf"\p{{scx={script}}}" for script in _SCRIPTS)
PART = regex.compile(
    rf"(?P<run>(?:(?=[\w\p{{M}}])(?=[{_UNSPACED}])\X)+)"
    rf"|(?P<word>(?:(?![{_UNSPACED}])[\w\p{{M}}])+)"
    r"|(?P<emoji>(?=\p{Extended_Pictographic}|\p{Regional_Indicator})\X)"
)
CLUSTER = regex.compile(r"\X")
# Not compared: invisible characters, forms of emoji, and the vowel marks of Arabic and Hebrew, which few people type.
_DROPPED = regex.compile(
    r"[\p{Cf}\u034f\ufe00-\ufe0f\u0640\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
)
# Accents, which few people type. In other scripts marks are letters: without them Hindi has no vowels.
_ACCENTS = regex.compile(r"([\p{Latin}\p{Greek}\p{Cyrillic}])\p{Mn}+")


def index(texts: Iterable[str | None], *, words: Iterable[str] = ()) -> str:
    """Return the words of `texts`, and further `words`, in the text form of `tsvector`."""
    found: dict[str, list[str]] = {word: [] for word in words}
    position = 1
    for text in texts:
        for kind, parts in parts_of(text or ""):
            if kind != "run":
                found.setdefault(parts[0], [])
                continue
            for token in _pairs(parts):
                found.setdefault(token, []).append(str(position % MAX_POSITION + 1))
                position += 1
            position += 1  # so that the last pair of a run is not beside the first of the next
    # No token contains a quote or a backslash.
    return " ".join(f"'{token}':{','.join(at)}" if at else f"'{token}'" for token, at in found.items())


def terms(text: str) -> list[str]:
    """Return the terms of a `tsquery` which all must match: each word of `text` begins a word, each run is in a run."""
    accented = _accented_words(text)
    return [
        " <-> ".join(_quoted(parts)) if kind == "run" else _begins(parts[0], accented)
        for kind, parts in parts_of(text)
    ]


def prefix(word: str) -> str:
    """Return the term of a `tsquery` that matches all words that begin with `word`."""
    return f"'{word}':*"


def exact(word: str) -> str:
    """Return the term of a `tsquery` that matches one of the further words of `index`."""
    return f"'{word}'"


def parts_of(text: str) -> Iterable[tuple[str, list[str]]]:
    """Return the words, emoji and unspaced runs of a text; a run as its grapheme clusters."""
    if text.isascii():
        return [("word", [word[:LONGEST]]) for word in _ASCII_WORD.findall(text.lower())]
    return _split(comparable(text))


def _split(compared: str) -> Iterable[tuple[str, list[str]]]:
    return map(_part, PART.finditer(compared))


def _part(match: regex.Match[str]) -> tuple[str, list[str]]:
    kind = str(match.lastgroup)
    return kind, CLUSTER.findall(match[0]) if kind == "run" else [match[0][:LONGEST]]


def comparable(text: str) -> str:
    """Return the form in which the words of texts are compared."""
    return text.lower() if text.isascii() else without_accents(_with_accents(text))


def without_accents(text: str) -> str:
    """Return a text in NFC without the accents of Latin, Greek and Cyrillic letters.

    Migration 0050 applies it to the words that earlier releases stored.
    """
    return unicodedata.normalize("NFC", _ACCENTS.sub(r"\1", unicodedata.normalize("NFD", text)))


def _with_accents(text: str) -> str:
    plain = _DROPPED.sub("", forms.comparable(text))
    return forms.ascii_digits(unicodedata.normalize("NFKC", plain))


def _accented_words(text: str) -> dict[str, str]:
    """Return the words of a text that have accents, by those without."""
    if text.isascii():
        return {}
    parts = [word for kind, [word, *_] in _split(_with_accents(text)) if kind == "word"]
    return {bare: word for word in parts if (bare := without_accents(word)) != word}


def _begins(word: str, accented: dict[str, str]) -> str:
    """Return the term of a word. A process of the release that kept accents may have stored it with them."""
    return f"({prefix(word)} | {prefix(accented[word])})" if word in accented else prefix(word)


def _pairs(clusters: list[str]) -> list[str]:
    """Return the overlapping pairs of a run, and its last cluster, so that a query of one cluster finds each."""
    pairs = [first + second for first, second in pairwise(clusters)]
    return [token[:LONGEST] for token in (*pairs, clusters[-1])]


def _quoted(clusters: list[str]) -> list[str]:
    """Return the terms of a run in a query: its pairs, the last one as a prefix, since its end may be half typed."""
    pairs = _pairs(clusters)[:-1] or clusters
    return [*(f"'{pair}'" for pair in pairs[:-1]), prefix(pairs[-1][:LONGEST])]
