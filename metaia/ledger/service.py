"""Changes of the ledger. Each runs in the caller's transaction, so money moves together with what moves it.

The database keeps the rules (migration 0021). After an error the transaction can only be rolled back; use
`db.savepoint` to go on. To book several postings in one transaction, give them to one `post_all`: it row-locks accounts
in one order, while two calls in opposite orders can deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from structlog.contextvars import get_contextvars

from metaia.core import db, json
from metaia.core.errors import Conflict, NotFound
from metaia.core.ids import new_id
from metaia.core.json import Json
from metaia.core.times import now, rfc3339
from metaia.ledger import queries
from metaia.ledger.chart import REVERSAL, Account, Line, Posting
from metaia.ledger.errors import KeyReused, LedgerError, translated
from metaia.ledger.queries import Booked

_POST = text(
    """
    WITH given AS (
        SELECT * FROM json_to_recordset(CAST(:postings AS json)) AS p (
            id uuid, key text, kind text, subject text, cause text, lines smallint, at timestamptz)
    ), posting AS (
        INSERT INTO ledger_postings (id, key, kind, subject, cause, lines, at)
        SELECT id, key, kind, subject, cause, lines, at FROM given ORDER BY key
        ON CONFLICT (key) DO NOTHING RETURNING id, booked_at
    )
    INSERT INTO ledger_entries (posting_id, line, account_id, kind, owner, currency, amount, hold_id, booked_at)
    SELECT posting_id, line, account_id, kind, owner, currency, amount, hold_id, booked_at
    FROM json_to_recordset(CAST(:entries AS json)) AS e (posting_id uuid, line smallint, account_id uuid, kind text,
        owner text, currency text, amount bigint, hold_id uuid) JOIN posting ON posting.id = posting_id
    RETURNING posting_id
    """
)


def post(posting: Posting) -> str:
    """Book a posting and return its id; a posting that was booked before changes nothing. Raises as `post_all`."""
    return post_all([posting])[0]


def post_all(postings: Sequence[Posting]) -> list[str]:
    """Book postings in one statement and return their ids. What was booked before, with the same key, stays as it is.

    Raises KeyReused if a key belongs to other lines, InsufficientBalance, and HoldEnded for a hold that has ended, is
    smaller than its line, or is of another account.
    """
    if len({posting.key for posting in postings}) < len(postings):
        raise LedgerError("a key occurs twice")
    ids = {posting.key: new_id() for posting in postings}
    lines = [entry for posting in postings for entry in _entries(ids[posting.key], posting)]
    values = {
        "postings": json.dumps([_row(ids[posting.key], posting) for posting in postings]),
        "entries": json.dumps(lines),
    }
    with translated():
        made = {str(row.posting_id) for row in db.execute(_POST, values)}
    before = [posting for posting in postings if ids[posting.key] not in made]
    return list((ids | _same(before)).values())


def reverse(posting_id: str) -> str:
    """Book the opposite of a posting, once, and return the new posting's id.

    Raises NotFound, Conflict (`already_reversed`, `not_reversible`), and InsufficientBalance.
    """
    if not queries.lock(posting_id):
        raise NotFound("There is no such posting.")
    (found,) = queries.booked([posting_id])
    if found.kind == REVERSAL:
        raise Conflict("A reversal cannot be reversed.", code="not_reversible")
    key = reversal_key(posting_id)
    if queries.ids_by_keys([key]):
        raise Conflict("This posting was reversed before.", code="already_reversed")
    lines = [Line(Account(each.kind, each.owner, each.currency), -each.amount) for each in found.entries]
    return post(Posting(key, REVERSAL, lines, found.subject))


def reversal_key(posting_id: str) -> str:
    """Return the key of the posting that reverses a posting."""
    return f"reverse:{posting_id}"


def _same(postings: Sequence[Posting]) -> dict[str, str]:
    """Return the ids of postings that were booked before, by key. Raises KeyReused if one has other lines."""
    if not postings:
        return {}
    found = queries.by_keys([posting.key for posting in postings])
    for posting in postings:
        if _lines(found[posting.key]) != sorted(_values(posting)) or found[posting.key].kind != posting.kind:
            raise KeyReused(f"the key {posting.key} belongs to another posting")
    return {key: each.id for key, each in found.items()}


def _lines(booked: Booked) -> list[tuple[str, int, str]]:
    return sorted((each.account_id, each.amount, each.hold_id or "") for each in booked.entries)


def _values(posting: Posting) -> list[tuple[str, int, str]]:
    return [(line.account.id, line.amount, line.hold_id or "") for line in posting.lines]


def _row(posting_id: str, posting: Posting) -> Json:
    return {
        "id": posting_id,
        "key": posting.key,
        "kind": posting.kind,
        "subject": posting.subject,
        "cause": posting.cause or _cause(),
        "lines": len(posting.lines),
        "at": rfc3339(posting.at or now()),
    }


def _entries(posting_id: str, posting: Posting) -> list[Json]:
    return [
        {"posting_id": posting_id, "line": number, "account_id": line.account.id, "kind": line.account.kind,
         "owner": line.account.owner, "currency": line.account.currency, "amount": line.amount,
         "hold_id": line.hold_id}
        for number, line in enumerate(posting.lines, start=1)
    ]  # fmt: skip


def _cause() -> str | None:
    """Return what books: the webhook or else the running job, and the request behind it, separated by a space."""
    context = get_contextvars()
    first = "webhook" if context.get("webhook") else "job"
    names = ((first, first), ("request", "request_id"))
    return " ".join(f"{name}:{context[key]}" for name, key in names if context.get(key)) or None
