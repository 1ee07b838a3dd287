"""The work of campaigns, in batches of one transaction each. After a crash the next batch continues from the last."""

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
from metaia.notifications.campaigns.queries import Campaign
from metaia.notifications.campaigns.state import CANCELLED, COMPLETED, RUNNING, SCHEDULED
from metaia.notifications.content.templates import NotificationText
from metaia.notifications.delivery import history
from metaia.notifications.delivery.queries import NIL
from metaia.notifications.registry import IN_APP, NOTIFICATION_TYPES

BATCH = 500  # users
SWEEP_BATCH = 5_000  # rows
CATCH_UP = timedelta(seconds=2)  # jobs start about once a second; so much lost time is made up for
SWEEP_PAUSE = timedelta(seconds=1)  # before the next sweep, if other transactions hold all remaining rows

# Selects users, inserts their notifications and the events for their clients, all in PostgreSQL.
NOTIFY = """
    WITH people AS (
        SELECT id, row_number() OVER (ORDER BY id) AS n FROM users
        WHERE id > CAST(:reached AS uuid) AND {condition} ORDER BY id LIMIT :batch
    ), notified AS (
        INSERT INTO notifications (id, user_id, type, category, title, message, data, actions, shown, queue, subject,
                                   actor_id, campaign_id, channels, planned_at, created_at)
        SELECT fresh.id, people.id, :type, :category, :title, :message, CAST(:data AS jsonb), CAST(:actions AS jsonb),
               :shown, :queue, :subject, :actor_id, :campaign_id, :channels, CAST(:planned_at AS timestamptz), :now
        FROM people JOIN unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS fresh (id, n) USING (n)
        ON CONFLICT (campaign_id, user_id) WHERE campaign_id IS NOT NULL DO NOTHING
        RETURNING id, user_id
    ), published AS (
        INSERT INTO outbox (uid, kind, type, payload, audience, actor, subject, created_at)
        SELECT gen_random_uuid(), 'event', 'notification.created',
               CAST(CAST(:payload AS jsonb) || jsonb_build_object('id', id) AS json),
               ARRAY['user-' || user_id], :actor_id, :subject, :now
        FROM notified WHERE :shown
    )
    SELECT (SELECT count(*) FROM people) AS people, (SELECT count(*) FROM notified) AS notified,
           (SELECT id FROM people ORDER BY id DESC LIMIT 1) AS last
"""
# Rows that other transactions hold are left to the next sweep, so a sweep cannot deadlock.
SWEEP = text(
    f"""
    WITH unplanned AS (
        UPDATE notifications SET planned_at = :now WHERE id IN (
            SELECT id FROM notifications WHERE campaign_id = :id AND planned_at IS NULL
            LIMIT :batch FOR UPDATE SKIP LOCKED
        ) RETURNING id
    ), queued AS (
        UPDATE deliveries SET status = 'cancelled', reason = 'campaign', updated_at = :now,
            steps = {history.append_sql("'cancelled'", "'campaign'", "due_at")}
        WHERE id IN (
            SELECT deliveries.id FROM deliveries JOIN notifications ON notifications.id = notification_id
            WHERE campaign_id = :id AND status = 'queued' LIMIT :batch FOR UPDATE OF deliveries SKIP LOCKED
        ) RETURNING id
    )
    SELECT (SELECT count(*) FROM unplanned) + (SELECT count(*) FROM queued)
    """  # noqa: S608 - only constants
)


def advance(campaign_id: str | None = None) -> bool:
    """Run the next batch of the campaign that has been due for the longest time, or of this one.

    Return whether one was due.
    """
    with db.transaction():
        campaign = queries.lock_due(campaign_id)
        if campaign is not None:
            _BATCHES[campaign.status](campaign)
    return campaign is not None


def _begin(campaign: Campaign) -> None:
    moment = now()
    total = queries.audience_size(campaign, moment)
    publish.changed(campaign, status=RUNNING, began_at=moment, total=total, next_at=moment)


def _notify(campaign: Campaign) -> None:
    """Notify the next users, as many as the rate allows in one second, and schedule the next batch."""
    moment, rate = now(), campaign.rate_per_minute
    batch = min(BATCH, -(-rate // 60))
    condition = audience_filters.condition(campaign.audience)
    row = db.execute(_statement(condition), _parameters(campaign, batch)).one()
    fault_injection.point("in_campaign")
    if IN_APP in campaign.channels:
        outbox.notify_on_commit("event")
    job_registry.wake_on_commit()
    since = max(campaign.next_at or moment, moment - CATCH_UP)
    changes: dict[str, Any] = {
        "reached": row.last or campaign.reached,
        "recipients": campaign.recipients + row.notified,
        "next_at": since + timedelta(minutes=row.people / rate),
    }
    if row.people < batch:
        changes |= {"status": COMPLETED, "next_at": None, "ended_at": moment}
    publish.changed(campaign, **changes)


@cache
def _statement(condition: str) -> TextClause:
    return text(NOTIFY.format(condition=condition))


def _parameters(campaign: Campaign, batch: int) -> dict[str, Any]:
    moment, type_ = now(), NOTIFICATION_TYPES.current()[campaign.type]
    data = campaign.data | {"campaignId": campaign.id}
    text = NotificationText(campaign.title, campaign.message)
    payload = service.created_payload("", type_, text, data, moment)
    return audience_filters.parameters(campaign.audience, campaign.began_at or moment) | {
        "reached": campaign.reached or NIL,
        "batch": batch,
        "ids": [new_id() for _ in range(batch)],
        "type": type_.name,
        "category": type_.category,
        "title": campaign.title,
        "message": campaign.message,
        "data": json.dumps(data),
        "actions": json.dumps(payload["actions"]),
        "payload": json.dumps(payload),
        "shown": IN_APP in campaign.channels,
        "queue": type_.queue,
        "subject": f"campaign-{campaign.id}",
        "actor_id": campaign.created_by,
        "campaign_id": campaign.id,
        "channels": campaign.channels,
        "planned_at": moment if campaign.channels == [IN_APP] else None,
        "now": moment,
    }


def _sweep(campaign: Campaign) -> None:
    """Set the status of a batch of unsent deliveries. Those that are being planned now are left to the next sweep."""
    swept = db.execute(SWEEP, {"id": campaign.id, "batch": SWEEP_BATCH, "now": now()}).scalar()
    pause = timedelta() if swept else SWEEP_PAUSE
    publish.changed(campaign, next_at=now() + pause if queries.has_unsent(campaign.id) else None)


_BATCHES: dict[str, Callable[[Campaign], None]] = {SCHEDULED: _begin, RUNNING: _notify, CANCELLED: _sweep}
