"""An e-mail's way from the notification to the SMTP server, and what becomes of it when that fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import text

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.dev.children import free_port
from metaia.notifications import queries, sending
from metaia.notifications import service as notifications
from tests.jobs.smtp import Mailbox
from tests.realtime.tools import until
from tests.support.people import Person, World

Work = Callable[[], None]
MAILS = text(
    "SELECT deliveries.* FROM deliveries JOIN notifications ON notifications.id = notification_id"
    " WHERE user_id = :user AND channel = 'email' AND type <> 'verify_email' ORDER BY deliveries.id"
)


def deliveries(person: Person) -> list[Any]:
    return list(db.fetch_all(MAILS, {"user": person.id}))


def state(person: Person) -> tuple[str, int, str | None]:
    """Return (status, attempts, error) of a person's only e-mail beside the one to new people."""
    (row,) = deliveries(person)
    return row.status, row.attempts, row.error


@pytest.fixture
def customer(world: World, queue: Queue) -> Person:
    """Give a customer to whom one e-mail is on its way, and none to anybody else."""
    person = world.person(name="Zoë <b>Bold</b>")
    until(lambda: queue.job_ids, "the mail to new people is in its queue")
    queue.empty()  # it is not what these tests are about
    with db.transaction():
        notifications.notify(person.id, "order_placed", {"orderId": new_id(), "orderNumber": "M1"})
    until(lambda: queue.job_ids, "the job is in its queue")
    assert state(person) == ("queued", 0, None)
    return person


def test_a_mail_arrives_with_text_html_and_proper_headers(
    app: Flask, customer: Person, smtp: Mailbox, work_off: Work
) -> None:
    work_off()
    (mail,) = smtp.to(customer.user["email"])
    (row,) = deliveries(customer)
    assert (row.status, row.attempts, row.error) == ("sent", 1, None)
    assert mail["From"] == app.config["MAIL_FROM"]
    assert mail["Subject"] == "Order placed"
    assert mail["Message-ID"] == f"<{row.id}@metaia>"
    assert abs(parsedate_to_datetime(mail["Date"]).timestamp() - now().timestamp()) < 60
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    plain, html = (part.get_content() for part in mail.iter_parts())
    (told,) = customer.get("/api/notifications").json()["data"]["notifications"]
    for face in (plain, html):
        assert told["message"] in face
        assert f"{app.config['PUBLIC_BASE_URL']}/api/orders/{told['data']['orderId']}" in face
    assert "Zoë <b>Bold</b>" in plain
    assert "Zoë &lt;b&gt;Bold&lt;/b&gt;" in html
    assert "<b>" not in html


def test_what_the_shop_says_is_in_the_mail(
    world: World, customer: Person, queue: Queue, smtp: Mailbox, work_off: Work
) -> None:
    tailor = world.person("tailor")
    order = customer.order(partnerId=tailor.id)
    tailor.act(order, "reject", reason="closed", message="We are <closed> on Mondays")
    until(lambda: len(queue.job_ids) == 5)  # the tailor's confirmation of their address is one
    work_off()
    rejected = next(mail for mail in smtp.to(customer.user["email"]) if mail["Subject"] == "Order rejected")
    plain, html = (part.get_content() for part in rejected.iter_parts())
    assert "We are <closed> on Mondays" in plain
    assert "We are &lt;closed&gt; on Mondays" in html


def test_a_busy_server_is_tried_again_after_a_pause(
    customer: Person, queue: Queue, smtp: Mailbox, work_off: Work, pause_over: Callable[[], list[float]]
) -> None:
    smtp.answer = "451 come back later"
    work_off()
    assert state(customer) == ("queued", 1, "451 come back later")
    work_off()
    assert len(smtp.asked) == 1, "not before the pause is over"
    (pause,) = pause_over()
    assert 5 < pause <= sending.PAUSES[0]
    work_off()
    assert state(customer)[:2] == ("queued", 2)
    smtp.answer = None
    pause_over()
    work_off()
    assert state(customer) == ("sent", 3, None)
    assert len(smtp.to(customer.user["email"])) == 1


