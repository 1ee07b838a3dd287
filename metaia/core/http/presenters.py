"""Presenters: functions from rows to JSON, compiled once from the schema of the answer.

Only the schema lists the fields; a presenter adds other names and computed values. It is compiled because it runs for
every row of every answer and event; it is as fast as a hand-written dict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

from marshmallow import Schema, fields

from metaia.core.http.fields import MoneyOut, camel
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import rfc3339

Presenter = Callable[[Any], Json]


def presenter(
    schema: type[Schema],
    *,
    rename: Mapping[str, str] | None = None,
    computed: Mapping[str, Callable[[Any], Any]] | None = None,
    without: Iterable[str] = (),
) -> Presenter:
    """Return a function that converts a row to a dict with the fields of the schema, keys in camelCase.

    `rename` maps a field to an attribute of the row, `computed` a field to a function of the row; the caller adds the
    fields `without`. Times become RFC 3339; a `MoneyOut` becomes major units of the row's `currency`. Raises KeyError
    for a name that is no field of the schema.
    """
    rename, computed = dict(rename or {}), dict(computed or {})
    declared = schema().fields
    for name in (*rename, *computed, *without):
        declared[name]  # KeyError for a misspelt name, when the module is imported
    plain = [name for name in declared if name not in computed and name not in set(without)]
    keys = tuple(camel(name) for name in plain)
    values = _getter(rename.get(name, name) for name in plain)
    times = [camel(n) for n in plain if isinstance(declared[n], fields.AwareDateTime)]
    amounts = [camel(n) for n in plain if isinstance(declared[n], MoneyOut)]
    made = [(camel(name), call) for name, call in computed.items()]

    def present(row: Any) -> Json:
        shown: Json = dict(zip(keys, values(row), strict=True))
        for key in times:
            shown[key] = rfc3339(shown[key])
        for key in amounts:
            if shown[key] is not None:
                shown[key] = to_major(shown[key], row.currency)
        for key, call in made:
            shown[key] = call(row)
        return shown

    return present


def _getter(names: Iterable[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return `attrgetter(*names)`, with a tuple also for a single name."""
    listed = tuple(names)
    if len(listed) == 1:
        single = attrgetter(listed[0])
        return lambda row: (single(row),)
    return attrgetter(*listed)
