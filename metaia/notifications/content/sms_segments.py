"""The number of segments of a text message, by which providers charge.

A message is encoded in the GSM 7-bit alphabet, or in UCS-2 if that alphabet lacks one of its characters. Source: 3GPP
TS 23.038 (alphabet) and TS 23.040 (a header takes 7 of the 160 septets, or 3 of the 70 characters, of each part).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # two septets each


@dataclass(frozen=True)
class Size:
    """The size of a text message. `units` are septets (GSM-7) or UTF-16 code units (UCS-2)."""

    alphabet: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def size(text: str) -> Size:
    """Return the alphabet, the units and the segments of a text message."""
    if all(character in BASIC or character in EXTENDED for character in text):
        units = [2 if character in EXTENDED else 1 for character in text]
        return Size("GSM-7", sum(units), _segments(units, single=160, part=153))
    units = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return Size("UCS-2", sum(units), _segments(units, single=70, part=67))


def _segments(units: list[int], *, single: int, part: int) -> int:
    """Count segments: up to `single` units are one, more are parts of `part` units that split no character."""
    if sum(units) <= single:
        return 1 if units else 0
    segments, free = 0, 0
    for unit in units:
        if unit > free:
            segments, free = segments + 1, part
        free -= unit
    return segments
