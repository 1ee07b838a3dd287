"""Asking for many rows by one array, instead of a list with a parameter for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, any_, literal


def among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that a column has one of `values`.

    With `IN (…)` the text would differ by their number, and psycopg takes each new text apart anew: hundreds of ids
    were a sixth of a worker's time.
    """
    condition: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(column.type)))
    return condition
