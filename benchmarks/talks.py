"""Conversations as rows: of the partner with customers, and groups."""

from __future__ import annotations

from benchmarks.ground import Ground, new_ids

_CONVERSATIONS = """
    INSERT INTO conversations (id, kind, direct_key, status, last_seq, version, created_at, updated_at)
    SELECT id, %s, key, 'open', 0, 1, now(), now() FROM unnest(%s::uuid[], %s::text[]) AS given (id, key)
"""
_PARTICIPANTS = """
    INSERT INTO participants (id, conversation_id, user_id, role, joined_at, joined_seq, read_seq, seen_seq,
        delivered_seq, cleared_seq, reminded_seq, notify, pinned, archived, version)
    SELECT gen_random_uuid(), conversation, person, 'customer', now(), 0, 0, 0, 0, 0, 0, 'all', false, false, 1
    FROM unnest(%s::uuid[], %s::uuid[]) AS given (conversation, person)
"""


def talks(shared: Ground, people: list[str]) -> list[str]:
    """Create a direct conversation of the partner with each of these customers."""
    ids = new_ids(len(people))
    keys = [" ".join(sorted((person, shared.partner))) for person in people]
    shared.database.execute(_CONVERSATIONS, ["direct", ids, keys])
    everybody = [*people, *([shared.partner] * len(people))]
    shared.database.execute(_PARTICIPANTS, [[*ids, *ids], everybody])
    return ids


def group(shared: Ground, people: list[str]) -> str:
    """Create a group of these users."""
    (id_,) = new_ids(1)
    shared.database.execute(_CONVERSATIONS, ["group", [id_], [None]])
    shared.database.execute(_PARTICIPANTS, [[id_] * len(people), people])
    return id_
