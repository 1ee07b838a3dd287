"""Actions of admins on campaigns."""

from __future__ import annotations

from metaia.core import db, versions
from metaia.core.access.actor import Actor
from metaia.core.audit import log as audit_log
from metaia.core.errors import NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.state_machine import Transition
from metaia.core.times import now
from metaia.jobs import registry as job_registry
from metaia.notifications import service as notification_service
from metaia.notifications.campaigns import presenters, publish, queries
from metaia.notifications.campaigns.models import CampaignRow
from metaia.notifications.campaigns.notifications import TEST
from metaia.notifications.campaigns.queries import Campaign
from metaia.notifications.campaigns.schemas import DEFAULT_RATE
from metaia.notifications.campaigns.state import ADMIN, CANCELLED, DRAFT, MACHINE, SCHEDULED
from metaia.notifications.content.templates import NotificationText
from metaia.notifications.registry import NOTIFICATION_TYPES, NotificationType

AUDITED = ("name", "title", "message", "channels", "audience", "scheduledAt", "ratePerMinute", "status")


def create(actor: Actor, body: Json) -> Campaign:
    """Create a draft, and return it."""
    moment = now()
    campaign = Campaign(
        id=new_id(), **_stored(body), status=DRAFT, version=1, reached=None, recipients=0, total=None,
        next_at=None, told_at=None, began_at=None, ended_at=None, created_by=actor.id, created_at=moment,
        updated_at=moment,
    )  # fmt: skip
    with db.transaction():
        db.append(CampaignRow, **{name: getattr(campaign, name) for name in Campaign.__slots__})
        _audit("created", None, campaign)
    return campaign


def send(
    actor: Actor, type_: NotificationType, words: NotificationText, audience: Json, data: Json, *, name: str
) -> str:
    """Start a campaign of a domain in the running transaction; return its id.

    `audience` is as campaigns store it; `data` is added to that of the notifications. Admins see and cancel it.
    """
    moment = now()
    values: Json = {
        "id": new_id(), "name": name, "title": words.title, "message": words.message, "channels": [*type_.channels],
        "audience": audience, "rate_per_minute": DEFAULT_RATE, "status": SCHEDULED, "version": 1, "recipients": 0,
        "next_at": moment, "created_by": actor.id, "created_at": moment, "updated_at": moment, "type": type_.name,
        "data": data,
    }  # fmt: skip
    db.append(CampaignRow, **values)
    job_registry.wake_on_commit()
    return str(values["id"])


def withdraw(campaign_id: str) -> None:
    """Erase the text of a campaign of a domain, and cancel it unless it has ended, in the running transaction."""
    campaign = queries.to_change(campaign_id)
    if campaign is None:
        return
    changes: Json = {"name": "", "title": "", "message": "", "data": {}}
    if campaign.status != CANCELLED:
        changes |= {"status": CANCELLED} | _effects(campaign, "cancel")
    publish.changed(campaign, **changes)
    job_registry.wake_on_commit()


def read(campaign_id: str) -> Campaign:
    """Return a campaign. Raises NotFound."""
    return _found(queries.get(campaign_id))


def edit(campaign_id: str, body: Json, *, version: versions.Expected = None) -> Campaign:
    """Change a draft, and return it. Raises NotFound, or Conflict for a stale version and for any other status."""
    with db.transaction():
        before, _ = _to_change(campaign_id, "edit", version)
        after = publish.changed(before, status=DRAFT, **_stored(body))
        _audit("edited", before, after)
    return after


def act(campaign_id: str, action: str, *, version: versions.Expected = None) -> Campaign:
    """Start, pause, resume or cancel a campaign, and return it. Raises NotFound, or Conflict as `edit` does."""
    with db.transaction():
        before, transition = _to_change(campaign_id, action, version)
        after = publish.changed(before, status=transition.target, **_effects(before, action))
        _audit(action, before, after)
        job_registry.wake_on_commit()
    return after


def send_test(actor: Actor, campaign_id: str) -> str:
    """Send the message of a campaign to the actor only; return the id of the notification. Raises NotFound."""
    campaign = read(campaign_id)
    text = NotificationText(campaign.title, campaign.message)
    data = {"campaignId": campaign.id, "title": campaign.title, "message": campaign.message}
    with db.transaction():
        subject = f"campaign-{campaign.id}"
        _audit("tested", None, campaign)
        type_ = NOTIFICATION_TYPES.current()[TEST.name]
        return notification_service.insert(
            type_, actor.id, text, data, subject=subject, channels=campaign.channels
        )


def _effects(before: Campaign, action: str) -> Json:
    """Return the columns that `action` changes in addition to the status."""
    moment = now()
    if action == "start":
        return {"next_at": max(moment, before.scheduled_at or moment)}
    if action == "resume":
        return {"next_at": moment}
    if action == "cancel":  # the job then sets the status of unsent deliveries
        return {"next_at": moment if before.began_at else None, "ended_at": moment}
    return {"next_at": None}


def _to_change(campaign_id: str, action: str, version: versions.Expected) -> tuple[Campaign, Transition]:
    campaign = _found(queries.to_change(campaign_id))
    parties = frozenset({ADMIN})
    return campaign, MACHINE.require(
        campaign, action, parties, version, lambda: presenters.conflict(campaign)
    )


def _found(campaign: Campaign | None) -> Campaign:
    if campaign is None:
        raise NotFound("There is no such campaign.")
    return campaign


def _stored(body: Json) -> Json:
    return body | ({"audience": presenters.audience(body["audience"])} if "audience" in body else {})


def _audit(action: str, before: Campaign | None, after: Campaign) -> None:
    shown = [each and presenters.campaign(each) for each in (before, after)]
    old, new = ({name: each[name] for name in AUDITED} if each else None for each in shown)
    audit_log.record(f"campaign.{action}", subject=f"campaign-{after.id}", before=old, after=new)
