"""PostgreSQL's geometric types, as columns and as expressions. Coordinates are (x, y), so (longitude, latitude)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Double, cast, literal
from sqlalchemy.types import UserDefinedType

from metaia.core.geo import Box, Point


class PointType(UserDefinedType[str]):
    """A point of a plane; its values are text, as `(1,2)`."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the name of the type."""
        return "POINT"


class BoxType(UserDefinedType[str]):
    """A rectangle; its values are text, as `(3,4),(1,2)`."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the name of the type."""
        return "BOX"


class PolygonType(UserDefinedType[str]):
    """A polygon; its values are text, as `((0,0),(0,1),(1,1))`."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the name of the type."""
        return "POLYGON"


# By the names that PostgreSQL gives to types, for the reflection of tables.
TYPES = {"point": PointType, "box": BoxType, "polygon": PolygonType}


def point(x: float, y: float) -> ColumnElement[Any]:
    """Return a point as an expression."""
    return cast(literal(f"({x!r},{y!r})"), PointType())


def box(found: Box) -> ColumnElement[Any]:
    """Return a box as an expression."""
    return cast(literal(box_text(found)), BoxType())


def box_text(found: Box) -> str:
    """Return a box as the text of a value."""
    return f"({found.east!r},{found.north!r}),({found.west!r},{found.south!r})"


def polygon_text(points: Sequence[Point]) -> str:
    """Return a polygon in degrees as the text of a value."""
    return "(" + ",".join(f"({each.lng!r},{each.lat!r})" for each in points) + ")"


def is_in_box(column: Any, found: Box) -> ColumnElement[bool]:
    """Return the condition that a point is in a box or on its edge."""
    condition: ColumnElement[bool] = column.op("<@", is_comparison=True)(box(found))
    return condition


def contains(column: Any, x: float, y: float) -> ColumnElement[bool]:
    """Return the condition that a polygon contains a point, or has it on its edge."""
    condition: ColumnElement[bool] = column.op("@>", is_comparison=True)(point(x, y))
    return condition


def box_contains(column: Any, x: float, y: float) -> ColumnElement[bool]:
    """Return the condition that a box contains a point, or has it on its edge."""
    condition: ColumnElement[bool] = column.op("@>", is_comparison=True)(box(Box(x, y, x, y)))
    return condition


def distance(column: Any, x: float, y: float) -> ColumnElement[float]:
    """Return the distance of a point from another one in the plane; a GiST index sorts by it."""
    return column.op("<->", return_type=Double())(point(x, y))  # type: ignore[no-any-return] # of SQLAlchemy's op
