"""Lines of a cart from the catalogue: products, variants and modifiers with their prices. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from metaia.products.pricing.cart import Cart, Conditions, Wanted
from metaia.products.pricing.modifiers import modifiers
from metaia.products.pricing.result import Line, Refusal
from metaia.products.records import Catalogue, Product, Variant, is_offered


@dataclass(slots=True)
class Lines:
    """The lines of a cart, and why some cannot be ordered."""

    lines: list[Line] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def lines(cart: Cart, catalogue: Catalogue, conditions: Conditions, now: datetime) -> Lines:
    """Return a line for each item of which the product is there, and a refusal for each reason not to order it."""
    found, wanted_of = Lines(), Counter[str]()
    for wanted in cart.items:
        if wanted.product_id is None:
            found.lines.append(_free(wanted))
            continue
        product = catalogue.products.get(wanted.product_id)
        variant = _variant(product, wanted) if product else None
        if product is None or variant is None or not product.active:
            found.refusals.append(_unavailable(wanted.path, "The shop does not have this any more."))
            continue
        found.refusals += _refusals(cart, wanted, product, variant, conditions, now)
        line, refusals = _line(wanted, product, variant, catalogue, now)
        found.lines.append(line)
        found.refusals += refusals
        wanted_of[variant.id] += wanted.quantity
        found.refusals += _of_stock(wanted, variant, wanted_of[variant.id])
    return found


def _variant(product: Product, wanted: Wanted) -> Variant | None:
    """Return the variant that is asked for; the first one without an id."""
    if wanted.variant_id is None:
        return product.variants[0] if product.variants else None
    return next((each for each in product.variants if each.id == wanted.variant_id), None)


def _refusals(
    cart: Cart, wanted: Wanted, product: Product, variant: Variant, conditions: Conditions, now: datetime
) -> Iterator[Refusal]:
    if product.partner_id != cart.partner_id:
        yield _unavailable(wanted.path, "Another shop offers this.")
    elif product.currency != cart.currency:
        yield Refusal(
            code="currency_mismatch", path=wanted.path, message=f"Its price is in {product.currency}."
        )
    elif not is_offered(product, now):
        yield _unavailable(wanted.path, "This is sold out.", product.sold_out_until)
    elif not is_offered(variant, now):
        yield _unavailable(wanted.path, "This is sold out.", variant.sold_out_until)
    elif product.section_id is not None and product.section_id in conditions.unserved:
        again = conditions.unserved[product.section_id]
        more = {"from": again} if again else {}
        yield Refusal(
            code="not_served_now", path=wanted.path, message="The shop does not serve this now.", more=more
        )


def _of_stock(wanted: Wanted, variant: Variant, taken: int) -> Iterator[Refusal]:
    """Yield a refusal if the lines up to this one take more of a variant than there is."""
    if variant.stock is not None and taken > variant.stock:
        left = max(0, variant.stock - (taken - wanted.quantity))
        yield Refusal(
            code="out_of_stock",
            path=wanted.path,
            message="There are not enough of it.",
            more={"available": left},
        )


def _line(
    wanted: Wanted, product: Product, variant: Variant, catalogue: Catalogue, now: datetime
) -> tuple[Line, list[Refusal]]:
    chosen, refusals = modifiers(wanted, product, catalogue.groups, now)
    base = variant.price_at(now)
    on_sale = base != variant.price
    unit = base + sum(each.price * each.quantity for each in chosen)
    if unit < 0:
        refusals.append(_unavailable(wanted.path, "Its price would be below zero."))
    known = product.tax_rate_id if product.tax_rate_id in catalogue.tax_rates else None
    line = Line(
        path=wanted.path,
        name=product.name,
        quantity=wanted.quantity,
        unit=max(0, unit),
        base=base,
        product_id=product.id,
        variant_id=variant.id,
        variant_name=variant.name,
        list_price=variant.price if on_sale else None,
        sale_until=variant.sale_until if on_sale else None,
        modifiers=tuple(chosen),
        notes=wanted.notes,
        media_ids=wanted.media_ids,
        tax_rate_id=known,
    )
    return line, refusals


def _free(wanted: Wanted) -> Line:
    """Return the line of an item in free text: its price is as given."""
    return Line(
        path=wanted.path,
        name=wanted.name,
        quantity=wanted.quantity,
        unit=wanted.price,
        base=wanted.price,
        notes=wanted.notes,
        media_ids=wanted.media_ids,
    )


def _unavailable(path: str, message: str, until: datetime | None = None) -> Refusal:
    return Refusal(
        code="product_unavailable", path=path, message=message, more={"until": until} if until else {}
    )
