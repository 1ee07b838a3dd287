"""Emoji in one form."""

from __future__ import annotations

import pytest

from metaia.core.text import emojis


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ("👍", "👍"),
        ("👍\ufe0f", "👍"),
        ("❤", "❤\ufe0f"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("❤\ufe0e", "❤\ufe0f"),
        ("👍🏽", "👍🏽"),
        ("#\u20e3", "#\ufe0f\u20e3"),
        ("🇮🇳", "🇮🇳"),
        ("👩‍❤‍👨", "👩‍❤\ufe0f‍👨"),
    ],
)
def test_an_emoji_has_one_form(given, form):
    assert emojis.qualified(given) == form


@pytest.mark.parametrize(
    "text", ["", "a", "1", "#", "*", "👍👍", "👍a", "🇮", "\ufe0f", "x" * 41, "👨" * 40, "\ud800"]
)
def test_everything_else_is_none(text):
    assert emojis.qualified(text) is None
