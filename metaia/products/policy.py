"""Authorization rules of catalogues, their limits and the errors of their rules. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from metaia.core.access.actor import Actor
from metaia.core.access.permissions import ADMINS, STAFF, Permission
from metaia.core.errors import Forbidden, Invalid, TooMany, declare
from metaia.products.records import CHOICE, Group, Product, lowest_price

CATALOGUE_MANAGE = Permission("catalogue.manage", ADMINS)  # the catalogues of all partners
CATALOGUE_READ = Permission("catalogue.read", STAFF)  # hidden parts of all catalogues
MAX_SECTIONS, MAX_PRODUCTS, MAX_GROUPS, MAX_RATES = 100, 2_000, 200, 50  # of one partner
MAX_KEPT = 10_000  # products of one partner, with those that were deleted
MAX_VARIANTS, MAX_PRODUCT_GROUPS, MAX_PICTURES, MAX_TAGS = 50, 20, 10, 20  # of one product
MAX_OPTIONS = 100  # of one group
LOW_STOCK = 5  # pieces of a variant: of so few, or none, its partner is notified
declare(
    {
        "catalogue_limit": "The catalogue has as many rows of this kind as it can have.",
        "out_of_stock": "There is less in stock; `details` has what is left of each item.",
        "tax_rate_used": "Active products or the delivery fee have this tax rate: give them another one first.",
        "negative_price": "A customer could compose a unit price below 0.",
    }
)


def may_change(actor: Actor, partner_id: str) -> bool:
    """Return whether `actor` may change the catalogue of a partner: its own one, or all as an admin."""
    return (actor.is_partner and actor.id == partner_id) or actor.may(CATALOGUE_MANAGE)


def may_see_all(actor: Actor | None, partner_id: str | None) -> bool:
    """Return whether `actor` sees the hidden parts of the catalogue of a partner, without one of all."""
    if actor is None:
        return False
    return actor.may(CATALOGUE_READ) or (actor.is_partner and actor.id == partner_id)


def require_change(actor: Actor, partner_id: str) -> None:
    """Raise Forbidden unless `actor` may change the catalogue of a partner."""
    if not may_change(actor, partner_id):
        raise Forbidden("This belongs to another partner.")


def partner_of(actor: Actor, partner_id: str | None) -> str:
    """Return the partner of the catalogue to change: the caller, or the one that an admin names.

    Raises Forbidden for other callers, and Invalid for an admin that names none.
    """
    if actor.is_partner and partner_id in {None, actor.id}:
        return actor.id
    if not actor.may(CATALOGUE_MANAGE):
        raise Forbidden("Only partners have a catalogue.")
    if partner_id is None:
        raise Invalid(details={"partnerId": ["Required for admins."]})
    return partner_id


def require_room(count: int, most: int, noun: str) -> None:
    """Raise TooMany (`catalogue_limit`) unless one more row is possible."""
    if count >= most:
        raise TooMany(f"A partner has at most {most:,} {noun}.", code="catalogue_limit")


def require_choices(products: Iterable[Product], groups: Mapping[str, Group]) -> None:
    """Raise Invalid if an active product needs more of a group than its options allow: it could not be ordered."""
    for product in products:
        for use in product.groups if product.active else ():
            group = groups.get(use.group_id)
            if group is not None and group.kind == CHOICE and use.min > group.most_choices:
                message = f"{product.name!r} needs {use.min} of {group.name!r}, which has fewer choices."
                raise Invalid(message, details={"productId": [product.id]})


def require_prices(products: Iterable[Product], groups: Mapping[str, Group]) -> None:
    """Raise Invalid (`negative_price`) if a customer could compose a unit price below 0."""
    for product in products:
        if lowest_price(product, groups) < 0:
            message = f"With the cheapest choices, {product.name!r} would cost less than 0."
            raise Invalid(message, code="negative_price", details={"productId": [product.id]})
