"""Figures as JSON and as CSV, with what they are as of."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from defusedcsv import csv

from metaia.analytics import definitions
from metaia.analytics.answers import Figures
from metaia.analytics.definitions import Value
from metaia.analytics.periods import Bucket
from metaia.analytics.rebuilding import service as rebuilding
from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.core.money import to_major
from metaia.core.times import now, rfc3339


def figures(found: Figures, buckets: Sequence[Bucket], complete_until: datetime) -> Json:
    """Return the figures of a set. A bucket is complete when it is over and the consumer has passed its end."""
    series = [
        {
            "bucket": bucket.name,
            "start": rfc3339(bucket.start),
            "end": rfc3339(bucket.end),
            "values": values,
            "complete": bucket.end <= complete_until,
        }
        for bucket, values in zip(buckets, found.series or [], strict=False)
    ]
    return {"series": series, "totals": found.totals, "compare": None, "rows": found.rows}


def complete_until(cursor: AnyRow) -> datetime:
    """Return the time up to which figures have all that has happened: now, unless the consumer is behind."""
    moment: datetime = now() if is_current(cursor) else cursor.at
    return moment


def is_current(cursor: AnyRow) -> bool:
    """Return whether the consumer has read all of the log."""
    return bool(cursor.position >= cursor.head and cursor.epoch)


def meta(cursor: AnyRow, zone: str, currency: str | None) -> Json:
    """Return up to when figures go, and how they are to be read."""
    running = cursor.rebuilding if rebuilding.is_running(cursor) else None
    lag = 0.0 if is_current(cursor) else max((now() - cursor.at).total_seconds(), 0.0)
    return {
        "asOf": {"at": rfc3339(complete_until(cursor)), "position": cursor.position},
        "tz": zone,
        "currency": currency,
        "definitions": definitions.VERSION,
        "lagSeconds": round(lag, 1),
        "rebuilding": {name: running[name] for name in ("done", "of")} if running else None,
    }


def ranked(row: AnyRow, names: Mapping[str, str], *, money: bool) -> Json:
    """Return a partner or courier of a ranking; without `money` only the number of orders."""
    user_id = str(row.id)
    shown: Json = {"id": user_id, "name": names.get(user_id), "currency": row.currency, "orders": row.orders}
    if money:
        shown["value"] = to_major(row.value, row.currency)
        shown["share"] = round(row.value / row.whole, 4) if row.whole else None
    return shown


def definition(value: Value) -> Json:
    """Return the definition of a value."""
    return {
        "set": value.set,
        "value": value.key,
        "unit": value.unit,
        "timeAxis": value.axis,
        "sentence": value.sentence,
        "formula": value.formula,
        "sources": list(value.sources),
        "additive": value.additive,
        "drill": value.drill is not None,
    }


def spreadsheet(answer: Json) -> Iterator[bytes]:
    """Yield the lines of CSV: a line per bucket, or per row of a ranking; one column per value and currency."""
    rows = [_flat(row) for row in answer["rows"]] if answer["rows"] is not None else _lines(answer["series"])
    columns = list(dict.fromkeys(name for row in rows for name in row))
    yield _line(columns)
    for row in rows:
        yield _line([row.get(name, "") for name in columns])


def _lines(series: Sequence[Json]) -> list[Json]:
    fixed = ("bucket", "start", "end", "complete")
    return [{name: each[name] for name in fixed} | _flat(each["values"]) for each in series]


def _flat(values: Mapping[str, object], prefix: str = "") -> Json:
    """Return nested values by dotted names, as `gmv.INR`; those of lists by their places."""
    found: Json = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            for place, each in enumerate(value):
                found |= _flat(each, f"{prefix}{name}.{place}.")
        else:
            found[f"{prefix}{name}"] = "" if value is None else value
    return found


def _line(values: Sequence[object]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue().encode()
