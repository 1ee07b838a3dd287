"""Shops with a catalogue in tests."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.products.models import GroupRow, ProductRow, SectionRow, TaxRateRow, VariantRow
from metaia.shops import queries as shop_queries
from metaia.shops import service as shop_service
from metaia.shops.models import PartnerProfileRow
from metaia.shops.queries import Shop
from tests.support.people import Person

IDS = ("product_id", "section_id", "group_id", "tax_rate_id")  # placeholders in paths


def open_shop(partner: Person, *, status: str = "published", **profile: Any) -> Person:
    """Give a partner a profile that is always open, in INR, with other fields of `Shop`; return the partner."""
    moment = now()
    with db.transaction():
        shop_service.insert_row(
            Shop(partner.id, new_id()[-12:], "Shop", "INR", "UTC", status, moment, moment, **profile)
        )
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
    with db.transaction():
        row = update(PartnerProfileRow).where(PartnerProfileRow.user_id == person.id)
        db.execute(row.values(status="published"))
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
