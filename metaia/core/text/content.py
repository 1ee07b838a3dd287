"""What a text may contain: a visible character, and none that changes how other text is read."""

from __future__ import annotations

import re
import unicodedata

CONTROL = "Control characters are not allowed."
INVISIBLE = "Must contain a visible character."
DIRECTION = "Characters that override the direction of text are not allowed."
# C0 and C1 control characters, and the separators of lines and paragraphs.
_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_IN_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BREAKS = re.compile(r"[\x85\u2028\u2029]")  # line breaks as word processors and Apple's notes write them
# A name with one of them can look like another name (CVE-2021-42574). Marks (LRM, RLM, ALM) order a few characters
# only, and stay; so do joiners, which Indic and Arabic scripts and emoji need.
_EMBEDDINGS, _OVERRIDES = re.compile(r"[\u202a-\u202e\u2066-\u2069]"), re.compile(r"[\u202d\u202e]")
_EDGES = "\u200b\u2060\ufeff"  # without width; a trailing joiner is a part of its letter
_NOTHING = frozenset({"Cc", "Cf", "Cs", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})
_BLANK_LETTERS = frozenset(
    "\u115f\u1160\u2800\u3164\uffa0"
)  # fillers of Hangul, and the empty Braille pattern


def trimmed(text: str) -> str:
    """Return `text` without white space and characters without width at its ends."""
    before = None
    while text != before:
        before, text = text, text.strip().strip(_EDGES)
    return text


def with_line_feeds(text: str) -> str:
    """Return `text` with the separators of lines and paragraphs as line feeds."""
    return text if text.isascii() else _BREAKS.sub("\n", text)


def problem(text: str, *, lines: bool) -> str | None:
    """Return why `text` is not accepted, or None. With `lines` it may have line breaks, tabs and quoted directions."""
    if (_IN_LINES if lines else _IN_A_LINE).search(text):
        return CONTROL
    if text.isascii():
        return None  # its length, once trimmed, decides
    if (_OVERRIDES if lines else _EMBEDDINGS).search(text):
        return DIRECTION
    return None if is_visible(text) else INVISIBLE


def is_visible(text: str) -> bool:
    """Return whether `text` contains a character that leaves a mark: a letter, digit, sign or emoji."""
    return any(c not in _BLANK_LETTERS and unicodedata.category(c) not in _NOTHING for c in text)
