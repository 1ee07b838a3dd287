"""Changes of products."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import delete as delete_rows

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.db.expressions import among
from metaia.core.errors import Forbidden, Invalid, NotFound, Unauthenticated
from metaia.core.json import Json
from metaia.core.times import now
from metaia.products import policy, publish, queries
from metaia.products.models import GroupRow, ProductGroupRow, ProductRow, SectionRow, TaxRateRow
from metaia.products.pictures import service as pictures
from metaia.products.records import CHOICE, Group, Product, ProductGroup
from metaia.products.search import queries as search_queries
from metaia.products.showing import service as showing
from metaia.products.variants import service as variant_service
from metaia.shops import queries as shop_queries

Pair = variant_service.Pair
PLAIN = (
    "name", "description", "section_id", "tax_rate_id", "kind", "tags", "available", "sold_out_until", "active",
    "position",
)  # fmt: skip


def read(actor: Actor | None, product_id: str) -> Product:
    """Return a product that `actor` may see. Raises NotFound, also for hidden ones of others."""
    found = queries.get(product_id)
    whole = found is not None and policy.may_see_all(actor, found.partner_id)
    if found is None or not (whole or (found.active and is_published(found.partner_id))):
        raise NotFound("There is no such product.")
    return found


def page(actor: Actor | None, *, whole: bool, filters: Json, **part: Any) -> tuple[list[Product], str | None]:
    """Return one page of products. Raises Forbidden for hidden ones of others."""
    if not filters["active"] and not whole:
        raise (Unauthenticated if actor is None else Forbidden)(
            "Only a partner and staff list hidden products."
        )
    return search_queries.page(whole=whole, filters=filters, **part)


def change(actor: Actor, product_id: str, changes: Json, version: versions.Expected) -> Product:
    """Change a product. Raises NotFound, Forbidden, Conflict (`stale_version`), Invalid and TooMany."""
    with db.transaction():
        before = to_change(actor, product_id, version)
        media_ids = changes.pop("media_ids", None)
        after = composed(before, changes)
        if after.active and not before.active:
            require_room(before.partner_id, 1)
        if media_ids is not None:
            after = replace(after, media_ids=pictures.attach(actor, after.id, media_ids))
        return before if after == before else stored(actor, "change", [(before, after)])[0]


def delete(actor: Actor, product_id: str, version: versions.Expected) -> Product:
    """Hide a product; orders keep their copies. Raises what `change` raises."""
    return change(actor, product_id, {"active": False}, version)


def to_change(actor: Actor, product_id: str, version: versions.Expected) -> Product:
    """Return a product of which the partner's catalogue is row-locked. Raises what `change` raises."""
    found = queries.get(product_id)
    if found is None:
        raise NotFound("There is no such product.")
    policy.require_change(actor, found.partner_id)
    publish.lock(found.partner_id)
    [current] = queries.by_ids([product_id])  # as it is now that nothing else changes it
    versions.require(version, current.version, "product", lambda: showing.conflict(current))
    return current


def require_room(partner_id: str, more: int, new: int = 0) -> None:
    """Raise TooMany (`catalogue_limit`) unless a partner may have `more` active products, and `new` ones at all."""
    kept = queries.count(ProductRow, partner_id) if new else 0
    policy.require_room(kept + new - 1, policy.MAX_KEPT, "products, with the deleted ones")
    active = queries.count(ProductRow, partner_id, ProductRow.active) if more else 0
    policy.require_room(active + more - 1, policy.MAX_PRODUCTS, "active products")


def composed(before: Product, given: Json) -> Product:
    """Return a product with changes of a body. Raises Invalid."""
    after = replace(before, **{name: given[name] for name in PLAIN if name in given})
    if "variants" in given:
        variants = variant_service.composed(given["variants"], before.variants, before.currency)
        after = replace(after, variants=variants)
    elif before.variants:
        after = replace(after, variants=variant_service.changed(before.variants, given, before.currency))
    if "modifier_groups" in given:
        after = replace(after, groups=_uses(before.partner_id, given["modifier_groups"]))
    return after


