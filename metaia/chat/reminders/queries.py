"""Statements about unread messages of which users are not reminded yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from metaia.chat.reminders.policy import COUNTED
from metaia.core import db
from metaia.core.db import AnyRow

NEWEST = 500  # messages of a conversation in which a new one is looked for
_WAITING = text(
    "SELECT count(*) FROM (SELECT FROM conversations WHERE remind_at <= :now LIMIT :most) AS waiting"
)
_DUE = text(
    "SELECT id::text AS id FROM conversations WHERE remind_at <= :now ORDER BY remind_at LIMIT :batch"
)
_CLAIM = text(
    "SELECT id FROM conversations WHERE id = CAST(:id AS uuid) AND remind_at <= :now FOR NO KEY UPDATE SKIP LOCKED"
)
_SEEN = "greatest(p.read_seq, p.joined_seq, p.cleared_seq)"
# A message `m` counts for a participant `p`: by another user, not blocked, and in groups with a mention.
_COUNTS = """
    m.deleted_at IS NULL AND m.kind <> 'system' AND m.sender_id <> p.user_id
    AND (p.notify = 'all' AND c.kind <> 'group' OR p.user_id = ANY(m.mentions))
    AND NOT EXISTS (SELECT FROM chat_blocks b WHERE b.blocker_id = p.user_id AND b.blocked_id = m.sender_id)
"""
# A participant `p` gets reminders. A restricted one cannot answer.
_HEARS = """
    p.left_seq IS NULL AND p.notify <> 'none' AND (p.muted_until IS NULL OR p.muted_until <= :now) AND NOT EXISTS (
        SELECT FROM chat_restrictions r WHERE r.user_id = p.user_id AND (r.until IS NULL OR r.until > :now)
    )
"""
# A group has up to 500 participants, so its few messages with mentions are selected first.
_NEW = text(
    f"""
    WITH fresh AS MATERIALIZED (
        SELECT m.conversation_id, m.seq, m.sender_id, m.mentions, m.kind, m.deleted_at
        FROM conversations c JOIN messages m ON m.conversation_id = c.id AND m.seq > c.last_seq - :newest
        WHERE c.id = CAST(:id AS uuid) AND m.deleted_at IS NULL AND m.kind <> 'system'
        AND (c.kind <> 'group' OR m.mentions <> '{{}}')
    )
    SELECT p.id::text AS id, p.user_id::text AS user_id, max(m.seq) AS newest,
        p.reminded_seq > {_SEEN} AS again,
        EXISTS (
            SELECT FROM notifications n WHERE n.user_id = p.user_id AND n.created_at > :since
            AND n.subject = 'chat-' || c.id AND n.category = 'chat'
        ) AS too_early
    FROM conversations c
    JOIN participants p ON p.conversation_id = c.id
    JOIN fresh m ON m.conversation_id = c.id AND m.seq > greatest({_SEEN}, p.reminded_seq)
    WHERE c.id = CAST(:id AS uuid) AND {_HEARS} AND {_COUNTS}
    GROUP BY p.id, c.id ORDER BY p.id
    """  # noqa: S608 - constants of this file
)
_UNREAD = text(
    f"""
    SELECT asked.key, p.user_id::text AS user_id, c.title, c.kind = 'deal' AND c.order_id IS NOT NULL AS by_order,
        unread.count, unread.newest
    FROM unnest(CAST(:users AS uuid[]), CAST(:conversations AS uuid[]), CAST(:keys AS text[]))
        AS asked (user_id, conversation_id, key)
    JOIN conversations c ON c.id = asked.conversation_id
    JOIN participants p ON p.conversation_id = c.id AND p.user_id = asked.user_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, max(seq) AS newest FROM (
            SELECT m.seq FROM messages m WHERE m.conversation_id = c.id AND m.seq > {_SEEN} AND {_COUNTS}
            ORDER BY m.seq DESC LIMIT :counted
        ) AS counted
    ) AS unread
    WHERE {_HEARS} AND unread.count > 0
    """  # noqa: S608
)
_MESSAGE = text(
    "SELECT m.kind, m.text, m.sender_id::text AS sender_id FROM messages m"
    " WHERE m.conversation_id = CAST(:conversation AS uuid) AND m.seq = :seq"
)
# Row-locked in the order of their ids: other statements that update several participants do so too.
_LOCK = text("SELECT FROM participants WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE")
_MARK = text(
    "UPDATE participants AS p SET reminded_seq = new.seq"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:seqs AS bigint[])) AS new (id, seq) WHERE p.id = new.id"
)
_SET_DUE = text("UPDATE conversations SET remind_at = CAST(:at AS timestamptz) WHERE id = CAST(:id AS uuid)")


@dataclass(frozen=True, slots=True)
class Unread:
    """What a user has not read in one conversation. `key` is the caller's; `count` is at most COUNTED + 1."""

    key: str
    user_id: str
    title: str | None
    by_order: bool  # there is an order between the participants
    count: int
    newest: int


def waiting(moment: datetime, most: int) -> int:
    """Return how many conversations have a reminder that is due, at most `most`."""
    return int(db.fetch_value(_WAITING, {"now": moment, "most": most}))


def due(moment: datetime, batch: int) -> list[str]:
    """Return up to `batch` conversations of which a reminder is due."""
    return [row.id for row in db.fetch_all(_DUE, {"now": moment, "batch": batch})]


def claim(conversation_id: str, moment: datetime) -> bool:
    """Row-lock a conversation that is due; return False if it is not any more, or another worker has it."""
    return db.execute(_CLAIM, {"id": conversation_id, "now": moment}).first() is not None


def new(conversation_id: str, moment: datetime, since: datetime) -> list[AnyRow]:
    """Return the participants with a message that they are not reminded of, and its `seq` (`newest`).

    `again`: they were reminded since they read. `too_early`: they were reminded after `since`.
    """
    values = {"id": conversation_id, "now": moment, "since": since, "newest": NEWEST}
    return list(db.execute(_NEW, values))


def unread(asked: Sequence[tuple[str, str, str]], moment: datetime) -> list[Unread]:
    """Return what users have not read, for `asked` triples of user, conversation and key; nothing if all is read."""
    users, conversations, keys = zip(*asked, strict=True)
    values = {"users": [*users], "conversations": [*conversations], "keys": [*keys], "now": moment}
    return [Unread(*row) for row in db.fetch_all(_UNREAD, values | {"counted": COUNTED + 1})]


def message(conversation_id: str, seq: int) -> AnyRow | None:
    """Return kind, text and sender of a message."""
    return db.fetch_one(_MESSAGE, {"conversation": conversation_id, "seq": seq})


def mark(reminded: Sequence[tuple[str, int]]) -> None:
    """Store up to which `seq` participants are reminded."""
    values = {"ids": [each[0] for each in reminded], "seqs": [each[1] for each in reminded]}
    db.execute(_LOCK, {"ids": values["ids"]})
    db.execute(_MARK, values)


def set_due(conversation_id: str, at: datetime | None) -> None:
    """Set when a row-locked conversation is due; without a time, with its next message."""
    db.execute(_SET_DUE, {"id": conversation_id, "at": at})
