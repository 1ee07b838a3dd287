"""Mails about accounts: from the request to the mailbox, and back by the link in the mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage

import pyotp
import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import text

from metaia.auth.account import email_change
from metaia.auth.mailed_links import service as mailed_links
from metaia.core import db
from metaia.jobs.registry import JOBS
from metaia.notifications.registry import NOTIFICATION_TYPES
from tests.support.people import PASSWORD, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.waiting import until

Work = Callable[[], None]
LINK = re.compile(r"http://127\.0\.0\.1:5000/account#(\w+)=([\w-]{64})")
TABLES = ("proofs", "notifications", "deliveries", "outbox", "audit_log", "event_log")


@pytest.fixture(autouse=True)
def same_queue(app: Flask, queue: Queue, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the jobs that decide about links, and the first mail, on a queue of this test."""
    types = NOTIFICATION_TYPES.current()
    first = types["verify_email"]
    monkeypatch.setitem(types, "verify_email", replace(first, queue=pipeline.queue))  # type: ignore[arg-type]
    jobs = JOBS.of(app)
    for job in (mailed_links.LINK_JOB, email_change.CHANGE_JOB):
        monkeypatch.setitem(jobs, job, replace(jobs[job], queue=queue.name))


def links_in(mail: EmailMessage) -> tuple[str, str]:
    """Return the kind and the token of the one link in the text and the HTML of a mail."""
    plain, html = (str(part.get_content()) for part in mail.iter_parts())
    (link,) = LINK.findall(plain)
    assert LINK.findall(html) == [link]
    kind, token = link
    return kind, token


@pytest.fixture
def work(queue: Queue, work_off: Work, pipeline: Pipeline) -> Work:
    """Give a function that runs all pending jobs and deliveries."""

    def all_of_it() -> None:
        if queue.job_ids:
            work_off()
        pipeline.run()

    return all_of_it


def mailed(smtp: Mailbox, work: Work, address: str, subject: str) -> EmailMessage:
    """Run pending jobs until a mail has arrived, and return it."""

    def arrived() -> list[EmailMessage]:
        work()
        return [mail for mail in smtp.to(address) if mail["Subject"] == subject]

    (mail,) = until(arrived, f"{subject} arrives")
    return mail


def test_the_link_for_new_people_works_and_is_kept_nowhere(
    world: World, queue: Queue, smtp: Mailbox, work: Work
) -> None:
    person = world.person()
    mail = mailed(smtp, work, person.user["email"], "Confirm your e-mail address")
    kind, token = links_in(mail)
    assert kind == "verify_email"
    for table in TABLES:
        rows = db.fetch_all(text(f"SELECT t::text AS row FROM {table} t"))
        assert not any(token in row.row for row in rows), table
    kept = [queue.connection.dump(key) for key in queue.connection.keys("rq:*")]
    assert kept
    assert not any(token.encode() in (value or b"") for value in kept)
    assert world.call("POST", "/api/auth/verify-email", json={"token": token}).status_code == 200
    assert person.get("/api/auth/me").json()["data"]["user"]["emailVerified"] is True
    assert person.get("/api/notifications").json()["data"]["notifications"] == [], (
        "it is not shown in the app"
    )


def test_both_mailboxes_are_asked_and_the_old_one_is_told_in_the_end(
    world: World, queue: Queue, smtp: Mailbox, work: Work
) -> None:
    person = world.person()
    old, new = person.user["email"], f"new.{person.user['email']}"
    answer = person.post("/api/auth/change-email", {"email": new, "password": PASSWORD})
    assert answer.status_code == 202
    leave = mailed(smtp, work, old, "Leave this e-mail address")
    take = mailed(smtp, work, new, "Use this e-mail address")
    assert new in str(leave.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    for mail in (take, leave):
        _, token = links_in(mail)
        assert world.call("POST", "/api/auth/confirm-email", json={"token": token}).status_code == 200
    changed = mailed(smtp, work, old, "Your e-mail address was changed")
    assert new in str(changed.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    [note] = person.get("/api/notifications").json()["data"]["notifications"]
    assert (note["type"], note["data"]) == ("email_changed", {"email": new})


def test_who_lost_their_second_factor_is_mailed_that_staff_took_it_off(
    world: World, queue: Queue, smtp: Mailbox, work: Work, monkeypatch: pytest.MonkeyPatch, pipeline: Pipeline
) -> None:
    types = NOTIFICATION_TYPES.current()
    told = types["second_factor_removed"]
    monkeypatch.setitem(types, told.name, replace(told, queue=pipeline.queue))  # type: ignore[arg-type]
    person, admin = world.person(), world.staff("admin")
    secret = person.post("/api/auth/second-factor", {"password": PASSWORD}).json()["data"]["secret"]
    confirmed = person.post("/api/auth/second-factor/confirm", {"code": pyotp.TOTP(secret).now()})
    assert confirmed.status_code == 200
    body = {"reason": "because of a test"}
    answer = admin.post(f"/api/admin/users/{person.id}/remove-second-factor", body)
    assert answer.status_code == 200, answer.text
    mail = mailed(smtp, work, person.user["email"], "Your second factor was taken off")
    plain = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert "choose a new password now" in plain
    assert body["reason"] not in plain


def test_the_last_mail_goes_to_where_the_account_was_and_nothing_else_goes_out(
    world: World, queue: Queue, smtp: Mailbox, work: Work
) -> None:
    person, tailor = world.person(name="Asha Rao"), world.person("tailor")
    mailed(smtp, work, person.user["email"], "Confirm your e-mail address")
    order = person.order(partnerId=tailor.id)
    assert person.call("DELETE", "/api/auth/me", {"password": PASSWORD}).status_code == 200
    mail = mailed(smtp, work, person.user["email"], "Your account was deleted")
    assert "Asha" not in str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    tailor.act(order, "accept")
    work()
    assert not [asked for asked in smtp.asked if asked.endswith("deleted.invalid")]
