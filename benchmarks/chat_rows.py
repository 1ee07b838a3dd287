"""Statements that insert conversations with messages: of one user with many others, and of the others."""

from __future__ import annotations

from sqlalchemy import BigInteger, bindparam, text

MINE = 1_000  # conversations of the first user
USER = "10000000-0000-7000-8000-000000000001"
TALK = "20000000-0000-7000-8000-000000000001"


def _id(kind: int, number: str) -> str:
    return f"CAST('{kind}0000000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0') AS uuid)"


USERS = text(
    f"""
    INSERT INTO users (id, email, password_hash, name, role, active, created_at)
    SELECT {_id(1, "n")}, n || '@test.example', 'x', 'n', 'tailor', true, now()
    FROM generate_series(1, CAST(:last AS integer) + 1) AS n ON CONFLICT DO NOTHING
    """
)
CONVERSATIONS = text(
    f"""
    INSERT INTO conversations (id, kind, deal_id, status, last_seq, version, created_at, updated_at)
    SELECT {_id(2, "n")}, 'deal', {_id(2, "n")}, 'open', 0, 0, now(), now()
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n
    """
)
# The first MINE conversations are of the first user and another one each; the others have other users.
PARTICIPANTS = text(
    f"""
    INSERT INTO participants (id, conversation_id, user_id, role, joined_at, joined_seq, read_seq, seen_seq,
        delivered_seq, cleared_seq, reminded_seq, notify, pinned, archived, version)
    SELECT gen_random_uuid(), {_id(2, "n")}, person, 'tailor', now(), 0, 0, 0, 0, 0, 0, 'all', false, false, 1
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n, LATERAL (
        VALUES ({_id(1, "n + 1")}), ({_id(1, f"CASE WHEN n <= {MINE} THEN 1 ELSE n END")})
    ) AS people (person)
    """
)
# In the order of time. `j` counts the messages since `before`, and `k` those of the first user or of the others.
MESSAGES = text(
    f"""
    INSERT INTO messages (id, conversation_id, seq, changed, version, sender_id, sender_role, client_id, kind, text,
        mentions, reactions, words, created_at)
    SELECT gen_random_uuid(), {_id(2, "n")}, seq, seq, 1, {_id(1, "n + 1")}, 'tailor', n || '-' || seq, 'text',
        'Is the linen shirt ready for the wedding? Please write me when it is, number ' || i, '{{}}', '[]',
        array_to_tsvector(ARRAY['@' || {_id(2, "n")}, 'is', 'the', 'linen', 'shirt', 'ready', 'for', 'wedding',
            'w' || i * 7919 % 5003, 'v' || i * 104729 % 20011]
            || CASE WHEN i * 31 % 97 < 10 THEN ARRAY['tenth'] ELSE '{{}}' END
            || CASE WHEN i * 37 % 101 = 0 THEN ARRAY['hundredth'] ELSE '{{}}' END
            || CASE WHEN n = 500 THEN ARRAY['rare'] ELSE '{{}}' END),
        now() - interval '400 days' + i * interval '30 seconds'
    FROM (
        SELECT i, CASE WHEN own THEN 1 + k % {MINE} ELSE {MINE} + 1 + k % :talks END AS n,
            CASE WHEN own THEN :seq + 1 + k / {MINE} ELSE 1 + k / :talks END AS seq
        FROM (
            SELECT i, j % :share = 0 AS own, CASE WHEN j % :share = 0 THEN j / :share ELSE j - j / :share - 1 END AS k
            FROM (SELECT i, i - :before AS j FROM generate_series(:first, :last) AS i) AS numbers
        ) AS shared
    ) AS given
    """
).bindparams(
    *(bindparam(name, type_=BigInteger) for name in ("before", "first", "last", "talks", "seq", "share"))
)
COUNTED = text(
    """
    UPDATE conversations SET last_seq = most, version = most, last_message_at = latest
    FROM (SELECT conversation_id, max(seq) AS most, max(created_at) AS latest FROM messages GROUP BY 1) AS found
    WHERE found.conversation_id = conversations.id
    """
)
