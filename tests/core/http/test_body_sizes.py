"""Every body that a schema allows fits the size limit of its route, however its texts are escaped."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields, validate

from metaia.core.http import endpoint
from metaia.core.http.endpoint import Endpoint
from metaia.orders.placing import schemas as orders

CHARACTER = 12  # bytes of an emoji in JSON that escapes everything: two surrogates
OF_A_FORMAT = 100  # bytes of a text of ASCII that a pattern or a table limits: a time zone, a language
SCALAR = 64  # bytes: numbers, times, ids, booleans

# Rows and text as a provider writes them. The limit of the request is their only one, and is answered with 413.
VENDORS = {"POST /settlements"}
# 100 items with all the modifiers and texts that a schema allows would be 65 MB; no cart of a person has them.
CARTS = {orders.Create}


def largest(schema: Schema) -> int:
    """Return the bytes of the largest JSON object that the schema accepts."""
    return 2 + sum(len(str(field.data_key)) + 6 + largest_value(field) for field in schema.fields.values())


def largest_value(field: fields.Field[Any]) -> int:
    if isinstance(field, fields.Nested):
        return largest(field.schema)
    if isinstance(field, fields.List):
        return 2 + items_of(field) * (largest_value(field.inner) + 2)
    if isinstance(field, fields.Dict):
        assert field.key_field
        assert field.value_field
        return 2 + items_of(field) * (largest_value(field.key_field) + largest_value(field.value_field) + 4)
    if isinstance(field, fields.UUID | fields.Number | fields.DateTime | fields.Time | fields.Boolean):
        return SCALAR
    length = longest(field)
    return 2 + (OF_A_FORMAT if length is None else CHARACTER * length)


def items_of(field: fields.Field[Any]) -> int:
    most = longest(field)
    assert most is not None, f"{field.parent}.{field.name} may have any number of items"
    return most


def longest(field: fields.Field[Any]) -> int | None:
    """Return the most characters or items of a field; None if a format limits it. A plain text must have a limit."""
    limits = [v.max for v in field.validators if isinstance(v, validate.Length) and v.max is not None]
    limits += [
        max(len(str(choice)) for choice in v.choices)
        for v in field.validators
        if isinstance(v, validate.OneOf)
    ]
    declared = getattr(field, "longest", None)
    limits += [declared] if declared is not None else []
    format_limits = type(field) is not fields.String or bool(field.validators)
    assert limits or format_limits, f"{field.parent}.{field.name} has no limit"
    return min(limits, default=None)


def bodies(app: Flask) -> list[Endpoint]:
    declared = [endpoint.of(view) for view in app.view_functions.values()]
    return [this for this in declared if this.body is not None and this.method != "GET"]


def test_every_body_that_a_schema_allows_fits_the_limit(app: Flask) -> None:
    with app.app_context():
        sizes = {
            f"{this.method} {this.path} {this.body}": (largest(instance(this.body)), this.limit.max_body)
            for this in bodies(app)
            if f"{this.method} {this.path}" not in VENDORS and this.body not in CARTS
        }
    assert len(sizes) > 20
    assert {name: sizes_ for name, sizes_ in sizes.items() if sizes_[0] > sizes_[1]} == {}


def instance(schema: Any) -> Schema:
    made: Schema = schema() if isinstance(schema, type) else schema
    return made


@pytest.mark.usefixtures("app")
def test_a_largest_order_is_accepted(world: Any) -> None:
    text = {n: "😀" * n for n in (120, 200, 500, 2000)}
    item = {"menuName": text[200], "menuId": text[200][:100], "quantity": 1, "price": 1, "notes": text[200]}
    body = {
        "items": [item] * 100,
        "notes": text[2000],
        "customerInfo": {"name": text[120], "address": text[500]},
    }
    answer = world.person().post("/api/orders", body)  # `requests` escapes everything
    assert answer.status_code == 201, answer.text[:300]
