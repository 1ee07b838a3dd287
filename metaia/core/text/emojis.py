"""Emoji in one form. Devices send the same emoji with and without variation selectors, which look the same."""

from __future__ import annotations

from functools import cache

import emoji

LONGEST = 40  # code points of a text that may be an emoji; the longest one has 10
_SELECTORS = dict.fromkeys(map(ord, "\ufe0e\ufe0f"))  # text style, emoji style


def qualified(text: str) -> str | None:
    """Return the fully-qualified form (UTS #51) of the one emoji that `text` is; None for every other text.

    Skin tones stay distinct. Digits, letters, `#` and `*` are no emoji; their keycaps are.
    """
    if len(text) > LONGEST:
        return None
    return _qualified_forms().get(text.translate(_SELECTORS))


@cache
def _qualified_forms() -> dict[str, str]:
    """Return the fully-qualified form of each emoji by its form without selectors."""
    wanted = emoji.STATUS["fully_qualified"]
    forms = (form for form, known in emoji.EMOJI_DATA.items() if known["status"] == wanted)
    return {form.translate(_SELECTORS): form for form in forms}
