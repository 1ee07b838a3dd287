"""Thousands of notifications on all channels while vendors fail, workers are killed and Redis loses everything.

`NOTIFICATIONS=10000 make chaos ARGS="-k every_notification"` sends more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, LiteralString

import gevent
import pytest

from tests.chaos import recipients
from tests.chaos.flaky_vendors import FlakyVendors, running_vendors
from tests.chaos.installation import SERVICES, Installation
from tests.chaos.workers import Workers, faults

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]
SIZE = int(os.environ.get("NOTIFICATIONS", "1500"))
SECONDS = 220.0  # generous
# In production this job runs every 30 seconds.
RECLAIM: LiteralString = """
    INSERT INTO outbox (uid, kind, type, payload, audience, created_at)
    SELECT gen_random_uuid(), 'job', 'metaia.notifications.jobs.reclaim', '{}', '{}', now()"""
LEFT: LiteralString = """
    SELECT (SELECT count(*) FROM notifications WHERE planned_at IS NULL)
         + (SELECT count(*) FROM deliveries WHERE status IN ('queued', 'sending'))
         + (SELECT count(*) FROM campaigns WHERE status <> 'completed') + (SELECT count(*) FROM outbox)"""
DELIVERIES: LiteralString = """
    SELECT d.id::text, d.status, coalesce(devices.token, d.address),
           ARRAY(SELECT outcome FROM delivery_attempts WHERE delivery_id = d.id ORDER BY number),
           ARRAY(SELECT answer FROM delivery_attempts WHERE delivery_id = d.id ORDER BY number)
    FROM deliveries d LEFT JOIN devices ON devices.id::text = d.address"""
ON_SCREENS: LiteralString = """
    SELECT count(*), count(DISTINCT payload ->> 'id'), (SELECT count(*) FROM notifications) FROM event_log
    WHERE type = 'notification.created'"""


@pytest.fixture
def vendors() -> Iterator[FlakyVendors]:
    with running_vendors() as running:
        yield running


@pytest.fixture
def own(environment: dict[str, str], vendors: FlakyVendors) -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="metaia-chaos-", dir="/tmp"))
    with ExitStack() as stack:
        if "CHAOS_KEEP" not in os.environ:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        settings = {name: value for name, value in environment.items() if name not in SERVICES}
        more = {"SMTP_URL": vendors.mailbox.url, "METAIA_HOME": str(folder)}
        built = Installation(settings | vendors.settings | more, folder, vendors.mailbox)
        stack.callback(built.close)
        built.web()
        yield built


def play(own: Installation, vendors: FlakyVendors) -> float:
    """Cause all faults while notifications are sent; return how many seconds that took."""
    workers, begun = Workers(own), time.monotonic()
    coming, total = faults(own, workers), len(wanted(own)) + 3 * recipients.PEOPLE
    while own.rows(LEFT) != [(0,)]:
        assert time.monotonic() < begun + SECONDS, f"still to be done: {own.rows(LEFT)}"
        if coming and vendors.count >= coming[0][0] * total:
            coming.pop(0)[1]()
        own.rows(RECLAIM)
        gevent.sleep(0.5)
    assert not coming
    return time.monotonic() - begun


def wanted(own: Installation) -> Counter[Any]:
    return Counter(own.rows(recipients.WANTED))


def wrong(status: str, outcomes: list[str], answers: list[str], copies: int) -> str | None:
    """Return the problem of a delivery of which `copies` have arrived."""
    if None in outcomes:
        return "an attempt has no outcome"
    if status == "failed":
        return None if outcomes and answers[-1] else "it has failed without a reason"
    if status != "sent":
        return "it is in no final state that it could be in"
    if not copies:
        return "it has not arrived"
    return None if copies <= 1 + outcomes.count("unknown") else "it has arrived too often"


def test_every_notification_arrives_once_whatever_dies(own: Installation, vendors: FlakyVendors) -> None:
    recipients.write(own.settings["DATABASE_URL"], vendors.vendors.stub.url, SIZE)
    seconds = play(own, vendors)
    arrived, deliveries = vendors.arrived(), own.rows(DELIVERIES)
    outcomes = Counter(outcome for row in deliveries for outcome in row[3])
    doubled = sum(count > 1 for count in arrived.values())
    print(
        f"{SIZE} notifications, {len(deliveries)} deliveries in {seconds:.1f} s: {len(deliveries) / seconds:.0f}/s;"
        f" {Counter(row[1] for row in deliveries)}, attempts {outcomes}, {doubled} arrived twice"
    )
    assert own.rows(ON_SCREENS) == [(SIZE, SIZE, SIZE)]
    assert Counter(own.rows(recipients.PLANNED)) == wanted(own)
    assert set(arrived) <= {(row[0], row[2]) for row in deliveries}
    problems = [
        (row, found)
        for row in deliveries
        if (found := wrong(row[1], row[3], row[4], arrived[row[0], row[2]]))
    ]
    assert not problems, problems[:10]
    assert doubled <= outcomes["unknown"] <= 3, "a kill interrupts one call"
    assert min(outcomes["sent"], outcomes["temporary"]) > 0
