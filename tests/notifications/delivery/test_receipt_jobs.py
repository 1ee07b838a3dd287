"""The whole round trip: a message to the vendor, and its signed receipts to our webhooks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from metaia.dev.stubs.receipts import send_receipts
from metaia.providers import http
from metaia.webhooks import jobs as webhook_jobs
from tests.support.people import Person
from tests.support.pipeline import Pipeline
from tests.support.server import Server
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors
from tests.support.waiting import until

CHANNELS = {"sendgrid": "email", "twilio": "sms", "vonage": "sms"}
by_each_vendor = pytest.mark.parametrize("name", CHANNELS)


@pytest.fixture
def vendors(app: Flask, server: Server, smtp: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendors]:
    """Give vendors that know the address of our webhooks, and share secrets with us."""
    monkeypatch.setattr(http, "TIMEOUTS", (1.0, 0.5))
    running = Vendors(server.url)
    running.settings["SMTP_URL"] = smtp.url
    for name in ("TWILIO_AUTH_TOKEN", "VONAGE_SIGNATURE_SECRET", "SENDGRID_WEBHOOK_PUBLIC_KEY"):
        monkeypatch.setitem(app.config, name, running.settings[name])
    monkeypatch.setitem(app.config, "PUBLIC_BASE_URL", server.url)
    with running.stub:
        yield running
        running.close()


def status(pipeline: Pipeline, person: Person, name: str) -> str:
    return str(pipeline.only(person, CHANNELS[name]).status)


@by_each_vendor
def test_what_arrived_is_delivered_whatever_the_order_and_however_often_it_is_said(
    pipeline: Pipeline, vendors: Vendors, customer: Person, name: str
) -> None:
    pipeline.failover = vendors.failover(name)
    pipeline.notify(customer, "order_ready")
    pipeline.run()
    assert status(pipeline, customer, name) == "sent"
    (arrived,) = vendors.stub.arrived
    assert set(send_receipts(arrived, "delivered", "sent", "delivered", settings=vendors.settings)) == {204}
    webhook_jobs.digest()
    assert status(pipeline, customer, name) == "delivered"


@by_each_vendor
def test_a_receipt_with_another_secret_is_refused(
    pipeline: Pipeline, vendors: Vendors, customer: Person, name: str
) -> None:
    pipeline.failover = vendors.failover(name)
    pipeline.notify(customer, "order_ready")
    pipeline.run()
    stranger = Vendors()
    with stranger.stub:
        statuses = send_receipts(vendors.stub.arrived[0], "delivered", settings=stranger.settings)
    assert set(statuses) <= {400, 401}
    webhook_jobs.digest()
    assert status(pipeline, customer, name) == "sent"


def test_an_sms_that_one_vendor_lost_is_sent_by_the_other(
    pipeline: Pipeline, vendors: Vendors, customer: Person
) -> None:
    pipeline.failover = vendors.failover("twilio", "vonage")
    pipeline.notify(customer, "order_ready")
    pipeline.run()
    send_receipts(vendors.stub.arrived[0], "undelivered", settings=vendors.settings)
    webhook_jobs.digest()
    assert status(pipeline, customer, "twilio") == "queued"
    pipeline.run()
    assert [arrived.vendor for arrived in vendors.stub.arrived] == ["twilio", "vonage"]
    send_receipts(vendors.stub.arrived[1], "undelivered", settings=vendors.settings)
    webhook_jobs.digest()
    pipeline.run()
    assert len(vendors.stub.arrived) == 2, "both have tried"
    steps = pipeline.only(customer, "sms").steps
    assert {step["reason"] for step in steps} == {"failover"}
    assert [(step["status"], step["attempts"]) for step in steps] == [
        ("queued", 1),
        ("queued", 2),
        ("undelivered", 2),
    ]
    assert status(pipeline, customer, "twilio") == "undelivered"


def test_the_stub_tells_by_itself_what_it_was_told_to(
    pipeline: Pipeline, vendors: Vendors, customer: Person
) -> None:
    vendors.stub.receipts = ("sent", "delivered")
    pipeline.failover = vendors.failover("sendgrid", "twilio")
    pipeline.notify(customer, "order_ready")
    pipeline.run()

    def delivered() -> bool:
        webhook_jobs.digest()
        return {status(pipeline, customer, name) for name in ("sendgrid", "twilio")} == {"delivered"}

    until(delivered)