def stored(
    actor: Actor, action: str, pairs: Sequence[Pair], progress: Callable[[float], None] = lambda _: None
) -> list[Product]:
    """Write new and changed products of one partner, and publish them; return them as they are now.

    The partner's catalogue is row-locked. Raises Invalid for what the rows of a catalogue must not be together.
    """
    partner_id = pairs[0][1].partner_id
    moment = now()
    written = [
        (before, after if before is None else replace(after, version=before.version + 1, updated_at=moment))
        for before, after in variant_service.paced_pairs(pairs)
    ]
    products = [after for _, after in written]
    groups = require_consistent(partner_id, products)
    variant_service.lock(written)
    variant_service.release(written)
    _clear_groups([after.id for before, after in written if before and before.groups != after.groups])
    variant_service.in_parts(written, lambda before, after: _store(before, after, groups), progress)
    publish.changed(actor, partner_id, action, [product.id for product in products])
    return products


def is_published(partner_id: str) -> bool:
    """Return whether anybody may read the sections, groups, tax rates and active products of a partner."""
    shop = shop_queries.get(partner_id)
    return shop is not None and shop.published


def _store(before: Product | None, after: Product, groups: Mapping[str, Group]) -> None:
    row = {each.name: getattr(after, each.name) for each in fields(Product)}
    del row["variants"], row["groups"]
    row["price"] = min(variant.price for variant in after.variants)
    row["words"] = queries.searchable(after)
    (db.append if before is None else db.change)(ProductRow, **row)
    variant_service.store(before, after)
    if before is None or before.groups != after.groups:
        for position, use in enumerate(after.groups):
            own = (use.min, use.max) != (groups[use.group_id].min, groups[use.group_id].max)
            db.append(
                ProductGroupRow,
                product_id=after.id,
                group_id=use.group_id,
                partner_id=after.partner_id,
                min=use.min if own else None,  # else those of the group count, also later
                max=use.max if own else None,
                position=position,
            )


def _clear_groups(product_ids: Collection[str]) -> None:
    if product_ids:
        db.execute(delete_rows(ProductGroupRow).where(among(ProductGroupRow.product_id, product_ids)))


def require_consistent(partner_id: str, products: Sequence[Product]) -> Mapping[str, Group]:
    """Return the groups of products. Raises Invalid for foreign parts, taken SKUs, lacking choices, prices below 0."""
    for name, table in (("section_id", SectionRow), ("tax_rate_id", TaxRateRow)):
        wanted = {getattr(each, name) for each in products} - {None}
        if queries.count(table, partner_id, among(table.id, wanted)) < len(wanted):
            field = "sectionId" if name == "section_id" else "taxRateId"
            raise Invalid(details={field: ["Not of this partner."]})
    rates = {each.tax_rate_id for each in products if each.active} - {None}
    in_use = among(TaxRateRow.id, rates) & TaxRateRow.active
    if rates and queries.count(TaxRateRow, partner_id, in_use) < len(rates):
        raise Invalid(details={"taxRateId": ["This tax rate was deleted."]})
    variant_service.require_free(partner_id, products)
    groups = _groups(partner_id, products)
    policy.require_choices(variant_service.paced(products), groups)
    policy.require_prices(variant_service.paced(products), groups)
    return groups


def _groups(partner_id: str, products: Sequence[Product]) -> Mapping[str, Group]:
    ids = {use.group_id for product in products for use in product.groups}
    if not ids:
        return {}
    return queries.by_id(queries.groups_where(among(GroupRow.id, ids), GroupRow.partner_id == partner_id))


def _uses(partner_id: str, given: Sequence[Json]) -> tuple[ProductGroup, ...]:
    """Return the modifier groups of a body. Raises Invalid for foreign ones, and limits that no choice meets."""
    ids = [each["group_id"] for each in given]
    chosen = (among(GroupRow.id, ids), GroupRow.partner_id == partner_id, GroupRow.active)
    groups = queries.by_id(queries.groups_where(*chosen)) if ids else {}
    if len(set(ids)) < len(ids) or len(groups) < len(ids):
        raise Invalid(details={"modifierGroups": ["A group is given twice, or is not of this partner."]})
    return tuple(_use(groups[each["group_id"]], each) for each in given)


def _use(group: Group, given: Json) -> ProductGroup:
    fewest = group.min if given["min"] is None else given["min"]
    most = group.max if given["max"] is None else given["max"]
    if most > 1 and group.kind != CHOICE:
        raise Invalid(details={"modifierGroups": [f"{group.name}: one text or measurement at most."]})
    if group.kind == CHOICE and fewest > group.most_choices:
        raise Invalid(details={"modifierGroups": [f"{group.name}: there are fewer choices than `min`."]})
    return ProductGroup(group.id, fewest, most)
