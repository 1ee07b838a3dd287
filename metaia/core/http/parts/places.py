"""Places in bodies, queries and answers."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from metaia.core import geo
from metaia.core.geo import Box, Point
from metaia.core.http.fields import Float, Schema

DECIMALS = 9  # of degrees, 0.1 mm: PostgreSQL refuses to compute with numbers such as 1e-300
_NUMBER = r"-?[0-9]{1,3}(?:\.[0-9]{1,15})?"
_PAIR = re.compile(f"({_NUMBER}),({_NUMBER})")
_FOUR = re.compile(",".join([f"({_NUMBER})"] * 4))


def _degrees(limit: float) -> Float:
    text = f"degrees, WGS 84, {-limit:g} to {limit:g}"
    return Float(
        required=True, validate=validate.Range(min=-limit, max=limit), metadata={"description": text}
    )


class PlaceIn(Schema):
    """A place, loaded as `geo.Point`. Latitudes beyond 85° are refused: maps have no poles."""

    lat = _degrees(geo.LIMIT)
    lng = _degrees(180.0)

    @post_load
    def point(self, data: dict[str, Any], **_: Any) -> Point:
        """Return the point, without more decimals than a map can show."""
        return Point(round(data["lat"], DECIMALS), round(data["lng"], DECIMALS))


class PlaceOut(Schema):
    lat = fields.Float(required=True)
    lng = fields.Float(required=True)


class PointText(fields.String):
    """A place in a query, `48.8566,2.3522`, loaded as `geo.Point`."""

    longest = 40  # characters

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        match = _PAIR.fullmatch(super()._deserialize(value, attr, data, **kwargs))
        if match is None:
            raise ValidationError("Must be a latitude and a longitude, as 48.8566,2.3522.")
        return _point(float(match[1]), float(match[2]))


class BoxText(fields.String):
    """A part of a map in a query, `west,south,east,north` in degrees, loaded as `geo.Box`; west > east passes ±180°."""

    longest = 80  # characters

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        match = _FOUR.fullmatch(super()._deserialize(value, attr, data, **kwargs))
        if match is None:
            raise ValidationError("Must be west,south,east,north in degrees, as 2.2,48.8,2.4,48.9.")
        west, south, east, north = (float(part) for part in match.groups())
        _point(south, west), _point(north, east)
        if south > north:
            raise ValidationError("South must be below north.")
        return Box(west, south, east, north)


def shown(point: Point | None) -> dict[str, float] | None:
    """Return a place as `PlaceOut`, None for none."""
    return None if point is None else {"lat": point.lat, "lng": point.lng}


def _point(lat: float, lng: float) -> Point:
    if abs(lat) > geo.LIMIT or abs(lng) > 180:
        raise ValidationError("Latitudes are -85 to 85, longitudes -180 to 180.")
    return Point(lat, lng)
