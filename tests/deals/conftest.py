"""The people of deals, and reading timelines to their end."""

from __future__ import annotations

from typing import Any

import pytest

from metaia.core.json import Json
from tests.orders.conftest import Cast
from tests.support.people import Person, World


@pytest.fixture
def cast(world: World) -> Cast:
    """Give the people of an order, and strangers."""
    return Cast(world)


def deal_of(person: Person, deal_id: str) -> Json:
    """Return a deal as a person sees it."""
    answer = person.get(f"/api/deals/{deal_id}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["deal"]
    return found


def page(person: Person, deal_id: str, **query: Any) -> Json:
    """Return one page of a timeline."""
    answer = person.get(f"/api/deals/{deal_id}/timeline", params=query)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def timeline(person: Person, deal_id: str, *, limit: int = 50, **query: Any) -> list[Json]:
    """Return all entries of a timeline, read forwards in pages."""
    found: list[Json] = []
    more = page(person, deal_id, after=_beginning(person, deal_id), limit=limit, **query)
    while True:
        found += more["data"]["entries"]
        if not more["meta"]["hasAfter"]:
            return found
        more = page(person, deal_id, after=more["meta"]["lastCursor"], limit=limit, **query)


def said(entries: list[Json]) -> list[str]:
    """Return `kind action` of each entry."""
    return [f"{entry['kind']} {entry['action']}" for entry in entries]


def begin(person: Person, **about: str) -> str:
    """Begin the conversation of a deal, or find it, and return its id."""
    answer = person.post("/api/chat/conversations", about)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["data"]["conversation"]["id"])


def _beginning(person: Person, deal_id: str) -> str:
    """Return the cursor before all events."""
    first = page(person, deal_id, limit=1)["meta"]["lastCursor"]
    return f"{first.partition('.')[0]}.0" if first else ""
