"""Failover between two providers of one channel, and circuit breakers."""

from __future__ import annotations

from datetime import timedelta
from itertools import repeat

import pytest

from metaia.core import db
from metaia.core.times import now
from metaia.dev.stubs.server import HANGS, Mood
from metaia.notifications.delivery import sending, suppression
from metaia.providers.messaging import failover
from tests.support.people import Person
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors

BUSY = Mood(status=503)


@pytest.fixture
def both(pipeline: Pipeline, vendors: Vendors) -> Pipeline:
    """Give a pipeline with two providers of SMS and no other channel."""
    pipeline.failover = vendors.failover("twilio", "vonage")
    return pipeline


def senders(vendors: Vendors) -> list[str]:
    """Return the providers that have sent an SMS, in order."""
    return [arrived.vendor for arrived in vendors.stub.arrived if arrived.channel == "sms"]


@pytest.mark.parametrize(
    "mood", [BUSY, Mood(status=401), HANGS, Mood(drop=True)], ids=["busy", "key", "hangs", "drops"]
)
def test_when_the_first_cannot_the_second_sends_at_once(
    both: Pipeline, vendors: Vendors, customer: Person, mood: Mood
) -> None:
    vendors.stub.moods["twilio"] = repeat(mood)
    both.notify(customer, "order_ready")
    both.run()
    row = both.only(customer, "sms")
    assert senders(vendors) == ["vonage"]
    assert (row.status, row.provider, row.attempts) == ("sent", "vonage", 2)
    kind = "technical" if mood.status == 401 else "temporary"
    assert both.attempts(customer, "sms") == [("twilio", kind), ("vonage", "sent")]


@pytest.mark.parametrize(("code", "reason"), [("21614", "permanent_bounce"), ("21610", "stop")])
def test_a_number_that_the_first_knows_to_be_dead_is_not_given_to_the_second(
    both: Pipeline, vendors: Vendors, customer: Person, phone: str, code: str, reason: str
) -> None:
    vendors.stub.gone[phone] = code
    both.notify(customer, "order_ready")
    both.run()
    assert vendors.stub.asked == {"twilio": 1}
    assert both.only(customer, "sms").status == "failed"
    both.notify(customer, "order_delivered")
    both.run()
    assert vendors.stub.asked == {"twilio": 1}
    assert both.deliveries(customer, "sms")[1].reason == reason


def test_who_told_the_vendor_to_stop_can_start_again(
    both: Pipeline, vendors: Vendors, customer: Person, phone: str
) -> None:
    """Twilio acts on STOP itself, so we may learn of it only from its refusal of the next message."""
    vendors.stub.gone[phone] = "21610"
    both.notify(customer, "order_ready")
    both.run()
    del vendors.stub.gone[phone]
    with db.transaction():
        suppression.process_reply(phone, "START")
    both.notify(customer, "order_delivered")
    both.run()
    assert senders(vendors) == ["twilio"]


def test_who_keeps_failing_is_not_asked_for_a_while_and_then_asked_once(
    both: Pipeline, vendors: Vendors, customer: Person
) -> None:
    vendors.stub.moods["twilio"] = repeat(BUSY)
    for _ in range(failover.FAILURES_TO_OPEN + 3):
        both.notify(customer, "order_ready")
        both.run()
    assert vendors.stub.asked["twilio"] == failover.FAILURES_TO_OPEN
    assert senders(vendors) == ["vonage"] * (failover.FAILURES_TO_OPEN + 3)
    both.failover.breakers["twilio"].open_until = 0.0  # the breaker closes
    for _ in range(2):
        both.notify(customer, "order_ready")
        both.run()
    assert vendors.stub.asked["twilio"] == failover.FAILURES_TO_OPEN + 1
    vendors.stub.moods.clear()
    both.failover.breakers["twilio"].open_until = 0.0
    both.notify(customer, "order_ready")
    both.run()
    assert senders(vendors)[-1] == "twilio"
    assert not both.failover.breakers["twilio"].failures


