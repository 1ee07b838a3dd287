"""Says much, as a service would: `python -m tests.chaos.talker plan.json`. Until it is told to stop.

With each event goes a row into `chaos_said`, in the same transaction: whatever is there was committed.
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

SAID = text(
    "INSERT INTO chaos_said (id, rooms) SELECT * FROM unnest(cast(:ids AS uuid[]), cast(:rooms AS text[]))"
)
SIZES = (1, 1, 1, 2, 5, 20, 50)  # events of one transaction


def say(rooms: list[str], how_many: int, chance: random.Random) -> list[str]:
    """Commit some events, each for a few rooms; return their ids."""
    said: dict[str, str] = {}
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
            said[str(payload["id"])] = " ".join(sorted(audience))
        db.execute(SAID, {"ids": list(said), "rooms": list(said.values())})
    return list(said)


def talk(plan: dict[str, object], rooms: list[str], per_second: float) -> None:
    """Say something, for ever; what is known to be committed is written down."""
    chance = random.Random(str(plan["seed"]))
    wake = connect(str(plan["redis"]))
    begun, total = time.monotonic(), 0
    with Path(str(plan["record"])).open("w", buffering=1) as record:
        while True:
            try:
                committed = say(rooms, chance.choice(SIZES), chance)
            except (DBAPIError, PoolTimeout):
                time.sleep(0.1)  # whether it was committed is not known
                continue
            record.write("".join(f"{event}\n" for event in committed))
            total += len(committed)
            if chance.random() < 0.5:  # else the relay has to find it
                with suppress(RedisError):
                    wake.publish(WAKE_CHANNEL, b"")
            time.sleep(max(0.0, begun + total / per_second - time.monotonic()))


if __name__ == "__main__":
    planned = json.loads(Path(sys.argv[1]).read_text())
    with create_app().app_context():
        talk(planned, planned["rooms"], planned["per_second"])
