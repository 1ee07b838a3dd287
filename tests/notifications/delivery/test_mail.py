"""Mails: from the notification to the mailbox, and their failures."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import gevent
import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now
from metaia.dev.process_registry import free_port
from metaia.jobs.registry import JOBS
from metaia.notifications import jobs as notification_jobs
from metaia.notifications.content import messages
from metaia.notifications.delivery import attempts as settling
from metaia.notifications.delivery import claims, sending
from metaia.notifications.delivery import queries as delivery_queries
from metaia.notifications.delivery.attempts import Outcome
from metaia.notifications.delivery.claims import LEASE
from metaia.notifications.registry import QUEUES
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors

Work = Callable[[], None]
NAMES = {"Zo", "Bold", "b", "lt", "gt", "M", "METAIA"}  # the untranslated parts of a mail


def state(pipeline: Pipeline, person: Person) -> tuple[str, int, str | None]:
    """Return (status, attempts, error) of a person's only e-mail."""
    row = pipeline.only(person, "email")
    return row.status, row.attempts, row.error


@pytest.fixture
def told(pipeline: Pipeline, customer: Person) -> Person:
    """Give a customer with one pending mail."""
    pipeline.notify(customer, "order_placed")
    return customer


def test_a_mail_arrives_with_text_html_and_proper_headers(
    app: Flask, told: Person, smtp: Mailbox, pipeline: Pipeline
) -> None:
    pipeline.run()
    (mail,) = smtp.to(told.user["email"])
    row = pipeline.only(told, "email")
    assert state(pipeline, told) == ("sent", 1, None)
    assert (row.provider, row.reference) == ("smtp", f"<{row.id}@metaia>")
    assert mail["From"] == app.config["MAIL_FROM"]
    assert mail["Subject"] == "Order placed"
    assert mail["Message-ID"] == f"<{row.id}@metaia>"
    assert abs(parsedate_to_datetime(mail["Date"]).timestamp() - now().timestamp()) < 60
    assert mail["List-Unsubscribe"].startswith(
        f"<{app.config['PUBLIC_BASE_URL']}/api/notifications/unsubscribe?"
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    plain, html = (part.get_content() for part in mail.iter_parts())
    (shown,) = told.get("/api/notifications").json()["data"]["notifications"]
    for face in (plain, html):
        assert shown["message"] in face
        assert f"{app.config['PUBLIC_BASE_URL']}/api/orders/{shown['data']['orderId']}" in face
    assert "Zoë <b>Bold</b>" in plain
    assert "Zoë &lt;b&gt;Bold&lt;/b&gt;" in html
    assert "<b>" not in html


def test_what_the_shop_says_is_in_the_mail(
    world: World, customer: Person, smtp: Mailbox, pipeline: Pipeline
) -> None:
    tailor = world.person("tailor")
    order = customer.order(partnerId=tailor.id)
    tailor.act(order, "reject", reason="closed", message="We are <closed> on Mondays")
    pipeline.run()
    rejected = next(mail for mail in smtp.to(customer.user["email"]) if mail["Subject"] == "Order rejected")
    plain, html = (part.get_content() for part in rejected.iter_parts())
    assert "We are <closed> on Mondays" in plain
    assert "We are &lt;closed&gt; on Mondays" in html


def test_a_mail_is_in_its_readers_language(
    customer: Person, smtp: Mailbox, pipeline: Pipeline, app: Flask
) -> None:
    with db.transaction():
        db.execute(text("UPDATE users SET locale = 'hi' WHERE id = :id"), {"id": customer.id})
    pipeline.notify(customer, "order_placed")
    pipeline.run()
    (mail,) = smtp.to(customer.user["email"])
    assert mail["Subject"] != "Order placed"
    assert any("\u0900" <= letter <= "\u097f" for letter in mail["Subject"])
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert '<html lang="hi">' in html
    for face in (plain, html):
        assert "नमस्ते Zoë" in face
        assert "मेल बंद करें" in face
        assert not set(re.findall("[A-Za-z]+", re.sub(r"<[^>]*>|https?://\S+", "", face))) - NAMES


@pytest.mark.parametrize(("locale", "language"), [("en-GB", "en"), ("hi-IN", "hi"), ("fr", "en")])
def test_the_layout_says_in_which_language_it_is(
    customer: Person, smtp: Mailbox, pipeline: Pipeline, locale: str, language: str
) -> None:
    with db.transaction():
        values = {"locale": locale, "id": customer.id}
        db.execute(text("UPDATE users SET locale = :locale WHERE id = :id"), values)
    pipeline.notify(customer, "order_placed")
    pipeline.run()
    (mail,) = smtp.to(customer.user["email"])
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert f'<html lang="{language}">' in html


def test_a_busy_server_is_tried_again_after_a_pause(told: Person, smtp: Mailbox, pipeline: Pipeline) -> None:
    smtp.answer = "451 come back later"
    pipeline.run()
    assert state(pipeline, told) == ("queued", 1, "451 come back later")
    pipeline.run()
    assert len(smtp.asked) == 1, "not during the pause"
    (pause,) = pipeline.end_pauses(told)
    assert 7 < pause <= sending.RETRY_PAUSES[0] * 1.2
    pipeline.run()
    assert state(pipeline, told)[:2] == ("queued", 2)
    smtp.answer = None
    pipeline.end_pauses(told)
    pipeline.run()
    assert state(pipeline, told) == ("sent", 3, None)
    assert len(smtp.to(told.user["email"])) == 1
    assert pipeline.attempts(told, "email") == [
        ("smtp", "temporary"),
        ("smtp", "temporary"),
        ("smtp", "sent"),
    ]


def test_a_server_that_stays_busy_is_given_up_in_the_end(
    told: Person, smtp: Mailbox, pipeline: Pipeline
) -> None:
    smtp.answer = "421 never"
    pauses = []
    for _ in range(len(sending.RETRY_PAUSES) + 1):
        pipeline.run()
        pauses += pipeline.end_pauses(told)
        pipeline.failover.breakers["smtp"].succeeded()  # another test covers breakers
    for pause, usual in zip(pauses, sending.RETRY_PAUSES, strict=True):
        assert usual * 0.7 < pause <= usual * 1.2
    assert state(pipeline, told) == ("failed", len(sending.RETRY_PAUSES) + 1, "421 never")
    assert pipeline.end_pauses(told) == []
    assert pipeline.run() == 0


@pytest.mark.parametrize("answer", ["550 no such person", "554 spam"])
def test_a_refused_address_is_not_tried_again(
    told: Person, smtp: Mailbox, pipeline: Pipeline, answer: str
) -> None:
    smtp.answer = answer
    pipeline.run()
    assert state(pipeline, told) == ("failed", 1, answer)
    assert pipeline.end_pauses(told) == []


def test_an_address_that_does_not_exist_gets_nothing_any_more(
    told: Person, smtp: Mailbox, pipeline: Pipeline
) -> None:
    pipeline.notify(told, "order_accepted")
    smtp.answer = "550 no such person"
    pipeline.run()
    smtp.answer = None
    pipeline.notify(told, "order_rejected")
    pipeline.run()
    first, second, third = pipeline.deliveries(told, "email")
    assert first.status == "failed"
    assert second.status in {"failed", "suppressed"}, "planned before, and claimed with the first"
    assert (third.status, third.reason, third.attempts) == ("suppressed", "permanent_bounce", 0)
    assert smtp.mails == []


def test_a_server_that_is_away_is_tried_again(told: Person, vendors: Vendors, pipeline: Pipeline) -> None:
    vendors.settings["SMTP_URL"] = f"smtp://127.0.0.1:{free_port()}"
    pipeline.failover = vendors.failover("smtp")
    pipeline.run()
    status, attempts, error = state(pipeline, told)
    assert (status, attempts) == ("queued", 1)
    assert error is not None
    assert "refused" in error
    assert len(pipeline.end_pauses(told)) == 1


def test_without_a_mail_server_the_mail_fails_and_says_why(
    told: Person, vendors: Vendors, pipeline: Pipeline
) -> None:
    pipeline.failover = vendors.failover("twilio")
    pipeline.run()
    row = pipeline.only(told, "email")
    assert (row.status, row.reason, row.attempts) == ("failed", "no_provider", 0)


def test_an_address_of_a_mail_server_that_is_none_is_our_mistake_and_waits_for_it_to_be_mended(
    told: Person, vendors: Vendors, pipeline: Pipeline
) -> None:
    vendors.settings["SMTP_URL"] = "http://mail"
    pipeline.failover = vendors.failover("smtp")
    pipeline.run()
    status, attempts, error = state(pipeline, told)
    assert (status, attempts) == ("queued", 1)
    assert error is not None
    assert error.startswith("SMTP_URL is not an smtp://")
    assert pipeline.attempts(told, "email") == [("smtp", "technical")]


def test_a_job_that_comes_twice_sends_once(told: Person, smtp: Mailbox, pipeline: Pipeline) -> None:
    pipeline.plan()
    assert pipeline.run() == 1
    assert pipeline.run() == 0
    assert len(smtp.to(told.user["email"])) == 1
    assert state(pipeline, told) == ("sent", 1, None)


def test_workers_at_the_same_time_send_each_mail_once(
    app: Flask, customer: Person, smtp: Mailbox, pipeline: Pipeline, vendors: Vendors
) -> None:
    numbers = [f"M{number}" for number in range(50)]
    for number in numbers:
        pipeline.notify(customer, "order_accepted", number)

    def work() -> None:
        with app.app_context():
            Pipeline(pipeline.queue, vendors.failover("smtp")).run()

    gevent.joinall([gevent.spawn(work) for _ in range(4)], raise_error=True)
    texts = [mail.get_body(("plain",)).get_content() for mail in smtp.mails]  # type: ignore[union-attr]
    assert sorted(number for number in numbers for text in texts if f"{number} " in text) == sorted(numbers)
    assert {(row.status, row.attempts) for row in pipeline.deliveries(customer, "email")} == {("sent", 1)}


def test_a_mail_whose_notification_was_deleted_is_not_sent(
    told: Person, smtp: Mailbox, pipeline: Pipeline
) -> None:
    pipeline.plan()
    (notification,) = told.get("/api/notifications").json()["data"]["notifications"]
    told.delete(f"/api/notifications/{notification['id']}")
    pipeline.run()
    assert smtp.mails == []


@pytest.mark.parametrize("before", ["planned", "claimed"])
def test_what_a_dead_worker_had_is_sent_after_its_lease_and_nothing_else_is(
    told: Person, smtp: Mailbox, pipeline: Pipeline, before: str
) -> None:
    pipeline.plan()
    claims.claim(pipeline.queue)
    pipeline.expire_lease(told, LEASE - timedelta(seconds=30))
    claims.reclaim()
    assert pipeline.run() == 0, "its worker may be alive"
    pipeline.expire_lease(told)
    assert claims.reclaim() >= 1
    pipeline.run()
    assert state(pipeline, told)[:2] == ("sent", 1)
    assert len(smtp.to(told.user["email"])) == 1


def test_what_has_arrived_or_failed_is_left_alone(told: Person, smtp: Mailbox, pipeline: Pipeline) -> None:
    pipeline.run()
    for status in ("sent", "failed", "cancelled", "suppressed", "delivered", "undelivered"):
        pipeline.change(told, "status", status, status=pipeline.only(told, "email").status)
        pipeline.change(told, "updated_at", now() - timedelta(days=3), status=status)
        claims.reclaim()
        assert pipeline.run() == 0
        assert state(pipeline, told)[0] == status
    assert len(smtp.to(told.user["email"])) == 1


def test_a_worker_that_comes_back_after_its_lease_changes_nothing(
    told: Person, smtp: Mailbox, pipeline: Pipeline
) -> None:
    """A worker stands still for longer than its lease, and another one sends the mail."""
    pipeline.plan()
    slow = [row for row in delivery_queries.to_send(claims.claim(pipeline.queue)) if row.channel == "email"]
    pipeline.expire_lease(told)
    claims.reclaim()
    pipeline.run()
    assert settling.start(slow, "smtp", 0) == [], "it must not send now"
    settling.postpone(slow, "suppressed", "too late")
    settling.finish(
        slow, Outcome("temporary", "too late", "queued", retry_after=1), milliseconds=1, release=True
    )
    assert state(pipeline, told) == ("sent", 1, None)
    assert len(smtp.to(told.user["email"])) == 1


def test_of_two_workers_that_have_claimed_a_mail_only_one_calls(
    told: Person, smtp: Mailbox, pipeline: Pipeline
) -> None:
    """The lease of the first is over, the second has claimed the mail, and both continue."""
    pipeline.plan()
    first = delivery_queries.to_send(claims.claim(pipeline.queue))
    pipeline.expire_lease(told)
    claims.reclaim()
    second = delivery_queries.to_send(claims.claim(pipeline.queue))
    for rows in (second, first):
        for group in sending._grouped(rows):
            sending._send(group, pipeline.failover)
    assert len(smtp.to(told.user["email"])) == 1
    assert state(pipeline, told) == ("sent", 1, None)
    third = delivery_queries.to_send([row.id for row in first])
    pipeline.change(told, "status", "sending", status="sent")  # a third worker has it, and is about to call
    assert settling.start(third, "smtp", 0) == third
    assert settling.start(third, "smtp", 0) == []
    assert settling.start(first, "smtp", 0) == []


def test_a_worker_that_slept_during_its_call_does_not_undo_what_another_did(
    told: Person, smtp: Mailbox, pipeline: Pipeline
) -> None:
    pipeline.plan()
    slow = [row for row in delivery_queries.to_send(claims.claim(pipeline.queue)) if row.channel == "email"]
    assert settling.start(slow, "smtp", 0) == slow
    pipeline.expire_lease(told)
    claims.reclaim()
    pipeline.run()
    settling.finish(
        slow,
        Outcome("permanent", "too late", "failed", suppress="permanent_bounce"),
        milliseconds=1,
        release=True,
    )
    assert state(pipeline, told) == ("sent", 2, None)
    assert pipeline.attempts(told, "email") == [("smtp", "unknown"), ("smtp", "sent")]


def test_a_delivery_whose_workers_keep_dying_ends(told: Person, pipeline: Pipeline) -> None:
    pipeline.plan()
    for _ in range(claims.MAX_ATTEMPTS):
        settling.start(delivery_queries.to_send(claims.claim(pipeline.queue)), "smtp", 0)
        pipeline.expire_lease(told)
        claims.reclaim()
    row = pipeline.only(told, "email")
    assert (row.status, row.reason, row.attempts) == ("failed", "worker_lost", claims.MAX_ATTEMPTS)


def test_what_has_no_words_fails_alone(
    told: Person, smtp: Mailbox, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(group: list[Any], provider: str) -> Any:
        if group[0].type == "order_rejected":
            raise LookupError("no words")
        if group[0].type == "order_accepted":
            raise ZeroDivisionError("hunter2")
        return compose(group, provider)

    compose = messages.compose
    monkeypatch.setattr(messages, "compose", broken)
    pipeline.notify(told, "order_rejected")
    pipeline.notify(told, "order_accepted")
    pipeline.run()
    good, wordless, mistaken = pipeline.deliveries(told, "email")
    assert good.status == "sent"
    assert wordless.status == "failed"
    assert (mistaken.status, mistaken.error) == ("queued", "our mistake: ZeroDivisionError")
    assert len(smtp.mails) == 1


@pytest.mark.parametrize("name", QUEUES)
def test_each_queue_has_a_job_that_plans_and_sends_what_is_in_it(
    app: Flask, customer: Person, pipeline: Pipeline, queue: Queue, work_off: Work, smtp: Mailbox,
    monkeypatch: pytest.MonkeyPatch, name: str,
) -> None:  # fmt: skip
    """By RQ and the worker, as in production. Only the name of the queue and the providers belong to the test."""
    pipeline.notify(customer, "order_placed")
    monkeypatch.setattr(notification_jobs, "provider_failover", lambda _: pipeline.failover)
    work = notification_jobs._work
    asked: list[str] = []

    def ours(queue_name: str) -> int:
        asked.append(queue_name)
        return work(pipeline.queue)

    monkeypatch.setattr(notification_jobs, "_work", ours)
    declared = JOBS.of(app)[f"{notification_jobs.__name__}.{name}"]
    assert (declared.queue, declared.due is not None) == (name, True)
    queue.enqueue(declared.name)
    work_off()
    assert asked == [name]
    assert len(smtp.to(customer.user["email"])) == 1
    assert JOBS.of(app)[f"{notification_jobs.__name__}.reclaim"].every == 30
