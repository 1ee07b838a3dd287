"""What must be true in the end, from the tables and from what the clients wrote down."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import LiteralString

from tests.chaos.house import House

Applied = list[tuple[int, str]]
# Each statement finds what must not be. `chaos_said`, `notifications` and `order_steps` were written in the same
# transactions as the events, and not by the real-time path.
NEVER: dict[str, LiteralString] = {
    "positions that are missing or twice": """
        SELECT h.position, (SELECT count(*) FROM event_log) FROM log_head AS h
        WHERE h.position <> (SELECT count(*) FROM event_log)
           OR h.position <> (SELECT count(DISTINCT position) FROM event_log)
           OR h.position <> (SELECT max(position) FROM event_log)""",
    "events twice in the log": "SELECT id, count(*) FROM event_log GROUP BY id HAVING count(*) > 1",
    "what was said and is not in the log once": """
        SELECT s.id, count(e.id) FROM chaos_said AS s
        LEFT JOIN event_log AS e ON e.payload ->> 'id' = s.id::text
        GROUP BY s.id HAVING count(e.id) <> 1""",
    "notifications that are not in the log once": """
        SELECT n.id, count(e.id) FROM notifications AS n
        LEFT JOIN event_log AS e ON e.payload ->> 'id' = n.id::text
        GROUP BY n.id HAVING count(e.id) <> 1""",
    "events in the log of what nobody said": """
        SELECT e.position, e.payload ->> 'id' FROM event_log AS e
        WHERE e.type = 'notification.created'
          AND e.payload ->> 'id' NOT IN (SELECT id::text FROM chaos_said UNION SELECT id::text FROM notifications)""",
    "steps of orders that are not in the log once": """
        SELECT s.order_id, s.version, count(e.id) FROM order_steps AS s
        LEFT JOIN event_log AS e ON starts_with(e.type, 'order.') AND e.payload ->> 'orderId' = s.order_id::text
             AND (e.payload -> 'order' ->> 'version')::int = s.version
        GROUP BY s.order_id, s.version HAVING count(e.id) <> 1""",
    "steps of orders in the wrong order": """
        SELECT * FROM (
            SELECT e.payload ->> 'orderId' AS order_id, (e.payload -> 'order' ->> 'version')::int AS version,
                   row_number() OVER (PARTITION BY e.payload ->> 'orderId' ORDER BY position) AS place
            FROM event_log AS e WHERE starts_with(e.type, 'order.')) AS told WHERE version <> place""",
    "events with another audience than was meant": """
        SELECT s.id, s.rooms, heard.rooms FROM chaos_said AS s
        JOIN event_log AS e ON e.payload ->> 'id' = s.id::text
        JOIN (SELECT position, string_agg(room, ' ' ORDER BY room COLLATE "C") AS rooms
              FROM event_audience GROUP BY position) AS heard USING (position)
        WHERE s.rooms <> heard.rooms""",
    "orders that were placed twice": "SELECT notes, count(*) FROM orders GROUP BY notes HAVING count(*) > 1",
    "mails that were not sent": "SELECT status, count(*) FROM deliveries WHERE status <> 'sent' GROUP BY status",
    "what is left in the outbox": "SELECT kind, type, count(*) FROM outbox GROUP BY kind, type",
}
HEARD: LiteralString = """
    SELECT DISTINCT l.position, l.id FROM event_log AS l JOIN event_audience AS a USING (position)
    WHERE a.room = ANY(%s) AND l.position > %s AND l.type = ANY(%s) ORDER BY l.position"""
SEEN = ["notification.created", "order.created", "order.updated"]  # what clients see


def in_tables(house: House) -> list[str]:
    """Return what is wrong in the tables."""
    house.rows("ANALYZE")
    problems = []
    for what, statement in NEVER.items():
        found = house.rows(statement)
        if found:
            problems.append(f"{what}: {len(found)}, e.g. {found[:3]}")
    return problems


def forgotten(house: House, acknowledged: set[str], placed: list[str]) -> list[str]:
    """Return what was acknowledged, or is marked as sent, and is not there."""
    said = {str(row[0]) for row in house.rows("SELECT id FROM chaos_said")}
    notes = {row[0] for row in house.rows("SELECT notes FROM orders")}
    sent = {str(row[0]) for row in house.rows("SELECT id FROM deliveries WHERE channel = 'email'")}
    sent -= {str(mail["Message-ID"])[1:].partition("@")[0] for mail in house.mails.mails}
    lost = [*(acknowledged - said), *(set(placed) - notes), *sent]
    return [f"acknowledged, but not there: {len(lost)}, e.g. {lost[:3]}"] if lost else []


@dataclass
class Record:
    """What a client wrote down: where it started, what it applied, why it was cut, how often it had to start anew."""

    start: int | None
    applied: Applied
    cuts: list[str]
    resyncs: int


def read_record(path: Path) -> Record:
    """Read what a client wrote down."""
    record = Record(None, [], [], 0)
    for line in path.read_text().splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "event":
            position, _, event = rest.partition(" ")
            record.applied.append((int(position), event))
        elif kind == "start":
            record.start = int(rest.rpartition(".")[2])
        elif kind == "cut":
            record.cuts.append(rest)
        else:
            record.resyncs += 1
    return record


def of_client(house: House, name: str, rooms: list[str], record: Path) -> list[str]:
    """Return in what a client differs from: each event of its audience since its start once, in order."""
    its = read_record(record)
    applied = its.applied
    if its.start is None:
        return [f"{name} never got in"]
    expected = [(row[0], str(row[1])) for row in house.rows(HEARD, rooms, its.start, SEEN)]
    problems = [f"{name} was told {its.resyncs} times to start anew"] if its.resyncs else []
    if applied == expected:
        return problems
    times, own = Counter(applied), set(expected)
    lost = [event for event in expected if not times[event]]
    doubled = [event for event in times if times[event] > 1]
    strange = [event for event in times if event not in own]
    late = [pair for pair in pairwise(applied) if pair[0] >= pair[1]]
    for what, which in (
        ("lost", lost),
        ("doubled", doubled),
        ("not its own", strange),
        ("out of order", late),
    ):
        if which:
            problems.append(f"{name}: {len(which)} {what} of {len(expected)}, e.g. {which[:3]}")
    return problems
