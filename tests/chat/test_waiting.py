"""Waiting for an answer, and how long it took, for each kind of conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from metaia.chat.messages import policy

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
PAIR = {"ann": "customer", "bob": "tailor"}
DEAL = PAIR | {"cem": "delivery", "sue": "support"}


@dataclass
class Talk:
    kind: str
    owner_id: str | None = None
    assignee_id: str | None = None
    waiting_for: str | None = None
    waiting_since: datetime | None = None


# kind, people, senders, one each minute → the user that has to answer then, and the seconds of the last message
STORIES = [
    ("direct", PAIR, ["ann"], "bob", None),
    ("direct", PAIR, ["ann", "ann"], "bob", None),
    ("direct", PAIR, ["ann", "ann", "bob"], "ann", 120),
    ("direct", PAIR, ["ann", "bob", "ann"], "bob", 60),
    ("deal", DEAL, ["bob", "cem", "sue"], "ann", None),
    ("deal", DEAL, ["cem", "bob", "cem", "ann"], "bob", 120),
    ("group", None, ["ann", "bob"], None, None),
    ("support", {"ann": "customer", "sue": "support"}, ["ann"], None, None),
    ("support", {"ann": "customer", "sue": "support"}, ["ann", "ann", "sue"], "ann", 120),
    ("support", {"ann": "customer", "sue": "support"}, ["ann", "sue", "sue"], "ann", None),
    ("support", {"ann": "customer", "sue": "support"}, ["ann", "sue", "ann"], None, 60),
]


@pytest.mark.parametrize(("kind", "people", "senders", "waiting_for", "seconds"), STORIES)
def test_the_other_side_has_to_answer(kind, people, senders, waiting_for, seconds):
    talk, last = Talk(kind, "ann" if kind == "support" else None), None
    for minute, sender in enumerate(senders):
        found = policy.after_message(talk, sender, people, BEGAN + timedelta(minutes=minute))
        talk.waiting_for, talk.waiting_since, last = found
    assert (talk.waiting_for, last) == (waiting_for, seconds)


def test_an_assignee_has_to_answer():
    talk = Talk("support", owner_id="ann", assignee_id="sue")
    assert policy.after_message(talk, "ann", DEAL, BEGAN).waiting_for == "sue"
