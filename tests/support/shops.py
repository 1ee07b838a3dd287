"""Shops in tests: a partner creates its profile over HTTP."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.geo import Point
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.shops import service as shop_service
from metaia.shops.queries import Shop
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


def insert_shops(app: Flask, places: list[Point], **values: Any) -> dict[str, Point]:
    """Insert published shops at places; return the places by the ids of the shops."""
    moment, found = now(), {}
    users = "INSERT INTO users (id, email, password_hash, name, role, active, created_at) VALUES "
    users += "(:id, :email, '!', 'Shop', 'vendor', true, now())"
    with app.app_context(), db.transaction():
        for place in places:
            id_ = new_id()
            db.execute(text(users), {"id": id_, "email": f"{id_}@test.example"})
            shop = Shop(
                id_, f"s-{id_[-12:]}", f"Shop {id_[-6:]}", "EUR", "UTC", "published", moment, moment,
                lat=place.lat, lng=place.lng, **values,
            )  # fmt: skip
            shop_service.insert_row(shop)
            db.execute(text("INSERT INTO follower_totals (partner_id) VALUES (:id)"), {"id": id_})
            db.execute(
                text("INSERT INTO rating_totals (subject_type, subject_id) VALUES ('partner', :id)"),
                {"id": id_},
            )
            found[id_] = place
    return found


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
