"""Variants from bodies, and rows of variants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, replace

from sqlalchemy import update

from metaia.core import db, threads
from metaia.core.db.expressions import among
from metaia.core.errors import Invalid
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.products.models import VariantRow
from metaia.products.records import Product, Variant
from metaia.products.variants import queries as variant_queries

ONLY = ("price", "compare_price", "sku")  # parts of a product's only variant, beside its name
MONEY = ("price", "compare_price")
Pair = tuple[Product | None, Product]  # before and after a change
AT_ONCE = 500  # products and variants that are compared before other greenlets run
SENT_AT_ONCE = 100  # variants that one statement writes
TAKEN = "Another variant of the partner has this SKU."


def composed(given: Sequence[Json], before: Sequence[Variant], currency: str) -> tuple[Variant, ...]:
    """Return the variants that a list of a body describes. Raises Invalid."""
    known = {variant.id: variant for variant in before}
    ids = [each["id"] for each in given if "id" in each]
    if len(set(ids)) < len(ids) or not known.keys() >= set(ids):
        raise Invalid(details={"variants": ["An id is given twice, or is of no variant of this product."]})
    found = []
    for position, each in enumerate(given):
        place = f"variants.{position}"
        values = _flat(each, currency, place) | {"position": position}
        if "id" in values:
            found.append(replace(known[values["id"]], **values))
        else:
            found.append(Variant(id=new_id(), **values))
    _require_apart(found)
    return tuple(found)


def changed(before: Sequence[Variant], given: Json, currency: str) -> tuple[Variant, ...]:
    """Return the variants after a change of the only one by parts of the product. Raises Invalid."""
    values = {name: given[name] for name in ONLY if name in given}
    if not values:
        return tuple(before)
    if len(before) > 1:
        raise Invalid(details={name: ["The product has several variants."] for name in values})
    return (replace(before[0], **_minor(values, currency, "")),)


def only(given: Json, currency: str) -> tuple[Variant, ...]:
    """Return the only variant of a new product, from parts of the product. Raises Invalid."""
    values = {name: given[name] for name in (*ONLY, "stock") if name in given}
    return (Variant(id=new_id(), **_minor(values, currency, "")),)


def require_free(partner_id: str, products: Iterable[Product]) -> None:
    """Raise Invalid if two variants of these products, or one and another product of the partner, have one SKU."""
    found = list(products)
    counts = Counter(variant.sku for each in found for variant in each.variants if variant.sku is not None)
    threads.pause()
    owners = variant_queries.sku_owners(partner_id, counts)
    own = {None, *(each.id for each in found)}
    if taken := sorted(sku for sku, n in counts.items() if n > 1 or owners.get(sku) not in own):
        raise Invalid(details={"sku": [f"{TAKEN} ({sku})" for sku in taken]})


def lock(pairs: Iterable[tuple[Product | None, Product]]) -> None:
    """Row-lock the variants that change, in the order of their ids: orders lock them in this order, too."""
    changing = set()
    for before, after in paced_pairs(pairs):
        later = {variant.id: variant for variant in after.variants}
        had = before.variants if before is not None else ()
        changing |= {each.id for each in had if each != later.get(each.id)}
    variant_queries.lock(changing)


def release(pairs: Iterable[tuple[Product | None, Product]]) -> None:
    """Take their SKUs from variants that lose them, at once, so that others can get them in the same change."""
    lost = []
    for before, after in paced_pairs(pairs):
        skus = {variant.id: variant.sku for variant in after.variants}
        had = before.variants if before is not None else ()
        lost += [each.id for each in had if each.sku is not None and skus.get(each.id) != each.sku]
    if lost:
        db.execute(update(VariantRow).where(among(VariantRow.id, lost)).values(sku=None))


def store(before: Product | None, after: Product) -> None:
    """Write the variants of a product with the commit. Those that it has no more are kept as inactive rows."""
    known = {variant.id: variant for variant in before.variants} if before is not None else {}
    for variant in after.variants:
        row = asdict(variant)
        if variant.id not in known:
            keys = {"partner_id": after.partner_id, "product_id": after.id, "active": True}
            db.append(VariantRow, **row, **keys, stock_given=variant.stock)
        elif variant != known[variant.id]:
            del row["stock"]  # orders change it
            db.change(VariantRow, **row)
    for variant_id in known.keys() - {variant.id for variant in after.variants}:
        db.change(VariantRow, id=variant_id, active=False)


def paced(products: Iterable[Product]) -> Iterator[Product]:
    """Yield products; other greenlets run after some hundred variants."""
    return threads.paced(products, AT_ONCE, lambda each: 1 + len(each.variants))


def paced_pairs(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Yield products before and after a change; other greenlets run after some hundred variants."""
    return threads.paced(pairs, AT_ONCE, lambda pair: 1 + len(pair[1].variants))


def in_parts(
    pairs: Sequence[Pair], write: Callable[[Product | None, Product], None], progress: Callable[[float], None]
) -> None:
    """Call `write` with each product before and after a change, and send what it collects, some at a time."""
    rows = 0
    for number, (before, after) in enumerate(pairs, 1):
        write(before, after)
        rows += len(after.variants)
        if rows >= SENT_AT_ONCE:
            db.send_collected()
            threads.pause()
            progress(number / len(pairs))
            rows = 0


def _flat(given: Json, currency: str, place: str) -> Json:
    """Return a variant of a body as columns, with amounts in minor units."""
    values = dict(given)
    sale = values.pop("sale")
    values = _minor(values, currency, f"{place}.")
    if sale is None:
        return values | {"sale_price": None, "sale_from": None, "sale_until": None}
    price = amounts.minor(sale["price"], currency, field=f"{place}.sale.price")
    return values | {"sale_price": price, "sale_from": sale["from_"], "sale_until": sale["until"]}


def _minor(values: Json, currency: str, place: str) -> Json:
    found = dict(values)
    for name in MONEY:
        if found.get(name) is not None:
            field = place + ("comparePrice" if name == "compare_price" else name)
            found[name] = amounts.minor(found[name], currency, field=field)
    return found


def _require_apart(variants: Collection[Variant]) -> None:
    """Raise Invalid unless variants have different names and SKUs."""
    for name, kind in (("name", "Name"), ("sku", "SKU")):
        counts = Counter(getattr(variant, name) for variant in variants)
        twice = [value for value, count in counts.items() if count > 1 and (value or name == "name")]
        if twice:
            raise Invalid(details={"variants": [f"{kind} given twice: {twice[0] or 'none'}."]})
