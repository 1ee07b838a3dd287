"""Stock: what the partner counts, what orders take and give back; and what is available at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import update

from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Invalid, NotFound, Problem
from metaia.core.json import Json
from metaia.core.times import now
from metaia.products import policy, publish, queries
from metaia.products import service as product_service
from metaia.products.groups import queries as group_queries
from metaia.products.models import GroupRow, OptionRow, VariantRow
from metaia.products.records import Product, Variant
from metaia.products.stock import publish as stock_publish
from metaia.products.stock import queries as stock_queries
from metaia.products.stock.models import StockMoveRow
from metaia.products.stock.queries import RETURNED, SOLD
from metaia.products.variants.schemas import MAX_STOCK
from metaia.shops import queries as shop_queries

NO_STOCK = "MA020"  # of the trigger


def set_stock(actor: Actor, product_id: str, given: Json) -> Product:
    """Set or move the stock of a variant. Raises NotFound, Forbidden, Conflict and Invalid."""
    with db.transaction():
        product = product_service.to_change(actor, product_id, None)
        variant_id = _variant(product, given["variant_id"])
        before = stock_queries.row_locked(variant_id)
        after = _moved(before, given)
        if after != before:
            total = None if after is None else after + stock_queries.taken(variant_id)
            row = update(VariantRow).where(VariantRow.id == variant_id)
            db.execute(row.values(stock=after, stock_given=total))
            publish.changed(actor, product.partner_id, "stock", [product_id], reason=given["reason"])
        variants = tuple(
            replace(each, stock=after) if each.id == variant_id else each for each in product.variants
        )
        return replace(product, variants=variants)


def set_availability(actor: Actor, product_id: str, given: Json) -> Product:
    """Change whether a product, a variant or an option is available. Raises NotFound, Forbidden and Conflict."""
    values: Json = {name: given[name] for name in ("available", "sold_out_until") if name in given}
    if values.get("available"):
        values["sold_out_until"] = None
    with db.transaction():
        before = product_service.to_change(actor, product_id, None)
        if given["option_id"] is not None:
            _set_option(actor, before, given["option_id"], values)
            return before
        if given["variant_id"] is None:
            after = replace(before, **values)
        else:
            chosen = _variant(before, given["variant_id"])
            variants = (replace(each, **values) if each.id == chosen else each for each in before.variants)
            after = replace(before, variants=tuple(variants))
        return before if after == before else product_service.stored(actor, "available", [(before, after)])[0]


def sold(order_id: str, partner_id: str, lines: Sequence[tuple[Variant, int]]) -> None:
    """Take the quantities of an order from the stock, with the commit of the running transaction.

    A trigger refuses the commit with MA020 if there is less. Variants without a stock are not counted.
    """
    quantities: dict[str, int] = defaultdict(int)
    for variant, quantity in lines:
        quantities[variant.id] += quantity
    _append(order_id, SOLD, quantities)
    stocks = {variant.id: variant.stock for variant, _ in lines}
    left = {each: stock - quantities[each] for each, stock in stocks.items() if stock is not None}
    if any(rest <= 0 for rest in left.values()):
        _announce(partner_id)
    stock_publish.low(
        partner_id, {each: rest for each, rest in left.items() if 0 <= rest <= policy.LOW_STOCK}
    )


def returned(order_id: str, partner_id: str) -> None:
    """Give back what an order holds, with the commit of the running transaction; at most once."""
    moves = stock_queries.held(order_id)
    _append(order_id, RETURNED, {move.variant_id: move.quantity for move in moves})
    if any(move.counted for move in moves):
        _announce(partner_id)


def refused(detail: str) -> Problem:
    """Return the problem for what the trigger refuses: `detail` is the variant's id and its stock."""
    variant_id, _, left = detail.partition(" ")
    details = {"items": [{"variantId": variant_id, "available": int(left or 0)}]}
    return Conflict("There is less in stock.", code="out_of_stock", details=details)


def _append(order_id: str, kind: str, quantities: dict[str, int]) -> None:
    moment = now()
    for variant_id in sorted(quantities):  # the trigger locks in this order
        move = {"order_id": order_id, "variant_id": variant_id, "kind": kind}
        db.append(StockMoveRow, **move, quantity=quantities[variant_id], counted=False, at=moment)


def _announce(partner_id: str) -> None:
    """Publish that something may be sold out, or in stock again: its menu has the same version."""
    shop = shop_queries.get(partner_id)
    if shop is not None:
        publish.announce(partner_id, shop.menu_version, [])


def _variant(product: Product, variant_id: str | None) -> str:
    if variant_id is None and len(product.variants) > 1:
        raise Invalid(details={"variantId": ["Required: the product has several variants."]})
    found = [each.id for each in product.variants if variant_id in {None, each.id}]
    if not found:
        raise NotFound("The product has no such variant.")
    return found[0]


def _moved(stock: int | None, given: Json) -> int | None:
    if "stock" in given:
        after: int | None = given["stock"]
        return after
    if stock is None:
        raise Invalid(details={"delta": ["The stock is not counted: set it first."]})
    moved = stock + int(given["delta"])
    if not 0 <= moved <= MAX_STOCK:
        raise Invalid(details={"delta": [f"There are {stock}."]})
    return moved


def _set_option(actor: Actor, product: Product, option_id: str, values: Json) -> None:
    groups = queries.groups_by_ids([use.group_id for use in product.groups])
    found = [group for group in groups if any(option.id == option_id for option in group.options)]
    if not found:
        raise NotFound("The product has no such option.")
    db.execute(update(OptionRow).where(OptionRow.id == option_id).values(**values))
    changed = {"version": found[0].version + 1, "updated_at": now()}
    db.execute(update(GroupRow).where(GroupRow.id == found[0].id).values(**changed))
    users = group_queries.products_with_group(found[0].id)
    publish.changed(actor, product.partner_id, "available", [user.id for user in users])
