"""Reading the results of an operation. Names and exported data are read at that time, and not stored with it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from defusedcsv import csv

from metaia.core import db, rooms, threads
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.db import AnyRow
from metaia.core.json import Json
from metaia.operations import queries, service
from metaia.operations.actions.kinds import Cells, Kind
from metaia.operations.actions.service import KINDS
from metaia.operations.policy import EXPORT
from metaia.operations.queries import Operation
from metaia.operations.results import presenters

PART = 500  # rows of a file that are read at once
HEADER = ("id", "title", "state", "error", "message", "before", "after")
BOM = "\ufeff"  # Excel reads CSV without it as Latin-1


def page(
    actor: Actor, operation_id: str, *, filters: dict[str, Any], sort: str, limit: int, cursor: str | None
) -> tuple[list[Json], str | None]:
    """Return one page of results, and the next page's cursor. Raises NotFound and Forbidden."""
    operation = service.read(actor, operation_id)
    rows, following = queries.results(operation.id, filters=filters, sort=sort, limit=limit, cursor=cursor)
    titles = KINDS[operation.kind].titles(row.id for row in rows)
    return [presenters.result(row, titles.get(row.id)) for row in rows], following


def file(actor: Actor, operation_id: str, filters: dict[str, Any]) -> Iterator[bytes]:
    """Return the results as CSV in parts; of an export, the rows too. It is audited. Raises NotFound and Forbidden."""
    operation = service.read(actor, operation_id)
    with db.transaction():
        subject = rooms.subject("operation", operation.id)
        audit_log.record("operation.downloaded", subject=subject, after={"total": operation.total})
    return _written(operation, filters)


def _written(operation: Operation, filters: dict[str, Any]) -> Iterator[bytes]:
    kind = KINDS[operation.kind]
    exported = kind.header if operation.action == EXPORT else ()
    yield _lines([[*HEADER, *exported]], BOM)
    cursor: str | None = None
    while True:
        rows, cursor = queries.results(operation.id, filters=filters, sort="id", limit=PART, cursor=cursor)
        yield _lines(_cells(kind, rows, with_rows=bool(exported)))
        if cursor is None:
            return
        threads.pause()


def _cells(kind: Kind, rows: list[AnyRow], *, with_rows: bool) -> list[Cells]:
    ids = [row.id for row in rows]
    titles, exported = kind.titles(ids), kind.rows(ids) if with_rows else {}
    return [[*_result(row, titles.get(row.id)), *exported.get(row.id, [])] for row in rows]


def _result(row: AnyRow, title: str | None) -> Cells:
    error = row.error or {}
    values = [_readable(row.before), _readable(row.after)]
    return [row.id, title, row.state, error.get("code"), error.get("message"), *values]


def _readable(values: Json | None) -> str:
    return "; ".join(f"{name}: {value}" for name, value in (values or {}).items())


def _lines(rows: Iterable[Cells], prefix: str = "") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return (prefix + out.getvalue()).encode()
