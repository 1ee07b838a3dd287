"""Routes of coupons, for partners and admins."""

from __future__ import annotations

from flask import Flask, Response

from metaia.core.access.actor import current
from metaia.core.errors import NotFound, TooMany
from metaia.core.http import etags
from metaia.core.http.blueprint import Blueprint
from metaia.core.http.endpoint import READ, WRITE
from metaia.core.http.views import answer, answer_versioned
from metaia.core.json import Json
from metaia.core.openapi.document import Api
from metaia.ledger.audit.registry import in_sql
from metaia.products.coupons import policy, presenters, queries, schemas, service
from metaia.products.coupons.queries import StoredCoupon
from metaia.shops.counters import service as counters

blp = Blueprint(
    "coupons", __name__, url_prefix="/api/coupons", description="Coupons of partners and of the house"
)
USES = in_sql(
    """
    SELECT c.id AS subject, coalesce(u.uses, 0) AS expected, c.used AS found
    FROM coupons c LEFT JOIN (
        SELECT coupon_id, count(*) FILTER (WHERE kind = 'used') - count(*) FILTER (WHERE kind = 'returned') AS uses
        FROM coupon_uses GROUP BY coupon_id
    ) u ON u.coupon_id = c.id
    WHERE c.used <> coalesce(u.uses, 0)
    """
)


@blp.endpoint("GET", "", query=schemas.CouponsQuery, returns=schemas.ManyCoupons, limit=READ)
def get_many(query: Json) -> Response:
    """Own coupons, the newest first; for admins those of a partner, or of the house."""
    partner_id = policy.owner(current(), query.pop("partner_id", None))
    found, following = queries.page(partner_id, **query)
    return answer(coupons=[presenters.coupon(each) for each in found], meta={"next_cursor": following})


@blp.endpoint("GET", "/<id:coupon_id>", returns=schemas.OneCoupon, limit=READ)
def get_one(coupon_id: str) -> Response:
    """One coupon, with the number of orders that have used it."""
    return _one(service.read(current(), coupon_id))


@blp.endpoint(
    "POST",
    "",
    body=schemas.CreateCoupon,
    example=schemas.EXAMPLE,
    returns=schemas.OneCoupon,
    status=201,
    limit=WRITE,
    idempotent=True,
    fails=(NotFound, TooMany),
)
def create(body: Json) -> Response:
    """Add a coupon. Codes are compared without regard to case."""
    return _one(service.create(current(), body), status=201)


@blp.endpoint(
    "PATCH",
    "/<id:coupon_id>",
    body=schemas.ChangeCoupon,
    example={"active": False},
    returns=schemas.OneCoupon,
    limit=WRITE,
    idempotent=True,
    conflict=schemas.Conflict,
)
def change(body: Json, coupon_id: str) -> Response:
    """Change the terms of a coupon. Orders keep the discount that they were placed with."""
    version = etags.expected(body.pop("expected_version"))
    return _one(service.change(current(), coupon_id, body, version))


def _one(found: StoredCoupon, *, status: int = 200) -> Response:
    return answer_versioned(found.version, status=status, coupon=presenters.coupon(found))


def register(app: Flask, api: Api) -> None:
    """Register coupons with the application, and the rule of their counter."""
    counters.COUNTERS.register(app, "coupons", USES)
    api.register_blueprint(blp)
