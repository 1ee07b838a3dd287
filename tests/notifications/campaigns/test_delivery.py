"""Delivery of campaigns: to users who want them, with the text of their admin, and not after a cancel."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
from flask import Flask
from sqlalchemy import text

from metaia.core import db
from metaia.core.times import now, rfc3339
from metaia.notifications.delivery import planning, receipts
from metaia.notifications.delivery.receipts import ProviderReceipt
from tests.support.campaigns import act, begun, finish, rows, watched
from tests.support.people import Person, World
from tests.support.pipeline import Pipeline
from tests.support.smtp_server import Mailbox
from tests.support.vendors import Vendors

Json = dict[str, Any]


@pytest.fixture
def admin(world: World) -> Person:
    return world.staff()


@pytest.fixture
def since(admin: Person) -> str:
    return str(rfc3339(now()))


@pytest.fixture
def members(pipeline: Pipeline, world: World, since: str) -> list[Person]:
    people = [world.person() for _ in range(3)]
    for person in people:
        verify(person)
    return people


@pytest.fixture
def campaign(admin: Person, members: list[Person], since: str) -> Json:
    """Give a campaign by mail with exactly these recipients; nothing is planned yet."""
    running = begun(
        admin,
        {
            "name": "Spring",
            "title": "Ten per cent off",
            "message": "On <b>every</b> suit.",
            "channels": ["email", "in_app"],
            "audience": {"roles": ["customer"], "createdFrom": since},
            "ratePerMinute": 1_000_000,
        },
    )
    finish(running)
    return running


def verify(person: Person) -> None:
    with db.transaction():
        db.execute(text("UPDATE users SET email_verified_at = now() WHERE id = :id"), {"id": person.id})


def unverify(members: list[Person]) -> None:
    ids = {"ids": [member.id for member in members]}
    with db.transaction():
        db.execute(
            text("UPDATE users SET email_verified_at = NULL WHERE id = ANY(CAST(:ids AS uuid[]))"), ids
        )


def prefer(person: Person, **wishes: Any) -> None:
    assert person.patch("/api/notifications/preferences", wishes).status_code == 200


def states(pipeline: Pipeline, members: list[Person]) -> list[tuple[str, str | None]]:
    deliveries = [pipeline.only(member, "email") for member in members]
    return [(row.status, row.reason) for row in deliveries]


def test_an_address_that_is_not_verified_gets_no_campaign(
    pipeline: Pipeline, smtp: Mailbox, members: list[Person], campaign: Json
) -> None:
    unverify(members[1:])
    pipeline.plan()
    verify(members[2])
    pipeline.run()
    unverified = ("suppressed", "unverified")
    assert states(pipeline, members) == [("sent", None), unverified, unverified]
    assert [mail["To"] for mail in smtp.mails] == [members[0].user["email"]]
    for member in members:
        notes = member.get("/api/notifications").json()["data"]["notifications"]
        assert [note["type"] for note in notes] == ["campaign"], "the app shows it"


def test_an_address_that_loses_its_proof_gets_no_campaign(
    pipeline: Pipeline, smtp: Mailbox, members: list[Person], campaign: Json
) -> None:
    pipeline.plan()
    unverify(members)
    pipeline.run()
    assert smtp.mails == []
    assert states(pipeline, members) == [("suppressed", "unverified")] * 3


def test_a_setting_widens_campaigns_to_all_addresses(
    pipeline: Pipeline, smtp: Mailbox, app: Flask, members: list[Person], campaign: Json, monkeypatch: Any
) -> None:
    monkeypatch.setitem(app.config, "CAMPAIGNS_TO_UNVERIFIED", True)
    unverify(members)
    pipeline.run()
    assert len(smtp.mails) == 3


def test_it_goes_out_in_its_own_words_to_those_who_want_it(
    pipeline: Pipeline, smtp: Mailbox, members: list[Person], campaign: Json
) -> None:
    wanting, unwilling, muted = members
    prefer(unwilling, off={"marketing": ["email"]})
    prefer(muted, muted=True)
    pipeline.run()
    suppressed = [("suppressed", "preference"), ("suppressed", "muted")]
    assert states(pipeline, members) == [("sent", None), *suppressed]
    assert len(pipeline.deliveries(wanting)) == 1, "it is not for other channels"
    (mail,) = smtp.mails
    assert (mail["To"], mail["Subject"]) == (wanting.user["email"], "Ten per cent off")
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert "On <b>every</b> suit." in plain
    assert "On &lt;b&gt;every&lt;/b&gt; suit." in html
    assert "token=" in mail["List-Unsubscribe"]


def test_its_funnel_counts_people_and_how_far_they_got(
    pipeline: Pipeline, admin: Person, members: list[Person], campaign: Json
) -> None:
    assert watched(admin, campaign)["funnel"] == funnel(recipients=3, waiting=3)
    prefer(members[2], off={"marketing": ["email"]})
    pipeline.plan()
    assert watched(admin, campaign)["funnel"] == funnel(recipients=3, waiting=2, suppressed=1)
    pipeline.run()
    for member, status in zip(members, ("delivered", "undelivered"), strict=False):
        pipeline.change(member, "status", status, status="sent")
    note = members[0].get("/api/notifications").json()["data"]["notifications"][0]
    members[0].put(f"/api/notifications/{note['id']}/click")
    members[2].put("/api/notifications/read-all")
    assert watched(admin, campaign)["funnel"] == funnel(
        recipients=3, sent=2, delivered=1, failed=1, suppressed=1, seen=2, clicked=1
    )


def funnel(**numbers: int) -> Json:
    names = "recipients waiting sent delivered seen clicked failed suppressed cancelled"
    return dict.fromkeys(names.split(), 0) | numbers


def test_a_cancelled_one_takes_back_what_is_planned_and_what_is_not(
    pipeline: Pipeline,
    smtp: Mailbox,
    admin: Person,
    members: list[Person],
    campaign: Json,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(planning, "BATCH", 2)
    planning.plan(pipeline.queue)
    assert act(admin, campaign, "cancel")["status"] == "cancelled"
    finish(campaign)
    pipeline.run()
    assert smtp.mails == []
    statuses = [row.status for member in members for row in pipeline.deliveries(member)]
    assert statuses == ["cancelled", "cancelled"], "the third one is never planned"
    assert watched(admin, campaign)["funnel"] == funnel(recipients=3, cancelled=2)


def test_nothing_goes_out_between_the_cancelling_and_the_job_that_tidies_up(
    pipeline: Pipeline, smtp: Mailbox, admin: Person, members: list[Person], campaign: Json
) -> None:
    pipeline.plan()
    act(admin, campaign, "cancel")
    pipeline.run()
    assert smtp.mails == []
    assert states(pipeline, members) == [("cancelled", "campaign")] * 3


def test_cancelling_writes_no_row_of_a_notification(
    pipeline: Pipeline, admin: Person, members: list[Person], campaign: Json
) -> None:
    pipeline.plan()
    versions = text("SELECT id, xmin::text FROM notifications WHERE campaign_id = :id ORDER BY id")

    def stored() -> list[tuple[str, str]]:
        return [(row.id, row.xmin) for row in db.fetch_all(versions, {"id": campaign["id"]})]

    before = stored()
    assert len(before) == len(members)
    act(admin, campaign, "cancel")
    assert stored() == before


def test_a_lost_message_of_a_cancelled_campaign_is_not_queued_for_another_provider(
    pipeline: Pipeline, smtp: Mailbox, vendors: Vendors, admin: Person, members: list[Person], campaign: Json
) -> None:
    pipeline.run()
    act(admin, campaign, "cancel")
    finish(campaign)
    first = pipeline.only(members[0], "email")
    lost = ProviderReceipt(
        "smtp", "k", "lost", "undelivered", now(), delivery_id=first.id, retry_elsewhere=True
    )
    with db.transaction():
        assert receipts.store([lost]) == []
    assert states(pipeline, members)[0] == ("queued", "failover")
    pipeline.failover = vendors.failover("smtp", "sendgrid")
    pipeline.run()
    assert states(pipeline, members) == [("cancelled", "campaign"), ("sent", None), ("sent", None)]
    assert len(smtp.mails) == 3


def test_a_notification_that_is_being_planned_is_cancelled_too(
    pipeline: Pipeline, smtp: Mailbox, admin: Person, members: list[Person], campaign: Json
) -> None:
    with db.transaction():
        planning.plan(pipeline.queue)
        cancelling = gevent.spawn(act, admin, campaign, "cancel")
        assert cancelling.get(timeout=30)["status"] == "cancelled", "it waits for no other transaction"
    pipeline.run()
    assert smtp.mails == []
    assert states(pipeline, members) == [("cancelled", "campaign")] * 3


def test_a_test_is_sent_as_the_others_would_get_it(
    pipeline: Pipeline, smtp: Mailbox, admin: Person, members: list[Person], campaign: Json
) -> None:
    prefer(admin, muted=True)
    admin.post(f"/api/admin/campaigns/{campaign['id']}/test", {})
    pipeline.run()
    (mine,) = smtp.to(admin.user["email"])
    (other,) = smtp.to(members[0].user["email"])
    assert mine["Subject"] == other["Subject"] == campaign["title"]
    assert len(rows(campaign)) == len(members)
