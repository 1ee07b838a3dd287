"""Suppressed addresses: what still reaches them, what ends it, and what users and staff see of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import repeat
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from metaia.auth.mailed_links import service as mailed_links
from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now
from metaia.dev.stubs.server import Mood
from metaia.notifications import jobs, retention
from metaia.notifications.registry import EMAIL, NOTIFICATION_TYPES, SMS
from metaia.notifications.suppressions import queries, service
from metaia.notifications.suppressions.policy import PAUSES, Reason
from metaia.providers.errors import Temporary
from tests.support.account_mails import notification_data
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors

MINE, ALL = "/api/notifications/suppressions", "/api/admin/suppressions"


def suppress(person: Person, reason: Reason, **more: Any) -> None:
    with db.transaction():
        service.suppress(EMAIL, person.user["email"], reason, **more)


def reset_mail(pipeline: Pipeline, person: Person, smtp: Mailbox) -> list[str]:
    """Ask for a new password, run the pipeline, and return the subjects of the mails that arrived by it."""
    before = len(smtp.to(person.user["email"]))
    assert mailed_links.send_requested("reset_password", person.user["email"], new_id())
    pipeline.run()
    return [mail["Subject"] for mail in smtp.to(person.user["email"])[before:]]


def order_mail(pipeline: Pipeline, person: Person) -> tuple[str, str | None]:
    """Notify a person of an order; return status and reason of the mail."""
    pipeline.notify(person, "order_accepted", new_id())
    pipeline.run()
    row = pipeline.deliveries(person, "email")[-1]
    return row.status, row.reason


def verified(person: Person) -> Person:
    with db.transaction():
        db.execute(text("UPDATE users SET email_verified_at = now() WHERE id = :id"), {"id": person.id})
    return person


def mine(person: Person) -> list[Json]:
    found: list[Json] = person.get(MINE).json()["data"]["suppressions"]
    return found


@pytest.mark.parametrize("reason", ["unsubscribed", "complaint"])
def test_a_password_reset_is_mailed_after_an_unsubscription_or_complaint(
    pipeline: Pipeline, customer: Person, smtp: Mailbox, reason: Reason
) -> None:
    suppress(customer, reason)
    assert order_mail(pipeline, customer) == ("suppressed", reason)
    assert reset_mail(pipeline, customer, smtp) == ["Choose a new password"]


def test_an_unsubscription_from_a_category_concerns_no_other(pipeline: Pipeline, customer: Person) -> None:
    suppress(customer, "unsubscribed", category="marketing")
    assert order_mail(pipeline, customer) == ("sent", None)
    suppress(customer, "unsubscribed", category="order")
    assert order_mail(pipeline, customer) == ("suppressed", "unsubscribed")


def test_a_temporary_bounce_ends_by_itself(pipeline: Pipeline, customer: Person, smtp: Mailbox) -> None:
    suppress(customer, "temporary_bounce", at=now() - PAUSES[0] + timedelta(minutes=1))
    assert order_mail(pipeline, customer) == ("suppressed", "temporary_bounce")
    assert reset_mail(pipeline, customer, smtp) == []
    with db.transaction():
        ended = text("UPDATE address_suppressions SET until = now() WHERE address = :address")
        db.execute(ended, {"address": customer.user["email"]})
    assert order_mail(pipeline, customer) == ("sent", None)
    assert reset_mail(pipeline, customer, smtp) == ["Choose a new password"]
    assert mine(customer) == []


def test_a_full_mailbox_is_a_temporary_bounce(pipeline: Pipeline, customer: Person, smtp: Mailbox) -> None:
    smtp.answer = "552 5.2.2 mailbox full"
    pipeline.notify(customer, "order_accepted")
    pipeline.run()
    smtp.answer = None
    (shown,) = mine(customer)
    assert (shown["reason"], shown["address"]) == ("temporary_bounce", customer.user["email"])
    assert shown["until"] is not None
    assert notification_data(customer, "address_unreachable") == []


def test_a_permanent_bounce_ends_when_the_address_is_proven_again(
    pipeline: Pipeline, customer: Person, smtp: Mailbox, world: World
) -> None:
    verified(customer)
    smtp.answer = "550 5.1.1 no such user"
    pipeline.notify(customer, "order_accepted")
    pipeline.run()
    smtp.answer = None
    assert order_mail(pipeline, customer) == ("suppressed", "permanent_bounce")
    assert reset_mail(pipeline, customer, smtp) == []
    assert notification_data(customer, "address_unreachable") == [
        {"channel": "email", "reason": "permanent_bounce"}
    ]
    token_id = new_id()
    assert mailed_links.send_requested("verify_email", customer.user["email"], token_id), "though verified"
    pipeline.run()
    token = mailed_links.url("verify_email", {"proofId": token_id}).partition("=")[2]
    assert world.call("POST", "/api/auth/verify-email", json={"token": token}).ok
    assert mine(customer) == []
    assert order_mail(pipeline, customer) == ("sent", None)
    assert reset_mail(pipeline, customer, smtp) == ["Choose a new password"]


def test_the_mail_that_proves_an_address_passes_a_permanent_bounce(
    pipeline: Pipeline, customer: Person, smtp: Mailbox, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = NOTIFICATION_TYPES.of(app)
    monkeypatch.setitem(types, "verify_email", replace(types["verify_email"], queue=pipeline.queue))  # type: ignore[arg-type]
    suppress(customer, "permanent_bounce")
    assert mailed_links.send_requested("verify_email", customer.user["email"], new_id())
    pipeline.run()
    assert [mail["Subject"] for mail in smtp.to(customer.user["email"])] == ["Confirm your e-mail address"]


def test_an_owner_sees_why_and_ends_what_was_their_choice(customer: Person, world: World) -> None:
    suppress(customer, "complaint")
    suppress(customer, "unsubscribed", category="order")
    assert mine(customer) == [], "the address is not verified, so it may be another person's"
    shown = mine(verified(customer))
    assert [(each["reason"], each["category"], each["canLift"]) for each in shown] == [
        ("complaint", None, True),
        ("unsubscribed", "order", True),
    ]
    assert [each["title"] for each in shown] == ["Reported as spam", "Unsubscribed"]
    assert "Orders" in shown[1]["meaning"]
    stranger = verified(world.person())
    assert stranger.post(f"{MINE}/{shown[0]['id']}/lift").status_code == 404
    assert customer.post(f"{MINE}/{shown[0]['id']}/lift").ok
    assert [each["reason"] for each in mine(customer)] == ["unsubscribed"]
    assert customer.post(f"{MINE}/{shown[0]['id']}/lift").status_code == 404
    assert customer.patch("/api/auth/me", {"locale": "hi"}).ok
    assert mine(customer)[0]["title"] == "मेल बंद किए गए"


def test_an_owner_cannot_end_a_bounce(customer: Person) -> None:
    suppress(customer, "permanent_bounce")
    (shown,) = mine(customer)
    assert shown["canLift"] is False
    answer = customer.post(f"{MINE}/{shown['id']}/lift")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "suppression_not_liftable")


def test_staff_find_suppressions_and_lift_them(pipeline: Pipeline, customer: Person, world: World) -> None:
    support, address = world.staff("support"), customer.user["email"]
    suppress(customer, "permanent_bounce", detail="550 5.1.1 no such user")
    suppress(customer, "complaint")
    found = support.get(ALL, params={"address": address.upper(), "active": "true"}).json()["data"][
        "suppressions"
    ]
    assert [each["reason"] for each in found] == ["complaint", "permanent_bounce"]
    assert (found[1]["detail"], found[1]["active"]) == ("550 5.1.1 no such user", True)
    for each in found:
        answer = support.post(f"{ALL}/{each['id']}/lift", {"reason": "ticket 4711"})
        assert answer.ok, answer.text
        lifted = answer.json()["data"]["suppression"]
        assert (lifted["active"], lifted["endedBy"]) == (False, "staff")
        again = support.post(f"{ALL}/{each['id']}/lift", {"reason": "ticket 4711"})
        assert (again.status_code, again.json()["error"]["code"]) == (409, "suppression_ended")
        (entry,) = db.fetch_all(
            text("SELECT * FROM audit_log WHERE subject = :subject"), {"subject": f"suppression-{each['id']}"}
        )
        assert (entry.action, entry.actor_id) == ("suppression.lifted", support.id)
        assert entry.before["reason"] == each["reason"]
        assert entry.after == {"by": "staff", "reason": "ticket 4711"}
    assert order_mail(pipeline, customer) == ("sent", None)
    left = support.get(ALL, params={"address": address, "active": "false"}).json()["data"]["suppressions"]
    assert {each["id"] for each in left} == {each["id"] for each in found}
    assert customer.get(ALL).status_code == 403
    assert customer.post(f"{ALL}/{found[0]['id']}/lift", {"reason": "x"}).status_code == 403


def test_staff_cannot_lift_what_a_network_enforces(world: World, phone: str) -> None:
    with db.transaction():
        service.suppress(SMS, phone, "stop")
    support = world.staff("support")
    (found,) = support.get(ALL, params={"address": phone}).json()["data"]["suppressions"]
    answer = support.post(f"{ALL}/{found['id']}/lift", {"reason": "please"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "suppression_not_liftable")
    assert support.post(f"{ALL}/{new_id()}/lift", {"reason": "x"}).status_code == 404


def test_an_old_cause_does_not_undo_the_end(customer: Person) -> None:
    address, happened = customer.user["email"], now() - timedelta(hours=1)
    suppress(customer, "permanent_bounce", at=happened)
    with db.transaction():
        service.prove(address)
    suppress(customer, "permanent_bounce", at=happened)
    assert not service.is_unproven(address)
    suppress(customer, "permanent_bounce")
    assert service.is_unproven(address)


def test_the_same_cause_twice_counts_once(customer: Person) -> None:
    happened = now() - timedelta(hours=2)
    for _ in range(3):
        suppress(customer, "temporary_bounce", at=happened)
    ((known,),) = queries.of([(EMAIL, customer.user["email"])]).values()
    assert (known.times, known.until) == (1, happened + PAUSES[0])
    suppress(customer, "temporary_bounce", at=happened + timedelta(hours=1))
    ((known,),) = queries.of([(EMAIL, customer.user["email"])]).values()
    assert (known.times, known.until) == (2, happened + timedelta(hours=1) + PAUSES[1])


def test_the_earlier_release_may_go_on_writing_to_its_table(customer: Person, phone: str) -> None:
    write = text(
        "INSERT INTO suppressions (channel, address, reason, at) VALUES (:channel, :address, :reason, now())"
        " ON CONFLICT (channel, address) DO UPDATE SET reason = excluded.reason"
    )
    with db.transaction():
        for reason in ("stop", "bounce"):
            db.execute(write, {"channel": EMAIL, "address": customer.user["email"], "reason": reason})
        db.execute(write, {"channel": SMS, "address": phone, "reason": "stop"})
    known = queries.of([(EMAIL, customer.user["email"]), (SMS, phone)])
    assert {each.reason for each in known[EMAIL, customer.user["email"]]} == {"stop", "permanent_bounce"}
    with db.transaction():
        db.execute(text("DELETE FROM suppressions WHERE address = :address"), {"address": phone})
    assert (SMS, phone) not in queries.of([(SMS, phone)])


def test_sendgrids_own_lists_follow_ours(
    app: Flask, vendors: Vendors, customer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = customer.user["email"]
    monkeypatch.setattr(jobs, "provider_failover", lambda _: vendors.failover("sendgrid"))
    paths = ("/v3/suppression/bounces", "/v3/asm/suppressions/global", "/v3/suppression/spam_reports")
    vendors.stub.world.listed |= {(path, address) for path in paths} | {(paths[0], "other@test.example")}
    with app.app_context():
        jobs.clear_at_providers(address)
        assert vendors.stub.world.listed == {(paths[0], "other@test.example")}
        vendors.stub.moods["sendgrid lists"] = repeat(Mood(status=503), 1)
        with pytest.raises(Temporary):
            jobs.clear_at_providers(address)


def test_ended_suppressions_are_purged(customer: Person) -> None:
    suppress(customer, "complaint", at=now() - timedelta(days=900))
    suppress(customer, "temporary_bounce", at=now() - timedelta(days=900))
    with db.transaction():
        retention.purge_suppressions(800)
    count = text("SELECT reason FROM address_suppressions WHERE address = :address")
    rows = db.fetch_all(count, {"address": customer.user["email"]})
    assert [row.reason for row in rows] == ["complaint"], "it has not ended"
