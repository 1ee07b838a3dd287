"""Time the statements of media with 10,000 and with 1,000,000 files, on a private PostgreSQL.

Usage: python -m benchmarks.media_growth [FILES …]. Prints the median of 30 calls in milliseconds, and the ratio.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import islice
from typing import Any

from sqlalchemy import text

from benchmarks import growth
from metaia.core import db
from metaia.core.times import now
from metaia.media import queries
from metaia.media.cleaning import queries as cleaning_queries
from metaia.media.cleaning import trash
from metaia.media.quotas import queries as quota_queries
from metaia.media.serving import queries as serving_queries
from metaia.media.uses import queries as use_queries

USERS = 2000
OWNER = "00000000-0000-7000-8000-000000000001"
SEED = (
    """
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    SELECT CAST('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid), n || '@test.example', 'x', 'n',
        'customer', true, now()
    FROM generate_series(1, CAST(:users AS integer)) AS n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO media (id, owner_id, kind, folder, visibility, status, filename, content_type, store, key, size, sha256,
        renditions, charged, tries, version, created_at, updated_at, due_at)
    SELECT CAST('10000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid),
        CAST('00000000-0000-7000-8000-' || lpad(to_hex(1 + n % CAST(:users AS integer)), 12, '0') AS uuid),
        'image', 'general', 'private', 'ready', 'photo ' || n || '.jpg', 'image/jpeg', 'local',
        'private/' || md5(CAST(n AS text)), 1000, decode(repeat('00', 32), 'hex'),
        jsonb_build_object('full', jsonb_build_object('key', 'private/' || md5(CAST(n AS text)) || '/full.webp',
            'content_type', 'image/webp', 'size', 1000, 'width', 4, 'height', 3)),
        1000, 1, 1, now() - n * interval '1 second', now(),
        CASE WHEN n % 100 = 0 THEN now() + n * interval '1 second' END
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n
    """,
    """
    INSERT INTO media_uses (media_id, subject, role, position, created_at)
    SELECT CAST('10000000-0000-7000-8000-' || lpad(to_hex(1 + n % CAST(:last AS integer)), 12, '0') AS uuid),
        'order-' || n, 'item', 0, now()
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer) * 6 / 5) AS n WHERE n % 100 <> 0
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO media_usage (user_id, bytes, files)
    SELECT owner_id, sum(charged), count(*) FROM media GROUP BY owner_id
    ON CONFLICT (user_id) DO UPDATE SET bytes = excluded.bytes, files = excluded.files
    """,
    """
    INSERT INTO media_trash (id, store, key, public, due_at, tries)
    SELECT gen_random_uuid(), 'local', 'private/' || md5('t' || n), false, now() + interval '1 hour', 0
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer) / 100) AS n
    """,
)


def calls() -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    media_id = "10000000-0000-7000-8000-00000000000a"
    own: dict[str, Any] = {"filters": {"owner_id": OWNER}, "sort": "-createdAt", "limit": 20, "cursor": None}
    every = own | {"filters": {}}
    key = db.fetch_value(text("SELECT key FROM media LIMIT 1"))
    return {
        "list, own": lambda: queries.page(**own),
        "list, staff": lambda: queries.page(**every),
        "one by id": lambda: queries.by_id(media_id),
        "file by key": lambda: serving_queries.by_key(f"{key}/full.webp"),
        "attached to an order": lambda: use_queries.media_ids("order-7"),
        "unattached of a user": lambda: quota_queries.unattached(OWNER),
        "sweep: due": lambda: cleaning_queries.due(now(), 100),
        "purge: claim": lambda: trash.QUEUE.claim(trash.BATCH),
        "purge: due": trash.QUEUE.due,
        "reconcile: 500 rows": lambda: list(islice(cleaning_queries.stored_keys("local", "private/a"), 500)),
        "recount one user": lambda: quota_queries.stored(OWNER),
        "metrics": lambda: (cleaning_queries.totals(), cleaning_queries.counts(), trash.QUEUE.states()),
    }


def grow(before: int, files: int) -> None:
    """Add rows until there are `files` of media."""
    with db.transaction():
        for statement in SEED:
            db.execute(text(statement), {"users": USERS, "first": before + 1, "last": files})
    growth.analyze()


def main(sizes: list[int]) -> None:
    """Print the times at each size."""
    with growth.application():
        results, before = [], 0
        for files in sizes:
            grow(before, files)
            before = files
            results.append(growth.measure(calls()))
    growth.show(sizes, results)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 1_000_000])
