"""Segments of a text message: examples of 3GPP TS 23.038, and a comparison with a simpler, slower count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metaia.notifications.content.sms_segments import BASIC, EXTENDED, Size, size

GSM = st.text(st.sampled_from(sorted(BASIC | EXTENDED)), max_size=700)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Size("GSM-7", 0, 0)),
        ("a" * 160, Size("GSM-7", 160, 1)),
        ("a" * 161, Size("GSM-7", 161, 2)),
        ("a" * 306, Size("GSM-7", 306, 2)),
        ("a" * 307, Size("GSM-7", 307, 3)),
        ("€" * 80, Size("GSM-7", 160, 1)),
        ("€" * 81, Size("GSM-7", 162, 2)),
        (
            "a" * 152 + "€" + "a" * 152,
            Size("GSM-7", 306, 3),
        ),  # € is not split: it begins the second segment
        ("आ" * 70, Size("UCS-2", 70, 1)),
        ("आ" * 71, Size("UCS-2", 71, 2)),
        ("a" * 70 + "ç", Size("UCS-2", 71, 2)),  # Ç is in the alphabet, ç is not
        ("🎉" * 35, Size("UCS-2", 70, 1)),
        ("🎉" * 36, Size("UCS-2", 72, 2)),
        (
            "आ" + "🎉" * 67,
            Size("UCS-2", 135, 3),
        ),  # 33 of them fit into its segment, and 33 into each further one
    ],
)
def test_examples(text: str, expected: Size) -> None:
    assert size(text) == expected


def test_the_alphabet_has_127_characters_and_the_escape() -> None:
    assert len(BASIC) == 127
    assert not BASIC & EXTENDED


def slowly(text: str, widths: list[int], whole: int, part: int) -> int:
    """Count segments by adding one character after the other to the last segment."""
    if sum(widths) <= whole:
        return 1 if text else 0
    segments = [0]
    for width in widths:
        if segments[-1] + width > part:
            segments.append(0)
        segments[-1] += width
    return len(segments)


@given(GSM)
def test_text_in_the_alphabet(text: str) -> None:
    widths = [2 if letter in EXTENDED else 1 for letter in text]
    assert size(text) == Size("GSM-7", sum(widths), slowly(text, widths, 160, 153))


@given(ANY, st.sampled_from("çआ中🎉\u200d"))
def test_one_letter_outside_of_it_makes_it_utf_16(text: str, letter: str) -> None:
    text += letter
    widths = [len(each.encode("utf-16-be")) // 2 for each in text]
    found = size(text)
    assert found == Size("UCS-2", len(text.encode("utf-16-be")) // 2, slowly(text, widths, 70, 67))


@given(ANY, ANY)
def test_more_text_never_costs_less(text: str, more: str) -> None:
    assert size(text + more).segments >= size(text).segments
