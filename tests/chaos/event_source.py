"""Commits many events, as services do, until it is killed: `python -m tests.chaos.event_source plan.json`.

Each transaction also inserts its events into `chaos_committed`, so a row there proves that the event was committed.
"""

from __future__ import annotations

import json
import random
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metaia.app import create_app
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.redis import WAKE_CHANNEL, connect
from metaia.core.times import now, rfc3339
from metaia.realtime import events

INSERT_COMMITTED = text(
    "INSERT INTO chaos_committed (id, rooms) SELECT * FROM unnest(cast(:ids AS uuid[]), cast(:rooms AS text[]))"
)
SIZES = (1, 1, 1, 2, 5, 20, 50)  # events of one transaction


def commit_events(rooms: list[str], how_many: int, chance: random.Random) -> list[str]:
    """Commit some events, each for a few rooms; return their ids."""
    committed: dict[str, str] = {}
    with db.transaction():
        for number in range(how_many):
            audience = chance.sample(rooms, chance.choice((1, 1, 2, 3)))
            payload: dict[str, Any] = {
                "id": new_id(),
                "type": "test",
                "title": "A test",
                "message": "x" * chance.randrange(400),
                "data": {"number": number},
                "actions": [],
                "createdAt": rfc3339(now()),
            }
            events.record("notification.created", payload, audience=audience)
            committed[str(payload["id"])] = " ".join(sorted(audience))
        db.execute(INSERT_COMMITTED, {"ids": list(committed), "rooms": list(committed.values())})
    return list(committed)


def run(plan: dict[str, object], rooms: list[str], per_second: float) -> None:
    """Commit events for ever, and write the ids of those that are known to be committed into the record."""
    chance = random.Random(str(plan["seed"]))
    wake = connect(str(plan["redis"]))
    begun, total = time.monotonic(), 0
    with Path(str(plan["record"])).open("w", buffering=1) as record:
        while True:
            try:
                committed = commit_events(rooms, chance.choice(SIZES), chance)
            except (DBAPIError, PoolTimeout):
                time.sleep(0.1)  # it is unknown whether the transaction was committed
                continue
            record.write("".join(f"{event}\n" for event in committed))
            total += len(committed)
            if chance.random() < 0.5:  # otherwise the relay finds them by polling
                with suppress(RedisError):
                    wake.publish(WAKE_CHANNEL, b"")
            time.sleep(max(0.0, begun + total / per_second - time.monotonic()))


if __name__ == "__main__":
    planned = json.loads(Path(sys.argv[1]).read_text())
    with create_app().app_context():
        run(planned, planned["rooms"], planned["per_second"])