def test_when_both_are_busy_the_message_waits_as_long_as_one_asks_for_and_not_for_ever(
    both: Pipeline, vendors: Vendors, customer: Person
) -> None:
    for vendor in ("twilio", "vonage"):
        vendors.stub.moods[vendor] = repeat(Mood(status=429, headers={"Retry-After": "600"}))
    both.notify(customer, "order_ready")
    both.run()
    assert both.only(customer, "sms").status == "queued"
    (pause,) = both.end_pauses(customer)
    assert 590 < pause <= 600
    for vendor in ("twilio", "vonage"):
        vendors.stub.moods[vendor] = repeat(Mood(status=429, headers={"Retry-After": "999999"}))
    both.run()
    (pause,) = both.end_pauses(customer)
    assert pause <= sending.MAX_PAUSE
    for _ in sending.RETRY_PAUSES:
        both.run()
        both.end_pauses(customer)
        for breaker in both.failover.breakers.values():
            breaker.succeeded()
    row = both.only(customer, "sms")
    assert (row.status, row.attempts) == ("failed", 2 * (len(sending.RETRY_PAUSES) + 1)), "six rounds of two"
    assert senders(vendors) == []


def test_while_all_are_left_alone_messages_wait_without_being_tried(
    pipeline: Pipeline, smtp: Mailbox, customer: Person
) -> None:
    """A mail server that hangs must not delay the other work of the worker."""
    smtp.answer = "450 busy"
    for number in range(failover.FAILURES_TO_OPEN + 10):
        pipeline.notify(customer, "order_accepted", f"M{number}")
    pipeline.run()
    assert len(smtp.asked) == failover.FAILURES_TO_OPEN
    waiting = [row for row in pipeline.deliveries(customer, "email") if row.reason == "provider_away"]
    assert {(row.status, row.attempts) for row in waiting} == {("queued", 0)}
    assert len(waiting) == 10
    assert all(row.due_at <= now() + timedelta(seconds=failover.OPEN_SECONDS) for row in waiting)
    smtp.answer = None
    pipeline.end_pauses(customer)
    pipeline.failover.breakers["smtp"].open_until = 0.0
    pipeline.run()
    assert {row.status for row in pipeline.deliveries(customer, "email")} == {"sent"}
    assert len(smtp.mails) == failover.FAILURES_TO_OPEN + 10


def test_what_waits_for_days_for_providers_that_are_away_ends(pipeline: Pipeline, customer: Person) -> None:
    for _ in range(failover.FAILURES_TO_OPEN):
        pipeline.failover.breakers["smtp"].failed()
    pipeline.notify(customer, "order_accepted")
    pipeline.run()
    assert pipeline.only(customer, "email").status == "queued"
    pipeline.change(
        customer, "created_at", now() - sending.MAX_UNAVAILABLE - timedelta(seconds=1), status="queued"
    )
    pipeline.end_pauses(customer)
    pipeline.run()
    row = pipeline.only(customer, "email")
    assert (row.status, row.reason) == ("failed", "provider_away")


def test_a_mail_goes_by_smtp_when_sendgrid_is_away_and_is_the_same_mail(
    pipeline: Pipeline, vendors: Vendors, smtp: Mailbox, customer: Person
) -> None:
    pipeline.failover = vendors.failover("sendgrid", "smtp")
    pipeline.notify(customer, "order_accepted")
    pipeline.run()
    (by_sendgrid,) = vendors.stub.to(customer.user["email"])
    vendors.stub.moods["sendgrid"] = repeat(BUSY)
    pipeline.notify(customer, "order_accepted")
    pipeline.run()
    (by_smtp,) = smtp.to(customer.user["email"])
    assert by_smtp["Subject"] == by_sendgrid.title
    assert by_smtp["List-Unsubscribe"] == by_sendgrid.raw["headers"]["List-Unsubscribe"]
    assert by_sendgrid.key == pipeline.deliveries(customer, "email")[0].id
