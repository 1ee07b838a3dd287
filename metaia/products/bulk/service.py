"""Changes of many products at once: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.db.expressions import among
from metaia.core.errors import Invalid
from metaia.core.http.fields import camel
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.text import amounts
from metaia.core.times import rfc3339
from metaia.products import policy, publish, queries
from metaia.products import service as product_service
from metaia.products.bulk.schemas import MAX_IDS, UNCHANGED, UNKNOWN
from metaia.products.models import ProductRow
from metaia.products.records import Product, Variant
from metaia.products.variants.schemas import MOST


def change(actor: Actor, given: Json) -> Json:
    """Change many products, or only state what would change. Raises what changes of products raise."""
    partner_id = policy.partner_of(actor, given["partner_id"])
    with db.transaction():
        shop = publish.lock(partner_id)
        found = _chosen(partner_id, given)
        pairs = [(before, _changed(before, given, shop.currency)) for before in found]
        changed = [(before, after) for before, after in pairs if after != before]
        more = sum(after.active and not before.active for before, after in changed)
        if more:
            product_service.require_room(partner_id, more)
        if changed and given["dry_run"]:
            product_service.require_consistent(partner_id, [after for _, after in changed])
        elif changed:
            product_service.stored(actor, "bulk", changed)
    known = {product.id for product in found}
    unknown = [{"id": each, "reason": UNKNOWN} for each in given.get("ids", ()) if each not in known]
    same = [{"id": before.id, "reason": UNCHANGED} for before, after in pairs if after == before]
    return {
        "changed": [each for before, after in changed for each in _differences(before, after)],
        "skipped": [*unknown, *same],
    }


def _chosen(partner_id: str, given: Json) -> list[Product]:
    own = ProductRow.partner_id == partner_id
    if "ids" in given:
        return queries.products(own, among(ProductRow.id, given["ids"]))
    which = given["filter"]
    conditions = [own, ProductRow.active.is_(which["active"])]
    if "section_id" in which:
        conditions.append(ProductRow.section_id == which["section_id"])
    if "tag" in which:
        conditions.append(ProductRow.tags.contains([which["tag"]]))
    found = queries.products(*conditions)
    if len(found) > MAX_IDS:
        raise Invalid(details={"filter": [f"{len(found):,} products: at most {MAX_IDS} at once."]})
    return found


def _changed(before: Product, given: Json, currency: str) -> Product:
    after = replace(before, **given.get("set", {}))
    if "price" not in given:
        return after
    variants = (_repriced(variant, given["price"], currency) for variant in after.variants)
    return replace(after, variants=tuple(variants))


def _repriced(variant: Variant, given: Json, currency: str) -> Variant:
    """Return a variant with a price changed by a share or an amount, rounded half up. Raises Invalid."""
    if "percent" in given:
        exact = variant.price * (100 + Decimal(given["percent"])) / 100
    else:
        exact = Decimal(variant.price + amounts.minor(given["amount"], currency, field="price.amount"))
    step = amounts.minor(given["round_to"], currency, field="price.roundTo") if "round_to" in given else 1
    price = int((exact / step).to_integral_value(ROUND_HALF_UP)) * step
    if not 0 <= price <= amounts.minor(Decimal(MOST), currency):
        raise Invalid(details={"price": ["A price would be below 0, or too large."]})
    return replace(variant, price=price)


def _differences(before: Product, after: Product) -> Iterator[Json]:
    for name in ("section_id", "tax_rate_id", "tags", "available", "sold_out_until", "active"):
        values = [_shown(name, getattr(each, name)) for each in (before, after)]
        if values[0] != values[1]:
            yield _difference(after.id, None, camel(name), *values)
    for old, new in zip(before.variants, after.variants, strict=True):
        if old.price != new.price:
            prices = (to_major(each.price, after.currency) for each in (old, new))
            yield _difference(after.id, new.id, "price", *prices)


def _difference(product_id: str, variant_id: str | None, field: str, before: Any, after: Any) -> Json:
    return {"id": product_id, "variantId": variant_id, "field": field, "before": before, "after": after}


def _shown(name: str, value: Any) -> Any:
    return rfc3339(value) if name == "sold_out_until" else value
