"""The result of a replay: JSON that is collected call by call. Pure, so that it can be stored and continued."""

from __future__ import annotations

import re

from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.ledger.queries import Booked
from metaia.webhooks.effects.service import Digest

NEW = "new"
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
State = dict[str, Json]  # the fields of each subject


def empty() -> Json:
    """Return the result of a replay that has done nothing yet."""
    return {"calls": 0, "newFacts": 0, "changes": [], "postings": [], "wouldTell": [], "failed": []}


def add(result: Json, done: Digest) -> None:
    """Add what one call did."""
    result["postings"] += [_posting(each) for each in done.postings]
    result["wouldTell"] += [_told("event", each, each["rooms"]) for each in done.events]
    to = [(each, [f"user-{each['userId']}"]) for each in done.notifications]
    result["wouldTell"] += [_told("notification", each, rooms) for each, rooms in to]


def merged(first: Json, second: Json) -> Json:
    """Return the result of two parts of a replay, one after the other."""
    return {name: first[name] + second[name] for name in first}


def changes(before: State, after: State) -> list[Json]:
    """Return each field that differs; a subject that is new has nothing before."""
    return [
        {"subject": subject, "field": field, "before": before.get(subject, {}).get(field), "after": value}
        for subject, fields in sorted(after.items())
        for field, value in fields.items()
        if before.get(subject, {}).get(field) != value
    ]


def without_new_ids(result: Json, first: str) -> Json:
    """Return a result with NEW in place of ids made after `first`: those exist only in a dry run."""

    def replaced(value: object) -> object:
        if isinstance(value, str):
            return _ID.sub(lambda found: NEW if found[0] > first else found[0], value)
        if isinstance(value, list):
            return [replaced(each) for each in value]
        return {key: replaced(each) for key, each in value.items()} if isinstance(value, dict) else value

    return {name: replaced(value) for name, value in result.items()}


def _posting(posting: Booked) -> Json:
    lines = [
        {"kind": each.kind, "owner": each.owner, "currency": each.currency}
        | {"amount": to_major(each.amount, each.currency)}
        for each in posting.entries
    ]
    return {"key": posting.key, "kind": posting.kind, "subject": posting.subject, "lines": lines}


def _told(channel: str, what: Json, to: list[str]) -> Json:
    return {"channel": channel, "type": what["type"], "subject": what["subject"], "to": to}
