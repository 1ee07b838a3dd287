"""Changes of coupons, and their use by orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db, rooms, versions
from metaia.core.access.actor import PARTNERS, Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import Conflict, Invalid, NotFound, TooMany, declare
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.text import amounts
from metaia.core.times import now
from metaia.products.coupons import policy, presenters, queries
from metaia.products.coupons.models import CouponRow, CouponUseRow
from metaia.products.coupons.queries import COLUMNS, RETURNED, USED, StoredCoupon
from metaia.products.pricing.coupon import FREE_DELIVERY, PERCENT, key
from metaia.users import queries as user_queries

declare(
    {
        "coupon_exists": "There is a coupon with this code: change it, or choose another code.",
        "limit_reached": "There are as many of these as there may be.",
    }
)
_AMOUNTS = ("max_discount", "minimum")
_LONGEST_KEY = (
    160  # characters: a few ligatures have up to 18 letters in the form in which codes are compared
)


def read(actor: Actor, coupon_id: str) -> StoredCoupon:
    """Return a coupon. Raises NotFound and Forbidden."""
    found = queries.get(coupon_id)
    if found is None:
        raise NotFound("There is no such coupon.")
    policy.require_change(actor, found.partner_id)
    return found


def create(actor: Actor, given: Json) -> StoredCoupon:
    """Add a coupon. Raises Forbidden, NotFound, Invalid, Conflict (`coupon_exists`), TooMany (`limit_reached`)."""
    partner_id = policy.owner(actor, given["partner_id"])
    moment = now()
    terms = _terms(
        {"value": Decimal(0), "active": True, "first_order_only": False} | given, given["currency"]
    )
    made = StoredCoupon(
        **terms | {"id": new_id(), "partner_id": partner_id}, created_at=moment, updated_at=moment
    )
    _require_consistent(made)
    with db.transaction():
        _require_room(partner_id)
        row = _row(made) | {"code_key": key(made.code)}
        statement = insert(CouponRow).values(**row).on_conflict_do_nothing().returning(CouponRow.id)
        if db.execute(statement).scalar_one_or_none() is None:
            raise Conflict("There is a coupon with this code.", code="coupon_exists")
        _audit(actor, "create", made)
    return made


def change(actor: Actor, coupon_id: str, changes: Json, version: versions.Expected) -> StoredCoupon:
    """Change the terms of a coupon. Raises NotFound, Forbidden, Invalid and Conflict (`stale_version`)."""
    with db.transaction():
        before = queries.to_change(coupon_id)
        if before is None:
            raise NotFound("There is no such coupon.")
        policy.require_change(actor, before.partner_id)
        versions.require(version, before.version, "coupon", lambda: presenters.conflict(before))
        after = replace(before, **_terms({"kind": before.kind} | changes, before.currency))
        _require_consistent(after)
        if after == before:
            return before
        after = replace(after, version=before.version + 1, updated_at=now())
        values = {name: value for name, value in _row(after).items() if name not in {"id", "used"}}
        db.execute(update(CouponRow).where(CouponRow.id == after.id).values(**values))
        _audit(actor, "change", after)
    return after


def use(coupon_id: str, order_id: str, customer_id: str | None) -> None:
    """Let an order use a coupon, in the running transaction; its commit fails with MA021 beyond a limit."""
    _append(USED, coupon_id, order_id, customer_id)


def give_back(order_id: str) -> None:
    """Give back the use by an order, in the running transaction. It happens once at most, and not without a use."""
    found = queries.use_of(order_id)
    if found is not None:
        _append(RETURNED, found[0], order_id, found[1])


def _append(kind: str, coupon_id: str, order_id: str, customer_id: str | None) -> None:
    row = {
        "order_id": order_id,
        "kind": kind,
        "coupon_id": coupon_id,
        "customer_id": customer_id,
        "at": now(),
    }
    db.append(CouponUseRow, **row)


def _terms(given: Json, currency: str) -> Json:
    """Return values of a body as columns, in minor units and basis points. Raises Invalid."""
    found = dict(given)
    for name in _AMOUNTS:
        if found.get(name) is not None:
            found[name] = amounts.minor(found[name], currency, field=name)
    if "value" in found:
        found["value"] = _value(found["kind"], found["value"], currency)
    if found.get("product_ids") is not None:
        found["product_ids"] = tuple(dict.fromkeys(found["product_ids"]))
    return found


def _value(kind: str, value: Decimal, currency: str) -> int:
    if kind == PERCENT:
        if not Decimal("0.01") <= value <= 100 or value * 100 % 1:
            raise Invalid(details={"value": ["A percentage from 0.01 to 100, with two decimals."]})
        return int(value * 100)
    if (kind == FREE_DELIVERY) != (value == 0):
        raise Invalid(details={"value": ["0 for free delivery, else more than 0."]})
    return amounts.minor(value, currency, field="value")


def _require_consistent(coupon: StoredCoupon) -> None:
    if len(key(coupon.code)) > _LONGEST_KEY:
        raise Invalid(details={"code": ["Too long in the form in which codes are compared."]})
    if coupon.starts_at and coupon.ends_at and coupon.ends_at <= coupon.starts_at:
        raise Invalid(details={"endsAt": ["Must be after startsAt."]})


def _require_room(partner_id: str | None) -> None:
    """Raise unless there is such a partner, and one more coupon is possible, with a lock for it.

    That is the row of the partner. The house has none: an advisory lock, until the end of the transaction.
    """
    if partner_id is not None:
        partner = user_queries.to_change(partner_id)
        if partner is None or partner.role not in PARTNERS:
            raise NotFound("There is no such partner.")
    else:
        queries.lock_of_house()
    if queries.count(partner_id) >= policy.MAX_COUPONS:
        raise TooMany(f"There are at most {policy.MAX_COUPONS} coupons.", code="limit_reached")


def _row(coupon: StoredCoupon) -> Json:
    only = coupon.product_ids
    values = {name: getattr(coupon, name) for name in COLUMNS}
    return values | {"product_ids": None if only is None else list(only)}


def _audit(actor: Actor, action: str, coupon: StoredCoupon) -> None:
    """Record an action of an admin."""
    if actor.id != coupon.partner_id:
        subject = rooms.subject("coupon", coupon.id)
        audit_log.record(f"coupon.{action}", subject=subject, after={"version": coupon.version})
