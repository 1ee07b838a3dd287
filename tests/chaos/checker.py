"""Checks of the tables after a run."""

from __future__ import annotations

from typing import LiteralString

from tests.chaos.installation import Installation

# Each statement finds rows that must not exist. `chaos_committed`, `notifications` and `order_steps` were written in
# the same transactions as the events, and not by the real-time path.
NEVER: dict[str, LiteralString] = {
    "positions that are missing or twice": """
        SELECT h.position, (SELECT count(*) FROM event_log) FROM log_head AS h
        WHERE h.position <> (SELECT count(*) FROM event_log)
           OR h.position <> (SELECT count(DISTINCT position) FROM event_log)
           OR h.position <> (SELECT max(position) FROM event_log)""",
    "events twice in the log": "SELECT id, count(*) FROM event_log GROUP BY id HAVING count(*) > 1",
    "committed events that are not in the log once": """
        SELECT s.id, count(e.id) FROM chaos_committed AS s
        LEFT JOIN event_log AS e ON e.payload ->> 'id' = s.id::text
        GROUP BY s.id HAVING count(e.id) <> 1""",
    "notifications that are not in the log once, or are for the mailbox only and in the log": """
        SELECT n.id, count(e.id) FROM notifications AS n
        LEFT JOIN event_log AS e ON e.payload ->> 'id' = n.id::text
        GROUP BY n.id HAVING count(e.id) <> n.shown::int""",
    "events in the log that no transaction committed": """
        SELECT e.position, e.payload ->> 'id' FROM event_log AS e
        WHERE e.type = 'notification.created'
          AND e.payload ->> 'id' NOT IN (
              SELECT id::text FROM chaos_committed UNION SELECT id::text FROM notifications)""",
    "steps of orders that are not in the log once": """
        SELECT s.order_id, s.version, count(e.id) FROM order_steps AS s
        LEFT JOIN event_log AS e ON starts_with(e.type, 'order.') AND e.payload ->> 'orderId' = s.order_id::text
             AND (e.payload -> 'order' ->> 'version')::int = s.version
        GROUP BY s.order_id, s.version HAVING count(e.id) <> 1""",
    "steps of orders in the wrong order": """
        SELECT * FROM (
            SELECT e.payload ->> 'orderId' AS order_id, (e.payload -> 'order' ->> 'version')::int AS version,
                   row_number() OVER (PARTITION BY e.payload ->> 'orderId' ORDER BY position) AS place
            FROM event_log AS e WHERE starts_with(e.type, 'order.')) AS steps WHERE version <> place""",
    "events of orders that are not at their position in the timeline of the deal": """
        SELECT e.position, t.position, t.thread, t.ref
        FROM (SELECT * FROM event_log WHERE starts_with(type, 'order.')) AS e
        FULL JOIN (SELECT * FROM event_threads WHERE starts_with(ref, 'order:')) AS t USING (position)
        WHERE t.event_id IS DISTINCT FROM e.id OR t.thread::text <> e.payload ->> 'dealId'
           OR t.ref <> concat_ws(':', 'order', e.payload ->> 'orderId', e.payload -> 'order' ->> 'version')""",
    "events with a wrong audience": """
        SELECT s.id, s.rooms, actual.rooms FROM chaos_committed AS s
        JOIN event_log AS e ON e.payload ->> 'id' = s.id::text
        JOIN (SELECT position, string_agg(room, ' ' ORDER BY room COLLATE "C") AS rooms
              FROM event_audience GROUP BY position) AS actual USING (position)
        WHERE s.rooms <> actual.rooms""",
    "orders that were placed twice": "SELECT notes, count(*) FROM orders GROUP BY notes HAVING count(*) > 1",
    "notifications that are not planned": """
        SELECT queue, count(*) FROM notifications WHERE planned_at IS NULL GROUP BY queue""",
    "mails that were not sent": """
        SELECT channel, status, reason, count(*) FROM deliveries
        WHERE status <> CASE channel WHEN 'email' THEN 'sent' ELSE 'suppressed' END
            AND NOT (status = 'cancelled' AND reason = 'outdated')  -- the order had moved on
        GROUP BY 1, 2, 3""",
    "rows left in the outbox": "SELECT kind, type, count(*) FROM outbox GROUP BY kind, type",
}


def in_tables(installation: Installation) -> list[str]:
    """Return the problems in the tables."""
    installation.rows("ANALYZE")
    problems = []
    for what, statement in NEVER.items():
        found = installation.rows(statement)
        if found:
            problems.append(f"{what}: {len(found)}, e.g. {found[:3]}")
    return problems


def missing(installation: Installation, acknowledged: set[str], placed: list[str]) -> list[str]:
    """Return what was acknowledged to a client, or is marked as sent, and does not exist."""
    committed = {str(row[0]) for row in installation.rows("SELECT id FROM chaos_committed")}
    notes = {row[0] for row in installation.rows("SELECT notes FROM orders")}
    mails = "SELECT id FROM deliveries WHERE channel = 'email' AND status = 'sent'"
    sent = {str(row[0]) for row in installation.rows(mails)}
    sent -= {str(mail["Message-ID"])[1:].partition("@")[0] for mail in installation.mails.mails}
    lost = [*(acknowledged - committed), *(set(placed) - notes), *sent]
    return [f"acknowledged, but not there: {len(lost)}, e.g. {lost[:3]}"] if lost else []
