"""Clients in a process of their own: `python -m tests.chaos.clients plan.json`.

Each applies what it hears, writes that down, and comes back with its cursor whenever it is cut. It trusts the server:
it neither sorts nor drops anything. Lines of a record: `start cursor` · `event position id` · `cut why` · `resync`.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import random  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from contextlib import closing  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402

from tests.chaos.transports import FAILURES, TRANSPORTS  # noqa: E402


class Client:
    """One person's device."""

    def __init__(self, url: str, plan: dict[str, Any]) -> None:
        self.url, self.token, self.kinds = url, plan["token"], plan["kinds"]
        self.stays, self.pause = plan["stays"], plan["pause"]
        self.random = random.Random(plan["seed"])
        self.record = Path(plan["record"]).open("w", buffering=1)  # noqa: SIM115 - until the process is killed
        self.cursor: str | None = None

    def run(self) -> None:
        """Listen, for ever."""
        while True:
            kind = self.random.choice(self.kinds)
            try:
                why = self.listen(kind)
            except FAILURES as error:
                why = f"{type(error).__name__}: {error}"
            self.record.write(f"cut {kind} {why[:150]!r}\n")
            gevent.sleep(self.random.uniform(0, 0.4))

    def listen(self, kind: str) -> str:
        """Listen until cut, or tired of it; return why."""
        until = time.monotonic() + self.random.expovariate(1 / self.stays)
        with closing(TRANSPORTS[kind](self.url, self.token, self.cursor)) as heard:  # type: ignore[type-var]
            for message in heard:
                if message is not None:
                    self.apply(*message)
                    if self.pause:
                        gevent.sleep(self.pause)
                if time.monotonic() > until:
                    return "on purpose"
        return "the end"

    def apply(self, name: str, data: dict[str, Any]) -> None:
        """Write down what was heard, then move the cursor."""
        cursor = data.get("cursor")
        if cursor is None:
            return  # not of the log
        if name != "sync":
            self.record.write(f"event {cursor.rpartition('.')[2]} {data['eventId']}\n")
        elif data["resync"]:
            self.record.write("resync\n")
        if self.cursor is None:
            self.record.write(f"start {cursor}\n")
        self.cursor = cursor


if __name__ == "__main__":
    planned = json.loads(Path(sys.argv[1]).read_text())
    running = [gevent.spawn(Client(planned["url"], plan).run) for plan in planned["clients"]]
    gevent.joinall(running, raise_error=True)
