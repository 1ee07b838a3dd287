"""Changes of profiles: what all of them have in common, and those that other domains make."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import cast, insert, literal, update
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE, TSVECTOR

from metaia.core import db, rooms, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.db.geometry import BoxType, PolygonType, box_text, polygon_text
from metaia.core.errors import Conflict, NotFound, declare
from metaia.core.registry import Registry
from metaia.core.text import words
from metaia.core.times import from_minutes, now
from metaia.presence import service as presence_service
from metaia.shops import policy, presenters, publish, queries
from metaia.shops.availability import Availability, availability, open_times
from metaia.shops.models import PartnerProfileRow
from metaia.shops.pictures import service as pictures
from metaia.shops.presenters import Seen
from metaia.shops.queries import STORED, Shop, Totals
from metaia.shops.terms import served
from metaia.users import queries as user_queries

# By domain: `uses(partner_id)` returns whether the partner has amounts in the currency of its profile.
CURRENCY_USES: Registry[str, Callable[[str], bool]] = Registry("currency_uses")
LISTS = ("tags", "media_ids", "exceptions", "fulfilments", "postal_codes", "tiers")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
declare({"profile_needed": "The partner has no profile yet: create it with PUT /api/partners/me."})


def id_of(partner: str) -> str:
    """Return the id of a partner that an address names by its id or slug. Raises NotFound for an unknown slug."""
    if is_id(partner):
        return partner.lower()
    found = queries.by_slug(partner.lower())
    if found is None:
        raise NotFound("There is no such partner.")
    return found.user_id


def is_id(partner: str) -> bool:
    """Return whether an address names a partner by its id, not by its slug."""
    return _UUID.fullmatch(partner) is not None


def raise_menu_version(partner_id: str) -> int:
    """Raise the version of a partner's menu and return it; other edits of the partner wait until this commits.

    Raises Conflict (`profile_needed`).
    """
    row = PartnerProfileRow
    statement = update(row).where(row.user_id == partner_id).values(menu_version=row.menu_version + 1)
    version = db.execute(statement.returning(row.menu_version)).scalar_one_or_none()
    if version is None:
        raise Conflict("Create your profile first: the catalogue belongs to it.", code="profile_needed")
    return int(version)


def current_availability(shop: Shop) -> Availability:
    """Return whether a shop takes orders now, with the presence of its partner."""
    return availability(shop, now(), presences([shop])[shop.user_id])


def presences(shops: Collection[Shop]) -> dict[str, str | None]:
    """Return the status of the partners of shops by their ids; None if it is not known."""
    listed = list(shops)
    known = presence_service.current().known([f"{shop.role} {shop.user_id}" for shop in listed])
    return {shop.user_id: status for shop, status in zip(listed, known, strict=True)}


def own_to_change(actor: Actor) -> Shop:
    """Return the profile of the caller, row-locked. Raises Forbidden, and NotFound while there is none."""
    policy.require_partner(actor)
    found = queries.row_locked(actor.id)
    if found is None:
        raise NotFound("You have no profile yet: create it with PUT /api/partners/me.")
    return found


def require_version(actor: Actor, shop: Shop, version: versions.Expected) -> None:
    """Raise Conflict (`stale_version`) unless a profile has an expected version."""
    versions.require(version, shop.version, "profile", lambda: conflict(actor, shop))


def conflict(actor: Actor, shop: Shop) -> dict[str, Any]:
    """Return the `details` of a 409: the current profile."""
    shown = own_view(actor, shop)
    return {"version": shop.version, "allowedActions": shown["allowedActions"], "partner": shown}


def own_view(actor: Actor, shop: Shop) -> dict[str, Any]:
    """Return a profile as its partner and staff see it."""
    totals = queries.totals([shop.user_id]).get(shop.user_id, Totals())
    addresses, presence = pictures.addresses([shop]), presences([shop])[shop.user_id]
    return presenters.own(shop, Seen(totals, addresses, presence, actor=actor))


def zone_of(partner_id: str) -> str:
    """Return the time zone of a partner's account, which a new profile begins with."""
    return user_queries.time_zone(partner_id)


def insert_row(shop: Shop) -> None:
    """Insert a new profile."""
    db.execute(insert(PartnerProfileRow).values(**_row(shop)))


def write(actor: Actor, before: Shop, after: Shop, *, action: str = "change") -> Shop:
    """Write and publish a change of a row-locked profile; return it with its new version. Nothing changed: no write.

    The action of an admin is audited.
    """
    if after == before:
        return before
    after = _update(after, before.version)
    if actor.id != after.user_id:
        states = [{"status": each.status, "reason": each.status_reason} for each in (before, after)]
        subject = rooms.subject("partner", after.user_id)
        audit_log.record(f"partner.{action}", subject=subject, before=states[0], after=states[1])
    return after


def erase(shop: Shop) -> None:
    """Write a row-locked profile without what its deleted partner has entered."""
    _update(shop, shop.version)


def refresh_hours(shop: Shop) -> None:
    """Compute the times of a row-locked profile again, for the days from now on."""
    row = PartnerProfileRow
    db.execute(update(row).where(row.user_id == shop.user_id).values(open_during=_open_during(shop)))


def _update(after: Shop, version: int) -> Shop:
    """Write and publish a profile with the version after `version`; return it."""
    after = replace(after, version=version + 1, updated_at=now())
    changes = {name: value for name, value in _row(after).items() if name not in {"user_id", "menu_version"}}
    db.execute(update(PartnerProfileRow).where(PartnerProfileRow.user_id == after.user_id).values(**changes))
    publish.changed(after, current_availability(after))
    return after


def _row(shop: Shop) -> dict[str, Any]:
    """Return the columns of a profile, with those that are computed from others."""
    values = {name: getattr(shop, name) for name in STORED}
    area = served(shop)
    box, ring = area.box, area.ring
    found = words.index([shop.business_name, shop.description, *shop.tags, (shop.address or {}).get("city")])
    return (
        values
        | {name: list(values[name]) for name in LISTS}
        | {
            "proof": shop.proof or {},
            "open_during": _open_during(shop),
            "area_box": None if box is None else cast(literal(box_text(box)), BoxType()),
            "area_shape": None if ring is None else cast(literal(polygon_text(ring)), PolygonType()),
            "reach_m": area.reach_m,
            "words": cast(literal(found), TSVECTOR),
        }
    )


def _open_during(shop: Shop) -> Any:
    opened = open_times(shop, now(), policy.KNOWN_DAYS)
    if opened is None:
        return None
    spans = [f"[{from_minutes(a).isoformat()},{from_minutes(b).isoformat()})" for a, b in opened]
    return cast(literal(f"{{{','.join(spans)}}}"), TSTZMULTIRANGE)
