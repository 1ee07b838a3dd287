"""What each client must have received, according to the audiences in the log and to its record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import LiteralString

from tests.chaos.devices import Device
from tests.chaos.installation import Installation
from tests.chaos.records import Record, Step

ADDRESSED: LiteralString = """
    SELECT DISTINCT l.position, l.id FROM event_log AS l JOIN event_audience AS a USING (position)
    WHERE a.room = ANY(%s) AND l.position BETWEEN %s AND %s AND l.type = ANY(%s)"""
STEPS: LiteralString = """
    SELECT CASE type WHEN 'order.created' THEN 'newOrder' ELSE 'orderStatusUpdate' END, payload ->> 'orderId',
           (payload -> 'order' ->> 'version')::int,
           CASE type WHEN 'order.created' THEN 'None' ELSE payload ->> 'status' END
    FROM event_log WHERE starts_with(type, 'order.') AND position > %s ORDER BY position"""
LOGGED: LiteralString = "SELECT payload ->> 'id', id FROM event_log WHERE payload ->> 'id' = ANY(%s)"
# Of orders that a courier has had: it has received them, and a release takes them out of what it may read again.
FORMER: LiteralString = """
    SELECT position, id FROM event_log WHERE type = 'order.updated' AND payload ->> 'orderId' IN (
        SELECT order_id::text FROM order_steps WHERE after ->> 'courier_id' = %s
    )"""
SEEN = [
    "delivery.closed",
    "delivery.offered",
    "notification.created",
    "notification.unread",
    "order.created",
    "order.updated",
]  # the types that clients see
END = 2**62
REFUSALS = {
    "unavailable",
    "token_expired",
}  # while services are unreachable; just before the connection is closed


def logged(installation: Installation, committed: dict[str, str]) -> dict[str, str]:
    """Return the ids in the log of events with the given ids, by the same keys; without those that are not in it."""
    found = {str(given): str(event) for given, event in installation.rows(LOGGED, [*committed.values()])}
    return {key: found[given] for key, given in committed.items() if given in found}


def has_received(installation: Installation, device: Device, record: Record, last_event: str | None) -> bool:
    """Return whether a device has received everything.

    `last_event` is the id in the log of the last event for it; None if it is not in the log yet.
    """
    if device.what == "timing":
        return _steps(installation, device) in record.steps
    return any(event == last_event for _, event in record.applied)


def problems(installation: Installation, device: Device, record: Record) -> list[str]:
    """Return the differences between a device's record and what it must be."""
    found = (
        _of_page(installation, device, record)
        if device.what == "timing"
        else _of_client(installation, device, record)
    )
    found += [f"was refused {refused}" for refused in record.refused if refused.split()[1] not in REFUSALS]
    gets_reason = device.kinds[0] != "socketio"
    if device.ends and gets_reason and not any("token_expired" in cut for cut in record.cuts):
        found.append("no token of it has ended")
    if device.renews and record.renewed < 3:
        found.append(f"renewed its token only {record.renewed} times")
    if device.follows and not any(stay.first for stay in record.stays):
        found.append("has received nothing in a room of an order")
    return [f"{device.name}: {problem}" for problem in found]


def _of_client(installation: Installation, device: Device, record: Record) -> list[str]:
    """A client must receive each event of its own rooms since its start, once and in order.

    Of a room that it joined, it must receive every event from the first one after the answer to its request. Events
    before the answer may be of that room or not, and so may events of orders that it had as their courier.
    """
    if record.start is None:
        return ["was never accepted"]
    expected = _audience(installation, device.rooms, record.start + 1, END)
    for stay in record.stays:
        if stay.first is not None:
            expected |= _audience(installation, [stay.room], stay.first, stay.last)
        maybe = _audience(installation, [stay.room], stay.before + 1, stay.first or stay.last)
        expected |= maybe.intersection(record.applied)
    former = {(row[0], str(row[1])) for row in installation.rows(FORMER, device.person.id)}
    expected |= former.intersection(record.applied)
    problems = [f"had to resync {record.resyncs} times"] if record.resyncs else []
    return problems + _compare(sorted(expected), record.applied)


def _audience(installation: Installation, rooms: list[str], first: int, last: int) -> set[tuple[int, str]]:
    return {(row[0], str(row[1])) for row in installation.rows(ADDRESSED, rooms, first, last, SEEN)}


def _compare(expected: list[tuple[int, str]], applied: list[tuple[int, str]]) -> list[str]:
    if applied == expected:
        return []
    times, own = Counter(applied), set(expected)
    wrong: dict[str, Sequence[object]] = {
        "lost": [event for event in expected if not times[event]],
        "doubled": [event for event in times if times[event] > 1],
        "not its own": [event for event in times if event not in own],
        "out of order": [pair for pair in pairwise(applied) if pair[0] >= pair[1]],
    }
    return [
        f"{len(which)} {what} of {len(expected)}, e.g. {which[:3]}" for what, which in wrong.items() if which
    ]


def _of_page(installation: Installation, device: Device, record: Record) -> list[str]:
    """Each connection starts at the page's first cursor, and receives each step of each order once, in order."""
    steps = _steps(installation, device)
    found = [
        f"received {len(received)} steps, which are not the first ones"
        for received in record.steps
        if received != steps[: len(received)]
    ]
    if len(record.steps) < 3 or steps not in record.steps:
        found.append(
            f"never received all {len(steps)} steps; per connection {[len(received) for received in record.steps]}"
        )
    return found


def _steps(installation: Installation, device: Device) -> list[Step]:
    start = int(str(device.cursor).rpartition(".")[2])
    return [(str(row[0]), str(row[1]), int(row[2]), str(row[3])) for row in installation.rows(STEPS, start)]