def test_a_server_that_stays_busy_is_given_up_in_the_end(
    customer: Person, smtp: Mailbox, work_off: Work, pause_over: Callable[[], list[float]]
) -> None:
    smtp.answer = "421 never"
    pauses = []
    for _ in range(len(sending.PAUSES) + 1):
        work_off()
        pauses += pause_over()
    assert [round(pause, -1) for pause in pauses] == list(sending.PAUSES)
    assert state(customer) == ("failed", len(sending.PAUSES) + 1, "421 never")
    assert pause_over() == []


@pytest.mark.parametrize("answer", ["550 no such person", "554 spam"])
def test_a_refused_address_is_not_tried_again(
    customer: Person,
    smtp: Mailbox,
    work_off: Work,
    pause_over: Callable[[], list[float]],
    answer: str,
) -> None:
    smtp.answer = answer
    work_off()
    assert state(customer) == ("failed", 1, answer)
    assert pause_over() == []


def test_a_server_that_is_away_is_tried_again(
    app: Flask,
    customer: Person,
    work_off: Work,
    pause_over: Callable[[], list[float]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    work_off()
    status, attempts, error = state(customer)
    assert (status, attempts) == ("queued", 1)
    assert error is not None
    assert "refused" in error
    assert len(pause_over()) == 1


@pytest.mark.parametrize(
    ("url", "because"), [("", "SMTP_URL is not set"), ("http://mail", "SMTP_URL is not an smtp://")]
)
def test_without_a_mail_server_the_mail_fails_and_says_why(
    app: Flask, customer: Person, work_off: Work, monkeypatch: pytest.MonkeyPatch, url: str, because: str
) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", url)
    work_off()
    status, attempts, error = state(customer)
    assert (status, attempts) == ("failed", 1)
    assert error is not None
    assert error.startswith(because)


def test_a_job_that_comes_twice_sends_once(
    customer: Person, queue: Queue, smtp: Mailbox, work_off: Work
) -> None:
    (row,) = deliveries(customer)
    for _ in range(2):
        queue.enqueue(sending.SEND, kwargs={"delivery_id": str(row.id)})
    work_off()
    assert len(smtp.to(customer.user["email"])) == 1
    assert state(customer) == ("sent", 1, None)
    assert sending.send(row.id) == "not queued"


def test_a_mail_whose_notification_was_deleted_is_not_sent(
    customer: Person, queue: Queue, smtp: Mailbox, work_off: Work
) -> None:
    (notification,) = customer.get("/api/notifications").json()["data"]["notifications"]
    customer.delete(f"/api/notifications/{notification['id']}")
    work_off()
    assert smtp.mails == []
    assert queue.failed_job_registry.count == 0


def left_since(person: Person, status: str, ago: timedelta) -> None:
    """Make a person's e-mail look as if it had been in this state for a while."""
    (row,) = deliveries(person)
    with db.transaction():
        values = {"status": status, "at": now() - ago, "id": row.id}
        statement = "UPDATE deliveries SET status = :status, updated_at = :at WHERE id = :id"
        db.execute(text(statement), values)


@pytest.mark.parametrize(("status", "long"), [("sending", sending.LEASE), ("queued", sending.LOST)])
def test_what_was_left_behind_is_sent_by_the_sweep_and_nothing_else_is(
    customer: Person, queue: Queue, smtp: Mailbox, work_off: Work, status: str, long: timedelta
) -> None:
    queue.empty()  # the job is lost, or its worker died with it
    left_since(customer, status, long - timedelta(seconds=30))
    sending.sweep()
    assert state(customer)[0] == status
    left_since(customer, status, long + timedelta(seconds=1))
    assert sending.sweep() >= 1
    assert state(customer)[0] == "queued"
    until(lambda: queue.job_ids, "a new job is in the queue")
    work_off()
    assert state(customer)[0] == "sent"
    assert len(smtp.to(customer.user["email"])) == 1


def test_the_sweep_leaves_alone_what_has_arrived_or_failed(customer: Person, queue: Queue) -> None:
    for status in ("sent", "failed"):
        left_since(customer, status, timedelta(days=3))
        sending.sweep()
        assert state(customer)[0] == status


def test_a_worker_that_comes_back_after_the_sweep_changes_nothing(customer: Person, smtp: Mailbox) -> None:
    """A worker stood still for longer than its lease; meanwhile another one has sent the mail."""
    (row,) = deliveries(customer)
    left_since(customer, "sent", timedelta())
    slow = queries.to_send(row.id)
    assert slow is not None
    sending._settle(slow, "queued", "too late")
    assert state(customer)[0] == "sent"
