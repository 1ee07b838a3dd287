"""Time the relay's statement with and without threads of deals, and pages of a timeline of 5,000 entries.

Usage: python -m benchmarks.deals [ROUNDS]. Each round moves the same events three times: with the statement as it was
before threads, with the present one, and with the present one while every event belongs to a deal. Prints the medians
of the rounds in milliseconds of PostgreSQL's CPU time, and of their ratios; pages in milliseconds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from statistics import median

from sqlalchemy import Connection, text

from benchmarks import growth
from benchmarks.meter import cpu_seconds
from metaia.core import db
from metaia.core.db import driver
from metaia.core.db.driver import Statement
from metaia.core.times import now
from metaia.extensions import db as database
from metaia.realtime.log import store as log_store
from metaia.realtime.log import threads
from metaia.realtime.log.relay import BATCH, MOVE

DEALS, ENTRIES, CALLS = 1_000, 5_000, 50
DEAL = "40000000-0000-7000-8000-000000000001"
FILL = text(
    """
    INSERT INTO outbox (uid, kind, type, payload, audience, actor, subject, created_at, thread, thread_ref)
    SELECT gen_random_uuid(), 'event', 'order.updated', json_build_object('order', repeat('x', 900)),
        ARRAY['order-' || n, 'user-' || n, 'user-' || n + 1, 'admin-room', 'support-room', 'super_admin-room'],
        'actor', 'order-' || n, now(), CASE WHEN :threaded THEN deal END,
        CASE WHEN :threaded THEN 'order:' || deal || ':' || 1 END
    FROM generate_series(1, CAST(:count AS integer)) AS n, LATERAL (SELECT CAST('40000000-0000-7000-8000-'
        || lpad(to_hex(1 + n % CAST(:deals AS integer)), 12, '0') AS uuid) AS deal) AS deals
    """
)
LONG = text(
    """
    INSERT INTO event_threads (thread, position, event_id, type, ref, at)
    SELECT :deal, n, gen_random_uuid(), 'chat.message', (ARRAY['message', 'order', 'offer'])[1 + n % 3] || ':' || n,
        now() FROM generate_series(1, CAST(:entries AS integer)) AS n
    """
)


def before_threads() -> Statement:
    """Return the relay's statement without the part that writes threads."""
    whole = MOVE.text.decode()
    begin, end = whole.index(", threaded AS ("), whole.index(", dated AS (")
    return Statement((whole[:begin] + whole[end:]).replace(", thread, thread_ref", ""))


def timed_move(
    connection: Connection, statement: Statement, batch: int, batches: int, *, threaded: bool
) -> float:
    """Return the milliseconds of CPU time that PostgreSQL takes to move so many batches with a statement."""
    with db.transaction():
        given = {"count": batch * batches, "deals": DEALS, "threaded": threaded}
        db.execute(FILL, given)
    raw = driver.of(connection)
    driver.execute_raw(
        raw, "VACUUM outbox"
    )  # rows that earlier moves have deleted would slow down later ones
    backend = [raw.info.backend_pid]
    before = cpu_seconds(backend)
    moved = sum(len(driver.rows(raw, statement, [str(batch).encode()])) for _ in range(batches))
    assert moved == batch * batches
    return 1000 * (cpu_seconds(backend) - before)


def moves(rounds: int, batch: int, batches: int) -> None:
    """Print the times of moves in batches of this size."""
    old = before_threads()
    with database.engine.connect() as connection:
        found = []
        for number in range(rounds + 1):
            ways = [(old, False), (MOVE, False), (MOVE, True)]
            order = [0, 1, 2] if number % 2 else [2, 1, 0]  # neither always comes first
            taken = {
                way: timed_move(connection, ways[way][0], batch, batches, threaded=ways[way][1])
                for way in order
            }
            found.append([taken[way] for way in range(3)])
        before, without, with_deal = zip(*found[1:], strict=True)  # the first round warms up
    ratios = [median(a / b for a, b in zip(times, before, strict=True)) for times in (without, with_deal)]
    print(f"batches of {batch:3}: before {median(before) / batches:.3f} ms", end="")
    print(f", without a deal {median(without) / batches:.3f} ms ({ratios[0]:.3f})", end="")
    print(f", with a deal {median(with_deal) / batches:.3f} ms ({ratios[1]:.3f})")


def pages() -> None:
    """Print the times of pages of a long timeline."""
    with db.transaction():
        db.execute(text("DELETE FROM event_threads WHERE thread = :deal"), {"deal": DEAL})
        db.execute(LONG, {"deal": DEAL, "entries": ENTRIES})
        db.execute(text("ANALYZE event_threads"))
    calls: dict[str, Callable[[], object]] = {
        "newest page": lambda: threads.page(DEAL, limit=50),
        "page in the middle": lambda: threads.page(DEAL, before=ENTRIES // 2, limit=50),
        "page after a cursor": lambda: threads.page(DEAL, after=10, limit=50),
        "newest page of one kind": lambda: threads.page(DEAL, ["offer"], limit=50),
        "a kind that is not there": lambda: threads.page(DEAL, ["tracking"], limit=50),
    }
    for name, taken in growth.measure(calls, CALLS).items():
        print(f"{name:26} {taken:.2f} ms")


def main(rounds: int) -> None:
    """Print all times."""
    with growth.application():
        with db.transaction():
            log_store.open_days(now().date())
        moves(rounds, BATCH, 4)
        moves(rounds, 1, 200)
        pages()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
