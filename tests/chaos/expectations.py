"""What each client must have heard, from its audience in the log and from what it wrote down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import LiteralString

from tests.chaos.devices import Device
from tests.chaos.installation import House
from tests.chaos.records import Record, Step

HEARD: LiteralString = """
    SELECT DISTINCT l.position, l.id FROM event_log AS l JOIN event_audience AS a USING (position)
    WHERE a.room = ANY(%s) AND l.position BETWEEN %s AND %s AND l.type = ANY(%s)"""
STEPS: LiteralString = """
    SELECT CASE type WHEN 'order.created' THEN 'newOrder' ELSE 'orderStatusUpdate' END, payload ->> 'orderId',
           (payload -> 'order' ->> 'version')::int,
           CASE type WHEN 'order.created' THEN 'None' ELSE payload ->> 'status' END
    FROM event_log WHERE starts_with(type, 'order.') AND position > %s ORDER BY position"""
TOLD: LiteralString = "SELECT id FROM event_log WHERE payload ->> 'id' = %s"
SEEN = ["notification.created", "order.created", "order.updated"]  # what clients see
END = 2**62
REFUSALS = {"unavailable", "token_expired"}  # while services are away; just before the connection is ended


def has_heard(house: House, device: Device, record: Record, last_word: str) -> bool:
    """Return whether a device has heard all there is: `last_word` is the id of the last thing said to it."""
    if device.what == "timing":
        return _steps(house, device) in record.told
    told = {str(row[0]) for row in house.rows(TOLD, last_word)}
    return any(event in told for _, event in record.applied)


def problems(house: House, device: Device, record: Record) -> list[str]:
    """Return in what a device differs from what it must be."""
    found = _of_page(house, device, record) if device.what == "timing" else _of_client(house, device, record)
    found += [f"was refused {refused}" for refused in record.refused if refused.split()[1] not in REFUSALS]
    told_why = device.kinds[0] != "socketio"
    if device.ends and told_why and not any("token_expired" in cut for cut in record.cuts):
        found.append("no token of it has ended")
    if device.renews and record.renewed < 3:
        found.append(f"renewed its token only {record.renewed} times")
    if device.follows and not any(stay.first for stay in record.stays):
        found.append("has heard nothing in a room of an order")
    return [f"{device.name}: {problem}" for problem in found]


def _of_client(house: House, device: Device, record: Record) -> list[str]:
    """Each event of its rooms since its start once, in order; of rooms it joined, all that was said while it was there.

    That begins with the first event after the answer to its asking. What comes before the answer may be of the room.
    """
    if record.start is None:
        return ["never got in"]
    expected = _audience(house, device.rooms, record.start + 1, END)
    for stay in record.stays:
        if stay.first is not None:
            expected |= _audience(house, [stay.room], stay.first, stay.last)
        maybe = _audience(house, [stay.room], stay.before + 1, stay.first or stay.last)
        expected |= maybe.intersection(record.applied)
    problems = [f"was told {record.resyncs} times to start anew"] if record.resyncs else []
    return problems + _compare(sorted(expected), record.applied)


def _audience(house: House, rooms: list[str], first: int, last: int) -> set[tuple[int, str]]:
    return {(row[0], str(row[1])) for row in house.rows(HEARD, rooms, first, last, SEEN)}


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


def _of_page(house: House, device: Device, record: Record) -> list[str]:
    """Each connection begins where the page began, and hears of each step of each order once, in order."""
    steps = _steps(house, device)
    found = [
        f"heard {len(told)} steps, which are not the first ones"
        for told in record.told
        if told != steps[: len(told)]
    ]
    if len(record.told) < 3 or steps not in record.told:
        found.append(
            f"never heard all {len(steps)} steps; on its connections {[len(told) for told in record.told]}"
        )
    return found


def _steps(house: House, device: Device) -> list[Step]:
    start = int(str(device.cursor).rpartition(".")[2])
    return [(str(row[0]), str(row[1]), int(row[2]), str(row[3])) for row in house.rows(STEPS, start)]
