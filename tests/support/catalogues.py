"""Shops with a catalogue in tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.products.models import GroupRow, ProductRow, SectionRow, TaxRateRow, VariantRow
from metaia.shops import queries as shop_queries
from metaia.shops.models import PartnerProfileRow
from tests.support.people import Person

IDS = ("product_id", "section_id", "group_id", "tax_rate_id")  # placeholders in paths
PROFILE: Json = {
    "business_name": "Shop", "tags": [], "media_ids": [], "currency": "INR", "time_zone": "UTC", "status": "published",
    "hidden_by_staff": False, "exceptions": [], "last_order_minutes": 0, "preparation_minutes": 15,
    "busy_extra_minutes": 0, "accept_when_busy": True, "minimum_order": 0, "fulfilments": ["delivery", "pickup"],
    "custom_items": False, "delivery_by": "pool", "postal_codes": [], "tiers": [], "courier_call": "ready",
    "proof": {"code": False, "photo": False, "signature": False}, "menu_version": 1, "version": 1, "words": "",
}  # fmt: skip


def open_shop(partner: Person, **values: Any) -> Person:
    """Give a partner a published profile that is always open; return the partner."""
    moment = now()
    row = PROFILE | {"user_id": partner.id, "slug": partner.id, "created_at": moment, "updated_at": moment}
    with db.transaction():
        db.execute(insert(PartnerProfileRow).values(**(row | values)))
    return partner


def add(partner: Person, what: str = "product", **body: Any) -> Json:
    """Add a product, section, modifierGroup or taxRate by the API; return it."""
    paths = {
        "product": "products", "section": "sections", "modifierGroup": "modifier-groups", "taxRate": "tax-rates",
    }  # fmt: skip
    answer = partner.post(f"/api/{paths[what]}", body)
    assert answer.status_code == 201, answer.text
    found: Json = answer.json()["data"][what]
    return found


def changed(partner: Person, path: str, body: Json, *, method: str = "PATCH") -> Json:
    """Change something by the API; return the first value of the answer."""
    answer = partner.call(method, path, body)
    assert answer.status_code == 200, answer.text
    found: Json = next(iter(answer.json()["data"].values()))
    return found


def menu(person: Person, partner: Person, *, etag: str | None = None) -> Any:
    """Return the answer of the menu of a partner."""
    headers = {"If-None-Match": etag} if etag else {}
    return person.get(f"/api/partners/{partner.id}/menu", headers=headers)


def shop_of(person: Person) -> str:
    """Return the id of a user of any role as a partner with a published shop."""
    if shop_queries.get(person.id) is None:
        open_shop(person)
    return person.id


def thing(name: str, owner: Person) -> str:
    """Return the id of a new product, section, modifier group or tax rate of a user of any role, by its placeholder."""
    shop_of(owner)
    thing_id, moment = new_id(), now()
    row: Json = {"id": thing_id, "partner_id": owner.id, "name": "Thing"}
    row |= {"version": 1, "created_at": moment, "updated_at": moment}
    offered: Json = {"available": True, "active": True, "position": 0}
    with db.transaction():
        match name:
            case "section_id":
                db.append(SectionRow, **row, position=0)
            case "tax_rate_id":
                db.append(TaxRateRow, **row, rate_bps=500, included=True, active=True)
            case "group_id":
                text: Json = {
                    "kind": "text",
                    "min": 0,
                    "max": 1,
                    "currency": "INR",
                    "max_length": 9,
                    "price": 0,
                }
                db.append(GroupRow, **row, **text, active=True)
            case _:
                more = {
                    "kind": "item",
                    "currency": "INR",
                    "price": 100,
                    "tags": [],
                    "media_ids": [],
                    "words": "",
                }
                db.append(ProductRow, **row, **offered, **more)
                parts = {"partner_id": owner.id, "product_id": thing_id, "price": 100}
                db.append(VariantRow, id=new_id(), **parts, **offered)
    return thing_id
