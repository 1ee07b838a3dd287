"""Endpoints of outgoing webhooks that the matrix asks for by id. Their address is refused, so nothing is called."""

from __future__ import annotations

from sqlalchemy import delete

from metaia.core import db
from metaia.core.ids import new_id
from metaia.core.times import now
from metaia.webhook_endpoints import policy, sealed
from metaia.webhook_endpoints.models import EndpointRow, MessageRow
from tests.support.people import Person


def endpoint(owner: Person) -> str:
    """Return the id of the one endpoint of a user: a new one that is active."""
    id_, moment = new_id(), now()
    with db.transaction():
        db.execute(delete(EndpointRow).where(EndpointRow.owner_id == owner.id))
        db.append(
            EndpointRow, id=id_, owner_id=owner.id, url="http://127.0.0.1:9/", host="127.0.0.1:9", events=["*"],
            ordering="none", api_version=policy.API_VERSION, state="active", verified_at=moment,
            secret=sealed.encrypt(sealed.new_secret(), id_), since=0, version=1, created_at=moment, updated_at=moment,
        )  # fmt: skip
    return id_


def delivery(owner: Person) -> str:
    """Return the id of a delivery of a new endpoint of a user."""
    id_, moment, endpoint_id = new_id(), now(), endpoint(owner)
    with db.transaction():
        db.append(
            MessageRow, id=id_, endpoint_id=endpoint_id, event_id=new_id(), position=1, type="order.updated",
            state="failed", tries=10, due_at=moment, created_at=moment, done_at=moment,
        )  # fmt: skip
    return id_


MADE = {"endpoint_id": endpoint, "webhook_delivery_id": delivery}
