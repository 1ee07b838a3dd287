"""Emoji in one form. Devices send the same emoji with and without variation selectors, which look the same."""

from __future__ import annotations

import emoji

LONGEST = 40  # code points of a text that may be an emoji; the longest one has 10
_SELECTORS = dict.fromkeys(map(ord, "\ufe0e\ufe0f"))  # text style, emoji style


_QUALIFIED = {
    form.translate(_SELECTORS): form
    for form, known in emoji.EMOJI_DATA.items()
    if known["status"] == emoji.STATUS["fully_qualified"]
}


def qualified(text: str) -> str | None:
    """Return the fully-qualified form (UTS #51) of the one emoji that `text` is; None for every other text.

    Skin tones stay distinct. Digits, letters, `#` and `*` are no emoji; their keycaps are.
    """
    return _QUALIFIED.get(text.translate(_SELECTORS)) if len(text) <= LONGEST else None
