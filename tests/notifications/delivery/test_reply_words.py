"""Replies to text messages, as telephones send them."""

from __future__ import annotations

import pytest

from metaia.notifications.delivery.reply_words import meaning

STOP = (
    "STOP", "stop", " Stop. ", "Stop all", "stop please", "STOP!!!", "“Stop”", "‘stop’", "«stop»", "(stop)", "*STOP*",
    "stop,please",
    "ＳＴＯＰ", "ｓｔｏｐ", "S\u200bTOP", "\u200eSTOP", "\ufeffstop", "STOP\u00a0", "\u2066stop\u2069", "STO\u00adP",
    "S.T.O.P.", "stop\n\nSent from my iPhone", "🛑 stop", "Stop 🙏", "STOP\ufe0f", "stop - too many", "-stop-",
    "STOP/END",
    "stopall", "Stop sending me these", "unsubscribe", "Unsubscribe me from this list", "OptOut", "opt out", "opt-out",
    "OPT-OUT please",
    "cancel", "Cancel.", "cancel please", "END", "end now", "quit", "Quit all messages", "revoke", "ｃａｎｃｅｌ",
)  # fmt: skip
START = (
    "START",
    "start",
    "Start please",
    "“Start”",
    "ＳＴＡＲＴ",
    "unstop",
    "UNSTOP.",
    "yes",
    "Yes please",
    "YES!",
)
OTHER = (
    "", " ", ".", "\0", "please stop", "don't stop", "non-stop", "stopping", "stopover", "STOP" * 500, "stop-gap",
    "cancel order 7", "Cancel my order", "end of the day is fine", "quitting time", "yes, at 5 o'clock",
    "Yes I will come", "I quit",
    "help", "HELP", "info", "ok", "thanks", "starting", "S", "opt in", "opt", "out", "стоп", "ストップ", "1", "👍",
)  # fmt: skip


@pytest.mark.parametrize("text", STOP)
def test_a_reply_stops_messages(text: str) -> None:
    assert meaning(text) == "stop"


@pytest.mark.parametrize("text", START)
def test_a_reply_resumes_messages(text: str) -> None:
    assert meaning(text) == "start"


@pytest.mark.parametrize("text", OTHER)
def test_any_other_reply_changes_nothing(text: str) -> None:
    assert meaning(text) is None
