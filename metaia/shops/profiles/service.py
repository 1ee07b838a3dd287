"""Changes of profiles by their partners."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.errors import Conflict, Invalid, NotFound, declare
from metaia.core.http.fields import camel
from metaia.core.http.parts import slugs
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.core.times import now
from metaia.shops import policy, queries
from metaia.shops import service as shop_service
from metaia.shops.models import FollowerTotalRow, RatingTotalRow
from metaia.shops.pictures import service as pictures
from metaia.shops.queries import Shop
from metaia.shops.state import DRAFT
from metaia.users import queries as user_queries

declare({"unknown_category": "There is no such category: GET /api/categories lists them."})
PLAIN = (
    "description",
    "category",
    "address",
    "phone",
    "website",
    "logo_media_id",
    "banner_media_id",
    "price_level",
)
PICTURES = ("logo_media_id", "banner_media_id", "media_ids")
DEFAULTS: Json = dict.fromkeys(PLAIN) | {
    "tags": [], "lat": None, "lng": None, "media_ids": [], "preparation_minutes": 15, "busy_extra_minutes": 0,
    "accept_when_busy": True, "minimum_order": 0, "fulfilments": ["delivery", "pickup"], "custom_items": False,
}  # fmt: skip


def read(actor: Actor) -> Shop:
    """Return the profile of the caller. Raises Forbidden, and NotFound while there is none."""
    policy.require_partner(actor)
    found = queries.get(actor.id)
    if found is None:
        raise NotFound("You have no profile yet: create it with PUT.")
    return found


def put(actor: Actor, given: Json, version: versions.Expected) -> Shop:
    """Create the profile of the caller, or replace what it shows. Raises what `change` raises."""
    policy.require_partner(actor)
    with db.transaction():
        user_queries.to_change(actor.id)  # so that two requests create one profile
        before = queries.row_locked(actor.id)
        if before is None:
            return _create(actor, given)
        return _change(actor, before, DEFAULTS | given, version)


def change(actor: Actor, given: Json, version: versions.Expected) -> Shop:
    """Change parts of the profile of the caller.

    Raises Forbidden, NotFound, Conflict (`stale_version`, `slug_taken`, `currency_in_use`), and Invalid
    (`unknown_media`, `unknown_category`).
    """
    with db.transaction():
        return _change(actor, shop_service.own_to_change(actor), given, version)


def _create(actor: Actor, given: Json) -> Shop:
    moment = now()
    values = DEFAULTS | _columns(given, given["currency"])
    wanted = values.pop("slug", None)
    blank = Shop(actor.id, "", "", given["currency"], shop_service.zone_of(actor.id), DRAFT, moment, moment)
    created = replace(
        blank, **values, slug=wanted or _slug_of(values["business_name"], actor.id), role=actor.role
    )
    _require_consistent(created, slug=wanted, category=created.category)
    pictures.attach(actor, created)
    try:
        with db.savepoint():
            shop_service.insert_row(created)
    except IntegrityError as error:
        raise _taken(error) from None
    db.execute(
        insert(RatingTotalRow).values(subject_type="partner", subject_id=actor.id).on_conflict_do_nothing()
    )
    db.execute(insert(FollowerTotalRow).values(partner_id=actor.id).on_conflict_do_nothing())
    return created


def _change(actor: Actor, before: Shop, given: Json, version: versions.Expected) -> Shop:
    shop_service.require_version(actor, before, version)
    currency = given.get("currency", before.currency)
    if currency != before.currency:
        _require_no_amounts(before, given)
    after = replace(before, **_columns(given, currency))
    _require_consistent(
        after,
        slug=given.get("slug") if after.slug != before.slug else None,
        category=after.category if after.category != before.category else None,
    )
    if any(getattr(after, name) != getattr(before, name) for name in PICTURES):
        pictures.attach(actor, after)
    try:
        with db.savepoint():
            return shop_service.write(actor, before, after)
    except IntegrityError as error:
        raise _taken(error) from None


def _columns(given: Json, currency: str) -> Json:
    """Return values of a body as columns."""
    found = dict(given)
    if "location" in found:
        point = found.pop("location")
        found |= {"lat": None, "lng": None} if point is None else {"lat": point.lat, "lng": point.lng}
    if found.get("address") is not None:
        found["address"] = {camel(name): value for name, value in found["address"].items()}
    for name in ("tags", "media_ids", "fulfilments"):
        if name in found:
            found[name] = list(dict.fromkeys(found[name]))
    if "minimum_order" in found:
        amount = found["minimum_order"]
        found["minimum_order"] = amounts.minor(amount, currency, field="minimumOrder") if amount else 0
    return found


def _require_consistent(shop: Shop, *, slug: str | None, category: str | None) -> None:
    """Raise Invalid or Conflict for a new slug or category that the shop cannot have; it keeps an inactive category."""
    if category is not None and not queries.category_exists(category):
        raise Invalid(
            "There is no such category.", code="unknown_category", details={"category": ["Unknown."]}
        )
    if slug is not None and queries.slug_taken(slug, shop.user_id):
        raise _slug_taken()


def _require_no_amounts(before: Shop, given: Json) -> None:
    """Raise Conflict if amounts of the former currency would change their meaning."""
    minimum = before.minimum_order and "minimum_order" not in given
    used = any(uses(before.user_id) for uses in shop_service.CURRENCY_USES.current().values())
    if minimum or before.tiers or used:
        raise Conflict(
            "Remove the products, delivery tiers and minimum order in the former currency first.",
            code="currency_in_use",
        )


def _slug_of(name: str, partner_id: str) -> str:
    """Return a free slug made of a name, with a part of a new id if another partner has it."""
    plain, unique = slugs.made_of(name), new_id()[-12:]
    if plain is None:
        return f"shop-{unique}"
    return f"{plain}-{unique}" if queries.slug_taken(plain, partner_id) else plain


def _taken(error: IntegrityError) -> Exception:
    """Return the error for a slug that another transaction has taken, or the error itself."""
    return _slug_taken() if "uq_partner_profiles_slug" in str(error.orig) else error


def _slug_taken() -> Conflict:
    return Conflict("Another partner has this slug.", code="slug_taken")
