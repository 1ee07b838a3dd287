"""Shops in tests: a partner creates its profile over HTTP."""

from __future__ import annotations

from typing import Any

from metaia.core.json import Json
from tests.support.people import Person

PARIS = {"lat": 48.8566, "lng": 2.3522}
ME = "/api/partners/me"


def open_shop(
    partner: Person, *, delivery: Json | None = None, hours: Json | None = None, **profile: Any
) -> Json:
    """Create and publish the profile of a partner; return it as its partner sees it."""
    given = {"businessName": f"Atelier {partner.id[-6:]}", "location": PARIS} | profile
    found = own(partner.put(ME, given))
    if delivery is not None:
        found = own(partner.put(f"{ME}/delivery", delivery))
    if hours is not None:
        found = own(partner.put(f"{ME}/hours", hours))
    return own(partner.post(f"{ME}/submit", {})) if found["status"] == "draft" else found


def own(answer: Any) -> Json:
    """Return the profile in an answer, which must be a success."""
    assert answer.ok, answer.text
    found: Json = answer.json()["data"]["partner"]
    return found


def listed(person: Any, **query: Any) -> list[Json]:
    """Return all partners that the directory lists for a question, page by page."""
    found: list[Json] = []
    page: Json = {"limit": 50} | query
    while True:
        answer = person.call("GET", "/api/partners", params=page)
        assert answer.ok, answer.text
        body = answer.json()
        found += body["data"]["partners"]
        if body["meta"]["nextCursor"] is None:
            return found
        page = page | {"cursor": body["meta"]["nextCursor"]}
