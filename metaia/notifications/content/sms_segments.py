"""What a text message costs: segments of GSM 7-bit characters, or of UCS-2 as soon as one character is not among them.

Source: 3GPP TS 23.038 (alphabet) and TS 23.040 (parts: 7 of 160 septets, or 3 of 70 characters, are header).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # take two septets


@dataclass(frozen=True)
class Size:
    """`units` are septets or UTF-16 code units."""

    alphabet: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def size(text: str) -> Size:
    """Return what sending `text` takes."""
    if all(character in BASIC or character in EXTENDED for character in text):
        units = [2 if character in EXTENDED else 1 for character in text]
        return Size("GSM-7", sum(units), _segments(units, whole=160, part=153))
    units = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return Size("UCS-2", sum(units), _segments(units, whole=70, part=67))


def _segments(units: list[int], *, whole: int, part: int) -> int:
    """Fill segments; a character of two units is not divided."""
    if sum(units) <= whole:
        return 1 if units else 0
    segments, room = 0, 0
    for unit in units:
        if unit > room:
            segments, room = segments + 1, part
        room -= unit
    return segments
