"""A dry run of 200 random calls predicts exactly what replaying them for real does, and leaves nothing behind."""

from __future__ import annotations

import gc
import json
import random
import tracemalloc
from collections.abc import Iterable

import pytest
from flask import Flask

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.webhooks.models import WebhookRow
from metaia.webhooks.replays import result, running
from tests.providers.payments.stubs import razorpay
from tests.support.people import Person, World
from tests.webhooks.conftest import process
from tests.webhooks.test_payment_facts import Sent, story
from tests.webhooks.test_replays import dump, replayed

MEGABYTE = 1024 * 1024
pytestmark = pytest.mark.fuzz  # minutes, with the memory traced


@pytest.fixture(autouse=True)
def account(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "RAZORPAY_WEBHOOK_SECRET", razorpay.WEBHOOK_SECRET)


def keep(sent: Iterable[Sent]) -> list[str]:
    """Store calls as if they had just been received; return their ids."""
    ids, moment = [], now()
    with db.transaction():
        for body, _ in sent:
            ids.append(new_id())
            db.append(
                WebhookRow, id=ids[-1], source="razorpay", key=new_id(), query="", headers={}, body=body,
                received_at=moment, due_at=moment, tries=0,
            )  # fmt: skip
    return ids


def predicted(staff: Person, calls: list[str]) -> Json:
    """Return what a dry run shows, after a check that it changes nothing."""
    before = dump()
    found = replayed(staff, ids=calls, dry_run=True)
    assert dump() == before
    return found


def test_dry_runs_of_200_random_calls_predict_the_real_ones(world: World) -> None:
    admin, chance = world.staff("admin"), random.Random(20261128)
    books = razorpay.Books(chance.randrange(10**12))
    sent: list[Sent] = []
    for _ in range(50):
        sent += story(books)[1]
    chance.shuffle(sent)
    calls = keep(sent[:80])
    process()  # some are processed, the others wait: a replay may come before the worker
    calls += keep(sent[80:])
    chance.shuffle(calls)
    made = 0
    for start in range(0, 200, 40):
        part, first = calls[start : start + 40], new_id()
        shown = predicted(admin, part)
        done = result.without_new_ids(replayed(admin, ids=part, dry_run=False), first)
        for name in ("calls", "newFacts", "changes", "postings", "wouldTell", "failed"):
            assert shown[name] == done[name], name
        made += shown["newFacts"]
    assert made > 100
    assert predicted(admin, calls[:50])["changes"] == []


def test_a_dry_run_of_500_calls_needs_less_than_100_mb(app: Flask) -> None:
    books = razorpay.Books(random.randrange(10**12))
    sent = [each for _ in range(125) for each in story(books)[1]]
    ids = keep((json.dumps(json.loads(body) | {"notes": "x" * 50_000}).encode(), "") for body, _ in sent)
    gc.collect()
    tracemalloc.start()
    try:
        found = running.run(new_id(), ids, dry_run=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (found["calls"], found["failed"]) == (500, [])
    assert found["newFacts"] >= 500
    assert peak < 100 * MEGABYTE
    print(f"peak of a dry run of 500 calls: {peak / MEGABYTE:.1f} MB")
