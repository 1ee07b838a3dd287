"""Killed workers: nothing is lost, and where a message can arrive twice, a row shows it."""

from __future__ import annotations

from itertools import repeat
from typing import Any

import pytest

from metaia.core import db
from metaia.core.times import now
from metaia.dev.stubs.server import Mood
from metaia.jobs import registry as job_registry
from metaia.notifications.delivery import attempts, claims, receipts, sending
from metaia.notifications.delivery import queries as delivery_queries
from metaia.notifications.delivery.receipts import ProviderReceipt
from metaia.providers.messaging.failover import ProviderFailover
from metaia.providers.messaging.interface import Sent, Sms
from tests.support.people import Person
from tests.support.pipeline import ATTEMPTS, Pipeline
from tests.support.vendors import Vendors


class Killed(BaseException):
    """The end of the process. No code catches it."""


class Dying:
    """A provider whose worker dies before or after a call. It records what the tables contained then."""

    name, channel = "twilio", "sms"
    kinds: tuple[str, ...] = ()

    def __init__(self, twilio: Any, *, after: bool) -> None:
        self.twilio = twilio
        self.after = after
        self.found: list[Any] = []

    def send(self, message: Sms) -> Sent:
        self.found = db.fetch_all(ATTEMPTS, {"id": message.key})
        if self.after:
            self.twilio.send(message)
        raise Killed

    def close(self) -> None:
        """Nothing is kept."""


def recover(pipeline: Pipeline, person: Person) -> None:
    """Let the lease of a dead worker end, and run another worker."""
    pipeline.expire_lease(person)
    claims.reclaim()
    pipeline.run()


@pytest.fixture
def told(pipeline: Pipeline, customer: Person, vendors: Vendors) -> Person:
    """Give a customer with one pending SMS."""
    pipeline.failover = vendors.failover("twilio")
    pipeline.notify(customer, "order_ready")
    return customer


def die(pipeline: Pipeline, *, after: bool) -> Dying:
    """Send with a worker that dies before or after the vendor has the message."""
    dying = Dying(pipeline.failover.for_channel("sms")[0], after=after)
    good, pipeline.failover = pipeline.failover, ProviderFailover([dying])
    pipeline.plan()
    for row in delivery_queries.to_send(claims.claim(pipeline.queue)):
        if row.channel == "sms":
            with pytest.raises(Killed):
                sending._send([row], pipeline.failover)
    pipeline.failover = good
    return dying


def test_killed_while_planning_it_is_planned_again_and_once(
    pipeline: Pipeline, told: Person, vendors: Vendors
) -> None:
    def killed() -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            job_registry, "wake_on_commit", killed
        )  # the last statement of planning before the commit
        with pytest.raises(Killed):
            pipeline.plan()
    assert pipeline.deliveries(told) == []
    pipeline.run()
    assert len(pipeline.deliveries(told, "sms")) == 1
    assert len(vendors.stub.arrived) == 1


def test_killed_after_claiming_it_is_sent_once(pipeline: Pipeline, told: Person, vendors: Vendors) -> None:
    pipeline.plan()
    claims.claim(pipeline.queue)
    assert pipeline.run() == 0
    recover(pipeline, told)
    assert len(vendors.stub.arrived) == 1
    assert pipeline.attempts(told, "sms") == [("twilio", "sent")]


def test_the_attempt_is_written_before_the_call(pipeline: Pipeline, told: Person, vendors: Vendors) -> None:
    dying = die(pipeline, after=False)
    assert [(row.number, row.provider, row.outcome) for row in dying.found] == [(1, "twilio", None)]
    row = pipeline.only(told, "sms")
    assert (row.status, row.attempts, row.provider) == ("sending", 1, "twilio")


def test_killed_before_the_vendor_has_it_it_is_sent_once(
    pipeline: Pipeline, told: Person, vendors: Vendors
) -> None:
    die(pipeline, after=False)
    recover(pipeline, told)
    assert len(vendors.stub.arrived) == 1
    assert pipeline.attempts(told, "sms") == [("twilio", "unknown"), ("twilio", "sent")]


def test_killed_after_the_vendor_has_it_it_comes_twice_and_that_is_counted(
    pipeline: Pipeline, told: Person, vendors: Vendors
) -> None:
    """The window that docs/notifications.md describes: vendors of SMS support no idempotency keys."""
    die(pipeline, after=True)
    recover(pipeline, told)
    first, second = vendors.stub.arrived
    assert first.key == second.key
    assert pipeline.attempts(told, "sms") == [("twilio", "unknown"), ("twilio", "sent")]


def test_a_receipt_that_comes_before_the_lease_ends_saves_it_from_being_sent_twice(
    pipeline: Pipeline, told: Person, vendors: Vendors
) -> None:
    die(pipeline, after=True)
    (arrived,) = vendors.stub.arrived
    key = pipeline.only(told, "sms").id
    with db.transaction():
        receipts.store(
            [
                ProviderReceipt(
                    "twilio",
                    "k",
                    "delivered",
                    "delivered",
                    now(),
                    delivery_id=key,
                    reference=arrived.reference,
                )
            ]
        )
    recover(pipeline, told)
    assert len(vendors.stub.arrived) == 1
    assert pipeline.only(told, "sms").status == "delivered"


def test_a_receipt_that_overtakes_the_vendors_answer_is_not_undone_by_it(
    pipeline: Pipeline, told: Person, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    twilio = pipeline.failover.for_channel("sms")[0]
    send = twilio.send

    def overtaken(message: Sms) -> Sent:
        answer = send(message)
        with db.transaction():
            receipts.store(
                [ProviderReceipt("twilio", "k", "delivered", "delivered", now(), delivery_id=message.key)]
            )
        return answer

    monkeypatch.setattr(twilio, "send", overtaken)
    pipeline.run()
    row = pipeline.only(told, "sms")
    assert (row.status, row.reference) == ("delivered", vendors.stub.arrived[0].reference)
    assert pipeline.attempts(told, "sms") == [("twilio", "sent")]


def test_an_answer_that_was_lost_is_the_same_window(
    pipeline: Pipeline, told: Person, vendors: Vendors
) -> None:
    vendors.stub.moods["twilio"] = repeat(Mood(drop=True, takes=True), 1)
    pipeline.run()
    assert pipeline.only(told, "sms").status == "queued"
    pipeline.end_pauses(told)
    pipeline.run()
    assert len(vendors.stub.arrived) == 2
    assert pipeline.attempts(told, "sms") == [("twilio", "temporary"), ("twilio", "sent")]


def test_killed_between_two_providers_it_goes_on_with_the_count(
    pipeline: Pipeline, told: Person, vendors: Vendors
) -> None:
    vendors.stub.moods["twilio"] = repeat(Mood(status=500), 1)
    pipeline.failover = vendors.failover("twilio", "vonage")
    pipeline.plan()
    ends = attempts.finish

    def killed(*given: Any, **more: Any) -> None:
        ends(*given, **more)
        raise Killed

    rows = [row for row in delivery_queries.to_send(claims.claim(pipeline.queue)) if row.channel == "sms"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attempts, "finish", killed)
        with pytest.raises(Killed):
            sending._send(rows, pipeline.failover)
    assert pipeline.only(told, "sms").status == "sending"
    recover(pipeline, told)
    assert pipeline.attempts(told, "sms") == [("twilio", "temporary"), ("twilio", "sent")]
