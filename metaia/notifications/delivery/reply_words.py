"""Words by which the recipient of a text message ends and resumes such messages: pure functions."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Meaning = Literal["stop", "start"]
MAX_LENGTH = 200  # characters that are read
# Networks and vendors act on these words themselves, so our state must follow theirs.
STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "OPTOUT"})
START = frozenset({"START", "UNSTOP"})
# Words that begin other messages too ("cancel my order"): they count alone, or with POLITE words only.
STOP_ALONE = frozenset({"CANCEL", "END", "QUIT", "REVOKE"})
START_ALONE = frozenset({"YES"})
POLITE = frozenset((
    "ALL", "IT", "ME", "MESSAGES", "NOW", "PLEASE", "PLS", "PLZ", "SMS", "TEXT", "TEXTS", "THANK", "THANKS", "THE",
    "THESE", "THIS", "YOU",
))  # fmt: skip
_BETWEEN = re.compile(r"[\s,;:!?/.…]+")


def meaning(text: str) -> Meaning | None:
    """Return what a reply asks for by its first word; None if it is any other message.

    Keyboards add capitals, quotation marks and full stops; some send full-width letters or invisible characters.
    """
    readable = _readable(text)
    words = [word for word in map(_letters, _BETWEEN.split(readable)) if word]
    # `opt out` has two words, `S.T.O.P.` four
    first = {*words[:1], "".join(words[:2]), _letters(readable)}
    alone = words[0] if words and POLITE.issuperset(words[1:]) else ""
    if first & STOP or alone in STOP_ALONE:
        return "stop"
    if first & START or alone in START_ALONE:
        return "start"
    return None


def _readable(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:MAX_LENGTH]).upper()


def _letters(text: str) -> str:
    """Return `text` without punctuation, symbols and invisible characters."""
    return "".join(filter(str.isalnum, text))
