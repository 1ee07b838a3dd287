"""Large files for imports, and what the imports have done."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from metaia.core import db
from metaia.core.json import Json
from metaia.products.imports import service
from tests.support.people import Person

ROWS = service.AT_ONCE + 100
PATH = "/api/products/imports"


def file(rows: int = ROWS, *, price: str = "1", key: bool = True) -> str:
    head = "sku,name,price\n" if key else "name,price\n"
    return head + "".join(f"S{n},Shirt {n},{price}\n" if key else f"Shirt {n},{price}\n" for n in range(rows))


def post(person: Person, content: str, query: str = "", **headers: str) -> Any:
    headers = {"Content-Type": "text/csv"} | headers
    return person.post(f"/api/products/import{query}", data=content.encode(), headers=headers)


def begun(person: Person, content: str, query: str = "") -> Json:
    answer = post(person, content, query)
    assert answer.status_code == 202, answer.text
    found: Json = answer.json()["data"]["import"]
    return found


def read(person: Person, one: Json) -> Json:
    answer = person.get(f"{PATH}/{one['id']}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()["data"]["import"]
    return found


def due(one: Json) -> None:
    """Let the pause after a try be over."""
    with db.transaction():
        db.execute(text("UPDATE product_imports SET due_at = now() WHERE id = :id"), {"id": one["id"]})


def stored(one: Json) -> Any:
    [row] = db.fetch_all(text("SELECT * FROM product_imports WHERE id = :id"), {"id": one["id"]})
    return row


def products(shop: Person) -> list[tuple[Any, ...]]:
    query = "SELECT sku, price FROM product_variants WHERE partner_id = :id ORDER BY sku"
    return [tuple(row) for row in db.fetch_all(text(query), {"id": shop.id})]


def kinds(shop: Person) -> list[str]:
    found = shop.get("/api/notifications").json()["data"]["notifications"]
    return [each["type"] for each in found]
