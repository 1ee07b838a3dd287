"""Digests, quiet hours and changed preferences at the time of sending. The rules are in preferences/."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import gevent
import pytest
from flask import Flask
from gevent.event import Event

from metaia.core import db
from metaia.core.times import now
from metaia.notifications.delivery import claims
from tests.notifications.delivery.test_channels import device
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors


def prefer(person: Person, **wishes: object) -> None:
    answer = person.patch("/api/notifications/preferences", wishes)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def patient(customer: Person) -> Person:
    """Give a customer with an hourly digest."""
    prefer(customer, digest={"order": "hourly"})
    return customer


def test_what_may_wait_is_gathered_into_one_mail_and_the_rest_comes_at_once(
    pipeline: Pipeline, patient: Person, smtp: Mailbox, world: World
) -> None:
    other = world.person()
    prefer(other, digest={"order": "hourly"})
    for number in ("M1", "M2", "M3"):
        pipeline.notify(patient, "order_placed", number)
    pipeline.notify(other, "order_placed", "M4")
    pipeline.notify(patient, "order_accepted", "M5")
    pipeline.run()
    assert [mail["Subject"] for mail in smtp.mails] == ["Order accepted"]
    waiting = [row for row in pipeline.deliveries(patient, "email") if row.digest]
    assert {(row.status, row.reason) for row in waiting} == {("queued", "digest")}
    assert {(row.due_at.minute, row.due_at.second) for row in waiting} == {(0, 0)}
    for person in (patient, other):
        pipeline.end_pauses(person)
    pipeline.run()
    (digest,) = [mail for mail in smtp.to(patient.user["email"]) if mail["Subject"] != "Order accepted"]
    assert digest["Subject"] == "3 news for you"
    plain, html = (part.get_content() for part in digest.iter_parts())
    for face in (plain, html):
        assert all(f"your order {number}." in face for number in ("M1", "M2", "M3"))
        assert "order M4" not in face
    (single,) = smtp.to(other.user["email"])
    assert single["Subject"] == "Order placed", "a single one is not a digest"
    for person in (patient, other):
        assert {(row.status, row.attempts) for row in pipeline.deliveries(person, "email")} == {("sent", 1)}


def test_all_of_a_digest_waits_when_the_mailbox_is_busy_and_comes_once(
    pipeline: Pipeline, patient: Person, smtp: Mailbox
) -> None:
    for number in ("M1", "M2"):
        pipeline.notify(patient, "order_placed", number)
    pipeline.plan()
    pipeline.end_pauses(patient)
    smtp.answer = "450 busy"
    pipeline.run()
    rows = pipeline.deliveries(patient, "email")
    assert {(row.status, row.attempts) for row in rows} == {("queued", 1)}
    assert len({row.due_at for row in rows}) == 1
    smtp.answer = None
    pipeline.notify(patient, "order_placed", "M3")
    pipeline.plan()
    pipeline.end_pauses(patient)
    pipeline.run()
    (digest,) = smtp.mails
    assert digest["Subject"] == "3 news for you"
    assert [row.attempts for row in pipeline.deliveries(patient, "email")] == [2, 2, 1]


def test_a_digest_larger_than_a_batch_is_one_mail(pipeline: Pipeline, patient: Person, smtp: Mailbox) -> None:
    for number in range(45):
        pipeline.notify(patient, "order_placed", f"M{number}")
    pipeline.plan()
    pipeline.end_pauses(patient)
    pipeline.run()
    assert [mail["Subject"] for mail in smtp.mails] == ["45 news for you"]


def test_two_workers_that_meet_at_a_digest_send_one_mail(
    app: Flask,
    pipeline: Pipeline,
    patient: Person,
    smtp: Mailbox,
    vendors: Vendors,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3 * claims.BATCH):
        pipeline.notify(patient, "order_placed", f"M{number}")
    pipeline.plan()
    pipeline.end_pauses(patient)
    execute, met = db.execute, Event()
    here: list[Any] = []

    def slowly(statement: Any, *values: Any) -> Any:
        """Let both workers claim before either continues."""
        found = execute(statement, *values)
        if statement is claims.CLAIM and not met.is_set():
            here.append(found)
            if len(here) == 2:
                met.set()
            assert met.wait(timeout=10)
        return found

    monkeypatch.setattr(db, "execute", slowly)

    def work() -> None:
        with app.app_context():
            Pipeline(pipeline.queue, vendors.failover("smtp")).run()

    gevent.joinall([gevent.spawn(work) for _ in range(2)], raise_error=True)
    assert [mail["Subject"] for mail in smtp.mails] == ["60 news for you"]
    assert {(row.status, row.attempts) for row in pipeline.deliveries(patient, "email")} == {("sent", 1)}


def test_each_device_gets_the_digest(pipeline: Pipeline, patient: Person, vendors: Vendors) -> None:
    for name in ("one", "two"):
        device(patient, "expo", f"ExponentPushToken[{name}-{patient.id}]")
    for number in ("M1", "M2"):
        pipeline.notify(patient, "order_preparing", number)
    pipeline.plan()
    pipeline.end_pauses(patient)
    pipeline.run()
    assert [each.title for each in vendors.stub.arrived] == ["2 news for you"] * 2
    assert len({each.to for each in vendors.stub.arrived}) == 2


def test_who_has_turned_it_off_meanwhile_gets_only_the_rest(
    pipeline: Pipeline, patient: Person, smtp: Mailbox
) -> None:
    pipeline.notify(patient, "order_placed")
    pipeline.plan()
    prefer(patient, off={"order": ["email"]})
    pipeline.end_pauses(patient)
    pipeline.run()
    row = pipeline.only(patient, "email")
    assert (row.status, row.reason) == ("suppressed", "preference")
    assert smtp.mails == []


def test_a_retry_does_not_wake_anybody(pipeline: Pipeline, customer: Person, smtp: Mailbox) -> None:
    """Quiet hours apply at the sending, not only at the planning."""
    pipeline.notify(customer, "order_accepted")
    smtp.answer = "450 busy"
    pipeline.run()
    moment = now()
    begin, end = moment - timedelta(hours=1), moment + timedelta(hours=5)
    prefer(customer, quietHours={"from": f"{begin:%H:%M}", "until": f"{end:%H:%M}"})
    smtp.answer = None
    pipeline.end_pauses(customer)
    pipeline.run()
    row = pipeline.only(customer, "email")
    assert (row.status, row.reason) == ("queued", "quiet_hours")
    assert timedelta(hours=4) < row.due_at - moment <= timedelta(hours=5)
    assert smtp.mails == []
    pipeline.end_pauses(customer)  # outside quiet hours
    prefer(customer, quietHours=None)
    pipeline.run()
    assert len(smtp.mails) == 1


def test_an_urgent_message_wakes_its_user(
    pipeline: Pipeline, world: World, vendors: Vendors, smtp: Mailbox
) -> None:
    tailor = world.person("tailor")
    moment = now()
    begin, end = moment - timedelta(hours=1), moment + timedelta(hours=5)
    prefer(tailor, muted=True, quietHours={"from": f"{begin:%H:%M}", "until": f"{end:%H:%M}"})
    pipeline.notify(tailor, "order_new")
    pipeline.run()
    assert len(smtp.mails) == 1
