"""Rows of shops that the matrix asks for by id."""

from __future__ import annotations

from sqlalchemy import insert

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.extensions import Model
from metaia.products.coupons.models import CouponRow
from metaia.products.imports.models import ImportRow
from metaia.products.posts.models import PostRow
from metaia.shops.customers.models import AddressRow, MeasurementsRow
from tests.support import shipments
from tests.support.announcements import insert_announcement
from tests.support.people import Person


def coupon(owner: Person) -> str:
    """Return the id of a new coupon of any user."""
    code = new_id()
    terms: Json = {"code": code, "code_key": code, "kind": "percent", "value": 1000, "currency": "INR"}
    return _inserted(CouponRow, partner_id=owner.id, first_order_only=False, active=True, used=0, **terms)


def address(owner: Person) -> str:
    """Return the id of a new address of a user."""
    return _inserted(AddressRow, user_id=owner.id, label="Home", address="7 Mill Road", is_default=False)


def measurements(owner: Person) -> str:
    """Return the id of a new set of measurements of a user."""
    return _inserted(MeasurementsRow, user_id=owner.id, name="Asha", sizes=[])


def post(owner: Person) -> str:
    """Return the id of a new post of any user."""
    id_ = new_id()
    with db.transaction():
        db.append(PostRow, id=id_, partner_id=owner.id, text="News.", media_ids=[], created_at=now())
    return id_


def ended_import(owner: Person) -> str:
    """Return the id of a new import of any user, which has ended."""
    id_, moment = new_id(), now()
    times: Json = {"created_at": moment, "started_at": moment, "finished_at": moment}
    given: Json = {"requested_by": owner.id, "role": "tailor", "mode": "upsert", "dry_run": False}
    result: Json = {"applied": True, "created": 1, "updated": 0, "unchanged": 0, "errors": []}
    with db.transaction():
        row = {"id": id_, "partner_id": owner.id, "total": 1, "done": 1, "tries": 1, "result": result}
        db.execute(insert(ImportRow).values(**row, **given, **times))
    return id_


def _inserted(table: type[Model], **values: object) -> str:
    id_, moment = new_id(), now()
    fixed = {"id": id_, "version": 1, "created_at": moment, "updated_at": moment}
    with db.transaction():
        db.execute(insert(table).values(**fixed, **values))
    return id_


MADE = {
    "coupon_id": coupon,
    "address_id": address,
    "measurements_id": measurements,
    "post_id": post,
    "import_id": ended_import,
    **shipments.MADE,
    "announcement_id": insert_announcement,
}  # by placeholder
