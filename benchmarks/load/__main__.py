"""`python -m benchmarks.load`: reads one task per line as JSON, and writes one line per result."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable

from benchmarks.load import acting, asking, fanout, returning, talking, tracking, webhooks
from benchmarks.load.hub import Hub
from benchmarks.load.seen import Seen

TASKS: dict[str, Callable[..., Seen]] = {
    "connect": fanout.connect,
    "fanout": fanout.fanout,
    "actions": acting.actions,
    "throughput": acting.throughput,
    "replay": returning.replay,
    "repeated": asking.repeated,
    "webhooks": webhooks.webhooks,
    "messages": talking.messages,
    "positions": tracking.positions,
}


def main() -> None:
    gc.disable()  # it would traverse all connections repeatedly
    hub = Hub()
    while line := hub.wait_for_line():
        task = json.loads(line)
        try:
            answer = TASKS[task.pop("task")](hub, **task)
        except (RuntimeError, TimeoutError, OSError, KeyError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
