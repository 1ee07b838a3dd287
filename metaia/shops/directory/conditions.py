"""The filters of the directory as conditions on profiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, String, cast, false, func, literal, literal_column, or_, true
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from metaia.core import geo
from metaia.core.access.actor import Actor
from metaia.core.db import geometry
from metaia.core.db.expressions import among
from metaia.core.geo import Box, Point
from metaia.core.json import Json
from metaia.core.text import words
from metaia.shops.directory import registry
from metaia.shops.models import PartnerProfileRow, RatingTotalRow

PROFILE = PartnerProfileRow
Condition = ColumnElement[bool]
EDGE = 10.0  # degrees: areas that pass ±180° of longitude begin and end within
_FREE = "$[*] ? (@.fee == 0 || @.free_from != null)"
_NOW = func.now()


def all_of(actor: Actor | None, filters: Json) -> list[Condition]:
    """Return the conditions of the filters that are given; those that are false add none."""
    simple: dict[str, Callable[[Any], Condition]] = {
        "category": lambda value: PROFILE.category == value,
        "tags": PROFILE.tags.contains,
        "near": lambda place: within(place, filters["radius_m"]),
        "delivers_to": delivers_to,
        "bbox": lambda box: _in_one(geo.mercator_boxes(box)),
        "open": lambda wanted: _is_open() if wanted else true(),
        "min_rating": _rated,
        "price_level": lambda levels: among(PROFILE.price_level, levels),
        "free_delivery": lambda wanted: _delivers_free() if wanted else true(),
        "fulfilment": _fulfils,
        "q": lambda text: _found(
            text, bounded=not filters.keys().isdisjoint(("near", "bbox", "delivers_to"))
        ),
    }
    found = [simple[name](value) for name, value in filters.items() if name in simple]
    for name, condition in registry.CONDITIONS.current().items():
        if filters.get(name):
            found.append(condition(PROFILE.user_id, actor))
    return found


def metres(place: Point) -> ColumnElement[float]:
    """Return the distance of a shop from a place, as core/geo.py:metres computes it; NULL without a location."""
    south, north = func.radians(literal(place.lat)), func.radians(PROFILE.lat)
    height = func.power(func.sin((north - south) / 2), 2)
    width = func.power(func.sin(func.radians(PROFILE.lng - literal(place.lng)) / 2), 2)
    arc = func.least(literal_column("1.0"), func.sqrt(height + func.cos(south) * func.cos(north) * width))
    distance: ColumnElement[float] = func.round(2 * geo.RADIUS * func.asin(arc))
    return distance


def within(place: Point, radius_m: int) -> Condition:
    """Return the condition that a shop is within a distance of a place; an index on the map finds candidates."""
    return _in_one(geo.around(place, radius_m)) & (metres(place) <= radius_m)


def delivers_to(to: Point | str) -> Condition:
    """Return the condition that a shop delivers to a place, or to a postal code."""
    if isinstance(to, str):
        codes = PROFILE.postal_codes.contains(cast([to], ARRAY(String(16))))
        return codes & _fulfils("delivery")
    # An area that passes ±180° has longitudes beyond: the place is asked for one turn further, too.
    turns = [0.0, *([-360.0] if to.lng > 180 - EDGE else []), *([360.0] if to.lng < EDGE - 180 else [])]
    boxes = [geometry.box_contains(PROFILE.area_box, to.lng + turn, to.lat) for turn in turns]
    shape = PROFILE.area_shape.is_(None) | geometry.contains(PROFILE.area_shape, to.lng, to.lat)
    return or_(*boxes) & shape & (PROFILE.reach_m.is_(None) | (metres(to) <= PROFILE.reach_m))


def _in_one(boxes: list[Box]) -> Condition:
    return or_(*(geometry.is_in_box(PROFILE.geo_point, box) for box in boxes))


def _is_open() -> Condition:
    hours = PROFILE.open_during.is_(None) | PROFILE.open_during.op("@>", is_comparison=True)(_NOW)
    return hours & (PROFILE.paused_until.is_(None) | (PROFILE.paused_until <= _NOW))


def _rated(least: float) -> Condition:
    counts = [func.coalesce(RatingTotalRow.counts[n], 0) for n in range(1, 6)]
    stars: ColumnElement[int] = sum((n * count for n, count in enumerate(counts, 1)), literal_column("0"))
    number: ColumnElement[int] = sum(counts, literal_column("0"))
    condition: Condition = (number > 0) & (  # rounded: 4.4 * 100 is more than 440
        func.round(stars * literal_column("100.0") / number) >= round(least * 100, 3)
    )
    return condition


def _delivers_free() -> Condition:
    tiers = func.jsonb_path_exists(PROFILE.tiers, literal_column(f"'{_FREE}'::jsonpath"))
    return _fulfils("delivery") & (tiers | (func.jsonb_array_length(PROFILE.tiers) == 0))


def _fulfils(fulfilment: str) -> Condition:
    offered = PROFILE.fulfilments.contains(cast([fulfilment], ARRAY(String(10))))
    return offered & (PROFILE.delivery_by != "none") if fulfilment == "delivery" else offered


def _found(text: str, *, bounded: bool) -> Condition:
    """Return the condition that each word of a text begins a word of the profile, or of one text of the partner.

    Where few shops are candidates (`bounded`) each of them is asked; else the words find the candidates.
    """
    terms = " & ".join(words.terms(text))
    if not terms:
        return false()
    own = PROFILE.words.bool_op("@@")(cast(terms, TSQUERY))
    others = [search.partner_ids(terms) for search in registry.SEARCHES.current().values()]
    if bounded or not others:
        return or_(own, *(_has(found) for found in others))
    by_words = PROFILE.__table__.alias()
    first = by_words.select().with_only_columns(by_words.c.user_id)
    first = first.where(by_words.c.words.bool_op("@@")(cast(terms, TSQUERY)))
    return PROFILE.user_id.in_(first.union(*others))


def _has(partner_ids: Any) -> Condition:
    [column] = partner_ids.selected_columns
    condition: Condition = partner_ids.where(column == PROFILE.user_id).exists()
    return condition
