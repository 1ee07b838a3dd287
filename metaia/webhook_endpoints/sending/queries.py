"""Selects of the messages to send."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, literal_column, select, text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.core.db.driver import PreparedSelect
from metaia.core.db.expressions import among, moment
from metaia.users import queries as user_queries
from metaia.webhook_endpoints.models import EndpointRow, MessageRow
from metaia.webhook_endpoints.policy import OWNERS
from metaia.webhook_endpoints.queries import IS_ACTIVE, IS_PENDING

CLAIMS = 0x57484F4F  # "WHOO": key of the advisory lock of claims
COUNTED_UNTIL = 1000
LOOKED_AT = 20  # due messages of one endpoint that a claim looks at
# The due messages of each active endpoint. `blocked_until` is when an earlier message about the same subject may be
# done; it is null if none waits.
_CANDIDATES = text(
    f"""
    SELECT m.id, m.endpoint_id, e.owner_id, e.host, m.due_at, m.blocked_until
    FROM webhook_endpoints e JOIN users u ON u.id = e.owner_id AND u.active AND u.role = ANY(:roles)
    CROSS JOIN LATERAL (
        SELECT m.id, m.endpoint_id, m.due_at, m.position, (
            SELECT greatest(p.due_at, p.leased_until) FROM webhook_messages p
            WHERE e.ordering = 'subject' AND p.endpoint_id = m.endpoint_id AND p.subject = m.subject
                AND p.state = 'pending' AND p.position < m.position
            ORDER BY p.position LIMIT 1
        ) AS blocked_until
        FROM webhook_messages m
        WHERE m.endpoint_id = e.id AND m.state = 'pending' AND m.due_at <= :now
            AND (m.leased_until IS NULL OR m.leased_until < :now)
        ORDER BY m.due_at, m.position LIMIT {LOOKED_AT}
    ) m
    WHERE e.state = 'active' ORDER BY m.due_at, m.position
    """  # noqa: S608 - a number of our own
)
_due = (
    select(MessageRow.id)
    .join(EndpointRow, EndpointRow.id == MessageRow.endpoint_id)
    .where(IS_ACTIVE, IS_PENDING, MessageRow.due_at <= moment("now"))
    .where(MessageRow.leased_until.is_(None) | (MessageRow.leased_until < moment("now")))
    .limit(literal_column(str(COUNTED_UNTIL)))
)
_count_due = PreparedSelect(select(func.count()).select_from(_due.subquery()))


def due(now: datetime) -> int:
    """Return how many messages can be sent now; counting ends at COUNTED_UNTIL."""
    (count,) = db.fetch_tuple(_count_due, {"now": now.isoformat()}) or (0,)
    return int(count)


def may_claim() -> bool:
    """Return whether this transaction is the only one that claims, until its end."""
    return bool(db.fetch_value(select(func.pg_try_advisory_xact_lock(CLAIMS))))


def candidates(now: datetime) -> Sequence[AnyRow]:
    """Return the due messages of active endpoints, at most LOOKED_AT of each, the oldest first."""
    return db.fetch_all(_CANDIDATES, {"now": now, "roles": sorted(OWNERS)})


def lock(message_ids: Collection[str]) -> set[str]:
    """Row-lock those of some pending messages that no other transaction has row-locked; return their ids."""
    query = select(MessageRow.id).where(IS_PENDING, among(MessageRow.id, message_ids))
    return {row.id for row in db.fetch_all(query.with_for_update(skip_locked=True))} if message_ids else set()


def calls_by_host(now: datetime) -> Mapping[str, int]:
    """Return how many messages workers have in their hands, by host."""
    query = (
        select(EndpointRow.host, func.count())
        .join(MessageRow, MessageRow.endpoint_id == EndpointRow.id)
        .where(MessageRow.leased_until > now)
        .group_by(EndpointRow.host)
    )
    return dict(db.fetch_all(query))


def to_send(message_ids: Collection[str]) -> Sequence[AnyRow]:
    """Return claimed messages with their endpoints and owners."""
    message, endpoint = MessageRow, EndpointRow
    query = (
        select(
            message.id, message.endpoint_id, message.event_id, message.position, message.room, message.type,
            message.subject, message.payload, message.tries, message.created_at, message.leased_until,
            endpoint.owner_id, endpoint.url, endpoint.api_version, endpoint.secret, endpoint.previous_secret,
            endpoint.previous_until, endpoint.failing_since, user_queries.ROLE,
        )
        .join(endpoint, endpoint.id == message.endpoint_id)
        .join(*user_queries.owner(endpoint.owner_id))
    )  # fmt: skip
    return db.fetch_all(query.where(among(message.id, message_ids)).order_by(message.position))


def claimed(message_id: str, leased_until: datetime) -> AnyRow | None:
    """Return a message, row-locked, if it is still pending and has this lease."""
    query = select(MessageRow.__table__).where(
        MessageRow.id == message_id, IS_PENDING, MessageRow.leased_until == leased_until
    )
    return db.fetch_one(query.with_for_update())


def following(endpoint_id: str, subject: str) -> str | None:
    """Return the id of the first message that waits for an endpoint about a subject."""
    query = select(MessageRow.id).where(
        MessageRow.endpoint_id == endpoint_id, MessageRow.subject == subject, IS_PENDING
    )
    found: str | None = db.fetch_value(query.order_by(MessageRow.position).limit(1))
    return found
