"""What addresses name of notifications, campaigns and webhooks: a new one each time, in the state that is needed."""

from __future__ import annotations

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.notifications import queries, service
from metaia.notifications.campaigns.models import CampaignRow
from metaia.notifications.content import unsubscribe_links
from metaia.notifications.delivery.models import DeliveryRow
from metaia.notifications.devices.models import DeviceRow
from metaia.webhooks.models import WebhookRow
from tests.support.campaigns import crowd
from tests.support.people import Person

# the status in which a campaign is when an action is asked for; elsewhere it is a draft
STARTS = {"pause": "running", "resume": "paused"}


def notification(whose: Person) -> str:
    """Return the id of a notification of theirs."""
    with db.transaction():
        service.notify(whose.id, "account_viewed", {})
    rows, _ = queries.page(whose.id, filters={}, sort="-createdAt", limit=1, cursor=None)
    return str(rows[0].id)


def delivery(whose: Person) -> str:
    """Return the id of a delivery of theirs that has failed; in a queue that no worker looks at, if tried again."""
    id_, moment, told = new_id(), now(), notification(whose)
    with db.transaction():
        db.append(
            DeliveryRow, id=id_, notification_id=told, user_id=whose.id, channel="email", queue="matrix",
            address=whose.user["email"], status="failed", digest=False, unless_seen=False, due_at=moment,
            attempts=1, created_at=moment, updated_at=moment,
        )  # fmt: skip
    return id_


def device(whose: Person) -> str:
    """Return the id of a device of theirs."""
    id_ = new_id()
    with db.transaction():
        db.append(DeviceRow, id=id_, user_id=whose.id, kind="fcm", token=id_, keys={}, registered_at=now())
    return id_


def unsubscribe_token(whose: Person) -> str:
    """Return what the link in their mails carries."""
    return str(unsubscribe_links.address(whose.id, "order")).rpartition("=")[2]


def campaign(whose: Person, action: str) -> str:
    """Return the id of a campaign that they have written, ready for `action`; it is for nobody."""
    id_, moment, body = new_id(), now(), crowd().body()
    with db.transaction():
        db.append(
            CampaignRow, id=id_, name=body["name"], title=body["title"], message=body["message"],
            channels=body["channels"], audience=body["audience"], rate_per_minute=body["ratePerMinute"],
            status=STARTS.get(action, "draft"), version=1, recipients=0, created_by=whose.id,
            created_at=moment, updated_at=moment,
        )  # fmt: skip
    return id_


def webhook() -> str:
    """Return the id of a vendor's call that is in quarantine; it says nothing."""
    id_ = new_id()
    with db.transaction():
        db.append(
            WebhookRow, id=id_, source="sendgrid", key=id_, query="", headers={}, body=b"[]", received_at=now(),
            tries=1,
        )  # fmt: skip
    return id_
