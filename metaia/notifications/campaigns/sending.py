"""The work of campaigns, batch by batch. Each is one transaction: whatever ends it, the next one goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text

from metaia.core import db, fault_injection, json, outbox
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications import service
from metaia.notifications.campaigns import audience_filters, publish, queries
from metaia.notifications.campaigns.notifications import CAMPAIGN
from metaia.notifications.campaigns.queries import Campaign
from metaia.notifications.campaigns.state import CANCELLED, COMPLETED, RUNNING, SCHEDULED
from metaia.notifications.content.templates import Words
from metaia.notifications.delivery import history
from metaia.notifications.delivery.queries import NIL
from metaia.notifications.registry import IN_APP, NOTICES

BATCH = 500  # people
SWEPT = 5_000  # rows
CATCH_UP = timedelta(seconds=2)  # jobs come about once a second: so much lost time may be made good
AGAIN = timedelta(seconds=1)  # until what somebody else holds is looked at once more

# The people, their notifications and the events for their screens, in one statement: nothing of them passes through us.
TELL = """
    WITH people AS (
        SELECT id, row_number() OVER (ORDER BY id) AS n FROM users
        WHERE id > CAST(:reached AS uuid) AND {where} ORDER BY id LIMIT :batch
    ), told AS (
        INSERT INTO notifications (id, user_id, type, category, title, message, data, actions, shown, queue, subject,
                                   actor_id, campaign_id, channels, planned_at, created_at)
        SELECT fresh.id, people.id, :type, :category, :title, :message, CAST(:data AS jsonb), '[]', :shown, :queue,
               :subject, :actor_id, :campaign_id, :channels, CAST(:planned_at AS timestamptz), :now
        FROM people JOIN unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS fresh (id, n) USING (n)
        ON CONFLICT (campaign_id, user_id) WHERE campaign_id IS NOT NULL DO NOTHING
        RETURNING id, user_id
    ), heard AS (
        INSERT INTO outbox (uid, kind, type, payload, audience, actor, subject, created_at)
        SELECT gen_random_uuid(), 'event', 'notification.created',
               CAST(CAST(:payload AS jsonb) || jsonb_build_object('id', id) AS json),
               ARRAY['user-' || user_id], :actor_id, :subject, :now
        FROM told WHERE :shown
    )
    SELECT (SELECT count(*) FROM people) AS people, (SELECT count(*) FROM told) AS told,
           (SELECT id FROM people ORDER BY id DESC LIMIT 1) AS last
"""
# What somebody else holds at the moment is left for the next time: so nobody deadlocks.
SWEEP = text(
    f"""
    WITH unplanned AS (
        UPDATE notifications SET planned_at = :now WHERE id IN (
            SELECT id FROM notifications WHERE campaign_id = :id AND planned_at IS NULL
            LIMIT :batch FOR UPDATE SKIP LOCKED
        ) RETURNING id
    ), queued AS (
        UPDATE deliveries SET status = 'cancelled', reason = 'campaign', updated_at = :now,
            steps = {history.appended("'cancelled'", "'campaign'", "due_at")}
        WHERE id IN (
            SELECT deliveries.id FROM deliveries JOIN notifications ON notifications.id = notification_id
            WHERE campaign_id = :id AND status = 'queued' LIMIT :batch FOR UPDATE OF deliveries SKIP LOCKED
        ) RETURNING id
    )
    SELECT (SELECT count(*) FROM unplanned) + (SELECT count(*) FROM queued)
    """  # noqa: S608 - our own words
)


def advance(campaign_id: str | None = None) -> bool:
    """Do the next batch of the campaign (or of this one) that has waited longest; return whether one was due."""
    with db.transaction():
        campaign = queries.due(campaign_id)
        if campaign is not None:
            _STEPS[campaign.status](campaign)
    return campaign is not None


def _begin(campaign: Campaign) -> None:
    moment = now()
    total = queries.size(campaign, moment)
    publish.changed(campaign, status=RUNNING, began_at=moment, total=total, next_at=moment)


def _tell(campaign: Campaign) -> None:
    """Tell the next people, no more than a second's worth, and say when the next ones may be told."""
    moment, rate = now(), campaign.rate_per_minute
    batch = min(BATCH, -(-rate // 60))
    row = db.execute(_statement(audience_filters.where(campaign.audience)), _values(campaign, batch)).one()
    fault_injection.point("in_campaign")
    if IN_APP in campaign.channels:
        outbox.notify_on_commit("event")
    job_registry.wake_on_commit()
    since = max(campaign.next_at or moment, moment - CATCH_UP)
    changes: dict[str, Any] = {
        "reached": row.last or campaign.reached,
        "recipients": campaign.recipients + row.told,
        "next_at": since + timedelta(minutes=row.people / rate),
    }
    if row.people < batch:
        changes |= {"status": COMPLETED, "next_at": None, "ended_at": moment}
    publish.changed(campaign, **changes)


@cache
def _statement(where: str) -> TextClause:
    return text(TELL.format(where=where))


def _values(campaign: Campaign, batch: int) -> dict[str, Any]:
    moment, notice = now(), NOTICES[CAMPAIGN.name]
    data = {"campaignId": campaign.id}
    words = Words(campaign.title, campaign.message)
    return audience_filters.values(campaign.audience, campaign.began_at or moment) | {
        "reached": campaign.reached or NIL,
        "batch": batch,
        "ids": [new_id() for _ in range(batch)],
        "type": notice.name,
        "category": notice.category,
        "title": campaign.title,
        "message": campaign.message,
        "data": json.dumps(data),
        "payload": json.dumps(service.on_screen("", notice, words, data, moment)),
        "shown": IN_APP in campaign.channels,
        "queue": notice.queue,
        "subject": f"campaign-{campaign.id}",
        "actor_id": campaign.created_by,
        "campaign_id": campaign.id,
        "channels": campaign.channels,
        "planned_at": moment if campaign.channels == [IN_APP] else None,
        "now": moment,
    }


def _sweep(campaign: Campaign) -> None:
    """Cancel what has not been sent; what is planned at this moment is stopped by sending.py, which looks again."""
    swept = db.execute(SWEEP, {"id": campaign.id, "batch": SWEPT, "now": now()}).scalar()
    left = queries.anything_left(campaign.id)
    publish.changed(campaign, next_at=now() + (AGAIN if not swept else timedelta()) if left else None)


_STEPS: dict[str, Callable[[Campaign], None]] = {SCHEDULED: _begin, RUNNING: _tell, CANCELLED: _sweep}
