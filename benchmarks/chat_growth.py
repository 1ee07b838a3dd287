"""Time the calls of chat with 10,000 and with 1,000,000 messages, on a private PostgreSQL.

Usage: python -m benchmarks.chat_growth [MESSAGES …]. The first messages are in the 1,000 conversations of the measured
user; of the others one of 25 is, and 50 are in each conversation of other users. All have the word `ready`, a tenth
`tenth`, a hundredth `hundredth`, and those of one conversation `rare`. Prints the median and the 95th percentile of 30
calls in milliseconds, and the ratio of the medians.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import text

from benchmarks.chat_rows import CONVERSATIONS, COUNTED, MESSAGES, MINE, PARTICIPANTS, TALK, USER, USERS
from metaia.app import create_app
from metaia.chat.conversations import queries as conversation_queries
from metaia.chat.conversations import service as conversations
from metaia.chat.history import service as history
from metaia.chat.messages import service as messages
from metaia.chat.search import queries as search
from metaia.chat.search import service as search_service
from metaia.chat.unread import queries as unread
from metaia.core import db
from metaia.core.access.actor import Actor
from metaia.dev.services import private_postgres, private_redis

CALLS, BATCH = 30, 100_000
EACH, SHARE = 50, 25  # messages of a conversation, and of how many one is of the measured user


def grow(before: int, after: int) -> None:
    """Add messages until there are `after`."""
    began = time.monotonic()
    others = (after - before) // EACH if before else 0
    # Measured calls have sent some messages; a gap after them changes nothing here.
    given = {
        "before": before,
        "talks": max(1, others),
        "seq": before and before // MINE + 10,
        "share": SHARE if before else 1,
    }
    with db.transaction():
        # without a look-up for each foreign key
        db.execute(text("SET LOCAL session_replication_role = replica"))
        db.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        db.ddl("DROP INDEX ix_messages_words")
        _talks(MINE + 1 if before else 1, MINE + others)
        for first in range(before, after, BATCH):
            last = min(first + BATCH, after) - 1
            db.execute(MESSAGES, given | {"first": first, "last": last})
        db.execute(COUNTED)
        db.ddl("CREATE INDEX ix_messages_words ON messages USING gin (words)")
    with db.transaction():
        db.ddl("ANALYZE")
    print(f"{after:,} messages after {time.monotonic() - began:.0f} s", flush=True)


def _talks(first: int, last: int) -> None:
    db.execute(USERS, {"last": last})
    for statement in (CONVERSATIONS, PARTICIPANTS):
        db.execute(statement, {"first": first, "last": last})


def calls() -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    actor = Actor(USER, "tailor", "session", 0.0)
    page: dict[str, Any] = {"sort": "-lastMessageAt", "limit": 20, "cursor": None}
    history_page = partial(history.page, actor, TALK, after=None, around=None, limit=50)
    talks = cycle(TALK[:-4] + f"{number:04x}" for number in range(2, MINE))

    def send() -> None:
        body: dict[str, Any] = {"attachments": [], "reply_to": None, "mentions": [], "client_sent_at": None}
        given = body | {"client_message_id": str(uuid.uuid4()), "text": "Is the shirt finished?"}
        messages.send(actor, next(talks), given)

    return {
        "send": send,
        "list of 20": lambda: conversations.shown(
            actor, conversation_queries.page(USER, filters={}, **page)[0]
        ),
        "newest messages": lambda: history_page(before=None),
        "messages before": lambda: history_page(before=8),
        "changes": lambda: history.changes(actor, TALK, 3, 100),
        "badge": lambda: unread.badge(USER),
        **{f"search, {name}": call for name, call in _searches(actor).items()},
    }


def _searches(actor: Actor) -> dict[str, Callable[[], object]]:
    page: dict[str, Any] = {"sort": "-createdAt", "limit": 20, "cursor": None}
    every = ("ready", "ready linen", "tenth", "hundredth", "rare", "nothing")
    one = {"q": "ready", "conversation_id": TALK}
    return {
        "one talk": lambda: search_service.find(actor, filters=one, **page),
        "all, oldest": lambda: search_service.find(
            actor, filters={"q": "ready"}, **page | {"sort": "createdAt"}
        ),
        **{f"all, {q}": partial(search_service.find, actor, filters={"q": q}, **page) for q in every},
        **{f"staff, {q}": partial(search.page_of_all, filters={"q": q}, **page) for q in every},
    }


def measure() -> dict[str, tuple[float, float]]:
    """Return the median and the 95th percentile of each call, in milliseconds."""
    found = {}
    for name, call in calls().items():
        times = []
        for _ in range(CALLS + 1):
            began = time.perf_counter()
            call()
            times.append(1000 * (time.perf_counter() - began))
        times = sorted(times[1:])  # the first one warms up
        found[name] = times[CALLS // 2], times[CALLS * 95 // 100]
    return found


@contextmanager
def application() -> Iterator[None]:
    """Give an application on a private PostgreSQL and Redis."""
    home = Path(tempfile.mkdtemp(prefix="metaia-growth-"))
    try:
        with private_postgres(home, "metaia", durable=False) as url, private_redis(home) as redis:
            os.environ |= {"DATABASE_URL": url, "REDIS_URL": redis, "METAIA_ENV": "testing"}
            os.environ |= {"METAIA_HOME": str(home), "SECRET_KEY": "s" * 40, "JWT_SECRET_KEY": "j" * 40}
            os.environ["RATELIMIT_ENABLED"] = "false"
            with create_app().app_context():
                flask_migrate.upgrade()
                yield
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main(sizes: list[int]) -> None:
    """Print the times at each size."""
    results, before = [], 0
    with application():
        for size in sizes:
            grow(before, size)
            before = size
            results.append(measure())
    print(f"{'':24}" + "".join(f"{size:>22,}" for size in sizes) + "   ratio")
    for name in results[0]:
        times = [result[name] for result in results]
        shown = "".join(f"{middle:>10.2f}{high:>9.2f} ms" for middle, high in times)
        print(f"{name:24}{shown}{times[-1][0] / times[0][0]:>8.1f}")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 1_000_000])
