"""Waiting for an answer, and how long it took, for each kind of conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from metaia.chat.messages import policy

BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
PAIR = {"ann": "customer", "bob": "tailor"}
DEAL = PAIR | {"cem": "delivery", "sue": "support"}
JOINED = {"aaron": "support"} | PAIR | {"sue": "support"}  # staff that joined the pair
STAFF = {"abe": "admin", "bob": "tailor"}
KEYS = {"ann": "ann bob", "abe": "abe bob"}  # of direct conversations, by who writes first


@dataclass
class Talk:
    kind: str
    owner_id: str | None = None
    assignee_id: str | None = None
    direct_key: str | None = None
    waiting_for: str | None = None
    waiting_since: datetime | None = None


# kind, people, senders, one each minute → the user that has to answer then, and the seconds of the last message
STORIES = [
    ("direct", PAIR, ["ann"], "bob", None),
    ("direct", PAIR, ["ann", "ann"], "bob", None),
    ("direct", PAIR, ["ann", "ann", "bob"], "ann", 120),
    ("direct", PAIR, ["ann", "bob", "ann"], "bob", 60),
    ("direct", JOINED, ["ann", "sue"], "bob", None),
    ("direct", JOINED, ["ann", "sue", "bob"], "ann", 120),
    ("direct", STAFF, ["abe"], "bob", None),
    ("direct", STAFF, ["abe", "bob"], "abe", 60),
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
    talk.direct_key = KEYS[senders[0]] if kind == "direct" else None
    for minute, sender in enumerate(senders):
        found = policy.after_message(talk, sender, people, BEGAN + timedelta(minutes=minute))
        talk.waiting_for, talk.waiting_since, last = found
    assert (talk.waiting_for, last) == (waiting_for, seconds)


def test_an_assignee_has_to_answer():
    talk = Talk("support", owner_id="ann", assignee_id="sue")
    assert policy.after_message(talk, "ann", DEAL, BEGAN).waiting_for == "sue"


def test_a_new_assignee_has_to_answer_what_was_asked_before():
    talk = Talk("support", owner_id="ann", assignee_id="sue")
    talk.waiting_for, talk.waiting_since, _ = policy.after_message(talk, "ann", DEAL, BEGAN)
    assert policy.after_assigning(talk, "tim") == "tim"
    talk.assignee_id = "tim"
    later = policy.after_message(talk, "ann", DEAL, BEGAN + timedelta(minutes=1))
    assert later == ("tim", BEGAN, None), "also if the former one was still stored"


@pytest.mark.parametrize(
    ("kind", "waiting_for", "waiting_since"),
    [("support", None, None), ("support", "ann", BEGAN), ("deal", "bob", BEGAN)],
)
def test_an_assignee_does_not_answer_for_others(kind, waiting_for, waiting_since):
    talk = Talk(kind, "ann" if kind == "support" else None)
    talk.waiting_for, talk.waiting_since = waiting_for, waiting_since
    assert policy.after_assigning(talk, "tim") == waiting_for
