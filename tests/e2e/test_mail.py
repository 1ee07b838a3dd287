"""From an order to the customer's mailbox, through the worker process."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from redis import Redis

from tests.e2e.conftest import Running
from tests.e2e.stack import kill
from tests.support.people import Person, World
from tests.support.smtp_server import Mailbox
from tests.support.waiting import until

pytestmark = pytest.mark.e2e


def mail_of(running: Running, person: Person) -> tuple[Any, ...]:
    """Return (status, attempts, error) of a person's only e-mail except the first; `unplanned` before there is one."""
    found = running.stack.rows(
        "SELECT d.status, d.attempts, d.error FROM deliveries d JOIN notifications n ON n.id = notification_id"
        " WHERE channel = 'email' AND type <> 'verify_email' AND d.user_id = %s",
        person.id,
    )
    assert len(found) <= 1
    return found[0] if found else ("unplanned", 0, None)


def confirmations(mails: Mailbox, person: Person) -> list[EmailMessage]:
    """Return the mails that confirm a person's orders."""
    return [mail for mail in mails.to(person.user["email"]) if mail["Subject"] == "Order placed"]


def settled(running: Running, person: Person, status: str) -> None:
    until(lambda: mail_of(running, person)[:2] == (status, 1), status)


def test_an_order_is_confirmed_by_mail(running: Running, abroad: World, mails: Mailbox) -> None:
    customer = abroad.person()
    order = customer.order()
    (mail,) = until(lambda: confirmations(mails, customer), "the mail arrives")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert f"{running.stack.url}/api/orders/{order['id']}" in mail.get_body(("plain",)).get_content()
    until(lambda: mail_of(running, customer) == ("sent", 1, None))


def test_a_refused_mail_fails_and_a_deferred_one_is_retried(
    running: Running, abroad: World, mails: Mailbox
) -> None:
    for answer, status in (("550 unknown", "failed"), ("450 busy", "queued")):
        mails.answer = answer
        customer = abroad.person()
        customer.order()
        settled(running, customer, status)
        assert mail_of(running, customer)[2] == answer


@pytest.mark.chaos
def test_a_worker_killed_while_it_sends_does_not_lose_the_mail(
    running: Running, abroad: World, mails: Mailbox
) -> None:
    """Last in this file: it replaces the worker."""
    customer = abroad.person()
    mails.hang = True
    customer.order()
    until(lambda: mail_of(running, customer)[0] == "sending")
    until(lambda: customer.user["email"] in mails.asked, "the worker waits for an answer")
    kill(running.stack.processes[0])
    assert mail_of(running, customer)[:2] == ("sending", 1)
    running.stack.rows(
        "UPDATE deliveries SET updated_at = now() - interval '1 hour' WHERE status = 'sending'"
    )
    mails.hang = False
    running.stack.worker()
    running.stack.worker("critical")
    with Redis.from_url(running.stack.settings["REDIS_URL"]) as redis:
        redis.delete(
            "metaia:every:metaia.notifications.jobs.reclaim"
        )  # it runs every 30 seconds: let it be due
    until(lambda: mail_of(running, customer)[:2] == ("sent", 2))
    assert len(confirmations(mails, customer)) == 1
    attempts = running.stack.rows(
        "SELECT a.outcome FROM delivery_attempts a JOIN deliveries d ON d.id = delivery_id"
        " JOIN notifications n ON n.id = notification_id"
        " WHERE d.user_id = %s AND channel = 'email' AND type <> 'verify_email' ORDER BY number",
        customer.id,
    )
    assert attempts == [("unknown",), ("sent",)], (
        "the window in which a mail could have come twice is on record"
    )
