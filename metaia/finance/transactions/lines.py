"""The lines of a user's account, as SQL on the ledger. Nothing is stored twice: the ledger's indexes find them.

Postings are found by the user's accounts and by the purposes that the user pays for; each becomes its lines
(kinds.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from metaia.core import db
from metaia.core.db import AnyRow
from metaia.finance.transactions import kinds
from metaia.payments.trail import queries as trail_queries


@dataclass(frozen=True, slots=True)
class Holdings:
    """What makes up the account of a user: ids of accounts, and the subjects of the purposes that the user pays for."""

    own: list[str]
    owed: list[str]
    subjects: list[str]

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of the statements of this module."""
        return {
            "own": self.own, "owed": self.owed, "subjects": self.subjects, "accounts": self.own + self.owed,
            "charged": list(kinds.CHARGED_KINDS), "claims": list(kinds.CLAIM_KINDS),
        }  # fmt: skip


_ACCOUNTS = text(
    "SELECT id, kind FROM ledger_accounts WHERE owner = :user AND kind = ANY (:mine)"
    " AND (CAST(:currency AS text) IS NULL OR currency = :currency)"
    " UNION ALL SELECT id, kind FROM ledger_accounts WHERE owner = ANY (:subjects) AND kind = 'due'"
    " AND (CAST(:currency AS text) IS NULL OR currency = :currency)"
)
# The lines of the posting `p`, of which the user pays the purpose if `mine` is true.
_LINES = """
    SELECT l.leg, x.currency,
        sum(CASE WHEN l.leg IN ('own', 'owed') THEN -x.amount ELSE x.amount END)::bigint AS amount
    FROM ledger_entries x CROSS JOIN (VALUES ('paid'), ('charged'), ('own'), ('owed')) AS l (leg)
    WHERE x.posting_id = p.id AND CASE l.leg
        WHEN 'own' THEN x.account_id = ANY (CAST(:own AS uuid[]))
        WHEN 'owed' THEN NOT {mine} AND x.account_id = ANY (CAST(:owed AS uuid[]))
        WHEN 'charged' THEN {mine} AND x.kind = ANY (:charged)
        ELSE {mine} AND NOT x.kind = ANY (:charged) AND NOT x.kind = ANY (:claims) END
    GROUP BY l.leg, x.currency HAVING sum(x.amount) <> 0
"""
_COLUMNS = "p.id AS posting_id, p.key, p.kind, p.subject, p.at, p.booked_at, g.leg, g.currency, g.amount"
_IS_MINE = "coalesce(p.subject = ANY (:subjects), false)"
# Of an account with several entries in a posting only the first one finds the posting.
_BY_ACCOUNT = f"""
    SELECT c.* FROM unnest(CAST(:accounts AS uuid[])) AS a (id) CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM ledger_entries e JOIN ledger_postings p ON p.id = e.posting_id
        CROSS JOIN LATERAL ({_LINES.format(mine=_IS_MINE)}) g
        WHERE e.account_id = a.id AND {{entry}} AND {{where}} AND NOT EXISTS (
            SELECT FROM ledger_entries b
            WHERE b.account_id = e.account_id AND b.booked_at = e.booked_at AND b.posting_id = e.posting_id
                AND b.line < e.line)
        {{entry_order}}
    ) c
"""  # noqa: S608 - constants
_BY_SUBJECT = f"""
    SELECT c.* FROM unnest(CAST(:subjects AS text[])) AS s (subject) CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM ledger_postings p CROSS JOIN LATERAL ({_LINES.format(mine="true")}) g
        WHERE p.subject = s.subject AND {{posting}} AND {{where}}
        {{posting_order}}
    ) c
"""  # noqa: S608 - constants
# Conditions on g and p, by the name of a filter.
_FILTERS = {
    "currency": "g.currency = :currency",
    "types": "g.leg || ':' || p.kind = ANY (:types)",
    "other_types": "NOT g.leg || ':' || p.kind = ANY (:other_types)",
    "least": "abs(g.amount) >= :least",
    "most": "abs(g.amount) <= :most",
    "subject": "p.subject = :subject",
    "matching": "strpos(lower(concat_ws(' ', p.subject, p.key)), lower(:matching)) > 0",
}


def holdings(user_id: str, currency: str | None = None) -> Holdings:
    """Return what makes up the account of a user, in one currency or in all."""
    subjects = trail_queries.subjects_of_payer(user_id)
    mine = [*kinds.OWN_KINDS, "credit"]
    values = {"user": user_id, "subjects": subjects, "currency": currency, "mine": mine}
    found = db.fetch_all(_ACCOUNTS, values)
    own = [str(row.id) for row in found if row.kind in kinds.OWN_KINDS]
    return Holdings(own, [str(row.id) for row in found if row.kind not in kinds.OWN_KINDS], subjects)


def statement(
    filters: Mapping[str, Any], *, limited: bool = False, ascending: bool = False, after: bool = False
) -> str:
    """Return the SQL that selects lines.

    `filters` has the names of `_FILTERS`, `since` and `until` (times of booking). With `limited` at most `:limit`
    lines are selected, in the order of booking; with `after` those behind the line `:at`, `:id`, `:leg`.
    """
    where = " AND ".join(_FILTERS[name] for name in filters if name in _FILTERS) or "true"
    sign, direction = (">", "ASC") if ascending else ("<", "DESC")

    def bounds(time: str, id_: str) -> str:
        parts = [f"{time} >= :since"] * ("since" in filters) + [f"{time} < :until"] * ("until" in filters)
        if after:
            parts.append(f"({time}, {id_}) {sign}= (:at, CAST(:id AS uuid))")
            parts.append(f"({time}, {id_}, g.leg) {sign} (:at, CAST(:id AS uuid), :leg)")
        return " AND ".join(parts) or "true"

    def order(*columns: str) -> str:
        return f"ORDER BY {', '.join(f'{each} {direction}' for each in columns)} LIMIT :limit" * limited

    return (
        _BY_ACCOUNT.format(
            entry=bounds("e.booked_at", "e.posting_id"),
            where=where,
            entry_order=order("e.booked_at", "e.posting_id", "g.leg"),
        )
        + " UNION "
        + _BY_SUBJECT.format(
            posting=bounds("p.booked_at", "p.id"),
            where=where,
            posting_order=order("p.booked_at", "p.id", "g.leg"),
        )
        + order("booked_at", "posting_id", "leg")
    )


def fetch(sql: str, held: Holdings, values: Mapping[str, Any]) -> list[AnyRow]:
    """Return the rows of a statement that was made with `statement`."""
    return db.fetch_all(text(sql), held.parameters() | dict(values))


def balances(
    held: Holdings, *, since: datetime | None = None, until: datetime | None = None
) -> dict[str, int]:
    """Return the sum of the lines that were booked in a period, by currency, in minor units."""
    values = {name: value for name, value in (("since", since), ("until", until)) if value is not None}
    sql = f"SELECT currency, sum(amount)::bigint AS amount FROM ({statement(values)}) f GROUP BY 1"  # noqa: S608
    return {row.currency: row.amount for row in fetch(sql, held, values)}
