"""The end of a run of uploads: clocks pass at once, the periodic jobs run, and store and tables are compared."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import Any, LiteralString

import gevent

from metaia.providers.storage.local import Local
from metaia.providers.storage.signed_addresses import AddressSigner
from tests.chaos.installation import Installation
from tests.chaos.uploaders import Upload

SETTLE_SECONDS = 120.0
JOB: LiteralString = """
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'job', %s, '{}', '{}', now()"""
UNFINISHED: LiteralString = """
    SELECT count(*) FROM media
    WHERE status IN ('pending', 'processing') OR (status <> 'deleted' AND id = ANY(%s))"""
NAMES = (
    "id",
    "owner",
    "name",
    "status",
    "reason",
    "tries",
    "charged",
    "renditions",
    "purged_at",
    "incoming_key",
)
ROWS: LiteralString = """
    SELECT id::text, owner_id::text, filename, status, reason, tries, charged, renditions, purged_at, incoming_key
    FROM media"""
USAGE: LiteralString = "SELECT user_id::text, bytes, files FROM media_usage WHERE bytes <> 0 OR files <> 0"
LEFT: LiteralString = """
    SELECT 'parts', count(*) FROM media_parts UNION ALL SELECT 'trash', count(*) FROM media_trash
    UNION ALL SELECT 'outbox', count(*) FROM outbox"""


def settle(own: Installation, uploads: Iterable[Upload]) -> None:
    """Let pauses and expiries pass at once and run the periodic jobs, until no work is left. One worker must run."""
    replaced = [upload.media_id for upload in uploads if upload.fate == "replaced"]
    until = time.monotonic() + SETTLE_SECONDS
    while own.rows(UNFINISHED, replaced) != [(0,)]:
        own.rows("UPDATE media SET due_at = now() WHERE status IN ('pending', 'processing')")
        own.rows("UPDATE media SET due_at = now() WHERE status = 'ready' AND id = ANY(%s)", replaced)
        own.rows(JOB, "metaia.media.cleaning.jobs.sweep_due")
        _pause(own, until)
    for file in _unfinished(own):
        os.utime(file, (0, 0))
    own.rows(JOB, "metaia.media.cleaning.jobs.reconcile")
    while any(count for _, count in own.rows(LEFT)) or _unfinished(own):
        own.rows("UPDATE media_trash SET due_at = now()")
        own.rows(JOB, "metaia.media.cleaning.jobs.purge")
        _pause(own, until)


def problems(own: Installation, uploads: list[Upload]) -> list[str]:
    """Return all differences between what users were answered, the tables and the store."""
    rows = [dict(zip(NAMES, row, strict=True)) for row in own.rows(ROWS)]
    return [*_of_store(own, rows), *_of_usage(own, rows), *_of_states(rows), *_of_uploads(rows, uploads)]


def _pause(own: Installation, until: float) -> None:
    left = [*own.rows(LEFT), *own.rows("SELECT status, count(*) FROM media GROUP BY status")]
    assert time.monotonic() < until, f"work is left: {left}, {_unfinished(own)}"
    gevent.sleep(2)


def _store(own: Installation) -> Local:
    return Local(own.folder / "media", own.url, AddressSigner(["unused"]))


def _unfinished(own: Installation) -> list[Any]:
    return [*(own.folder / "media" / "unfinished").glob("*")]


def _of_store(own: Installation, rows: list[dict[str, Any]]) -> list[str]:
    known = {made["key"]: made["size"] for row in rows for made in (row["renditions"] or {}).values()}
    stored = {found.key: found.size for found in _store(own).listed()}
    files = [path for path in (own.folder / "media").rglob("*") if path.is_file()]
    found = [f"only the rows know {key}" for key in known.keys() - stored.keys()]
    found += [f"only the store has {key}" for key in stored.keys() - known.keys()]
    found += [f"{key} has {stored[key]} bytes" for key in known if stored.get(key, known[key]) != known[key]]
    found += (
        [] if len(files) == len(stored) else [f"the store has {len(files) - len(stored)} unfinished files"]
    )
    return found + [
        f"left in the worker's folder: {path.name}" for path in (own.folder / "processing").iterdir()
    ]


def _of_usage(own: Installation, rows: list[dict[str, Any]]) -> list[str]:
    expected: dict[str, tuple[int, int]] = {}
    for row in rows:
        size = sum(made["size"] for made in (row["renditions"] or {}).values())
        if row["charged"] != size:
            return [f"{row['name']} is charged {row['charged']} bytes and has {size}"]
        if row["status"] != "deleted":
            total, count = expected.get(row["owner"], (0, 0))
            expected[row["owner"]] = (total + size, count + 1)
    counted = {owner: (size, files) for owner, size, files in own.rows(USAGE)}
    return [] if counted == expected else [f"usage is {counted}, the rows have {expected}"]


def _of_states(rows: list[dict[str, Any]]) -> list[str]:
    found = []
    for row in rows:
        is_rejected = row["status"] == "rejected" and row["reason"] == "unreadable" and row["tries"] >= 3
        is_purged = row["status"] == "deleted" and row["purged_at"] is not None
        if not (row["status"] == "ready" or is_rejected or is_purged) or row["incoming_key"]:
            found.append(f"in no final state: {row}")
    return found


def _of_uploads(rows: list[dict[str, Any]], uploads: list[Upload]) -> list[str]:
    """Each accepted upload has one row that is not deleted, and each deleted one none."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(row["name"], []).append(row)
    found = []
    for upload in uploads:
        present = [row["id"] for row in by_name.get(upload.name, []) if row["status"] != "deleted"]
        expected = [] if upload.fate in ("deleted", "replaced") else [upload.media_id]
        if not upload.accepted or present != expected:
            found.append(
                f"{upload.name} ({upload.fate}, accepted: {upload.accepted}) is {present}, not {expected}"
            )
    return found
