"""Sums of a period, by currency and kind of posting, in minor units."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from metaia.core import db
from metaia.finance.transactions import queries as transaction_queries
from metaia.finance.transactions.lines import Holdings

Sums = Mapping[str, Counter[str]]  # by currency, then by a name
HOUSE_KINDS = ("commission", "sales", "promotions", "losses", "fees", "gateway", "bank")
_PERIOD = "e.booked_at >= :since AND e.booked_at < :until"
# Each posting once, also if it has several lines of the partner.
_COMMISSIONS = text(
    f"""
    SELECT c.currency, p.kind AS name, sum(-c.amount)::bigint AS amount FROM (
        SELECT DISTINCT posting_id, currency FROM ledger_entries e
        WHERE account_id = ANY (CAST(:own AS uuid[])) AND e.kind = 'partner' AND {_PERIOD}
    ) f JOIN ledger_postings p ON p.id = f.posting_id
    JOIN ledger_entries c ON c.posting_id = f.posting_id AND c.kind = 'commission' AND c.currency = f.currency
    GROUP BY 1, 2
    """  # noqa: S608 - constants
)
_HOUSE = text(
    f"""
    SELECT e.currency, e.kind || ':' || p.kind AS name, sum(-e.amount)::bigint AS amount
    FROM ledger_accounts a JOIN ledger_entries e ON e.account_id = a.id
    JOIN ledger_postings p ON p.id = e.posting_id
    WHERE a.kind = ANY (:kinds) AND (CAST(:currency AS text) IS NULL OR a.currency = :currency) AND {_PERIOD}
    GROUP BY 1, 2
    """  # noqa: S608 - constants
)


def of_user(held: Holdings, since: datetime, until: datetime) -> Sums:
    """Return the sums of a user's lines; a name is the leg and the kind of postings, as `own:earned`."""
    rows = transaction_queries.by_type(held, {"since": since, "until": until})
    return _by_currency((row.currency, row.name, row.net) for row in rows)


def commissions(held: Holdings, since: datetime, until: datetime) -> Sums:
    """Return the commissions on what a partner has earned and given back; a name is a kind of postings."""
    rows = db.fetch_all(_COMMISSIONS, {"own": held.own, "since": since, "until": until})
    return _by_currency((row.currency, row.name, row.amount) for row in rows)


def of_house(currency: str | None, since: datetime, until: datetime) -> Sums:
    """Return the sums of the house's accounts, credits above 0; a name is a kind of accounts and one of postings."""
    values = {"kinds": list(HOUSE_KINDS), "currency": currency, "since": since, "until": until}
    rows = db.fetch_all(_HOUSE, values)
    return _by_currency((row.currency, row.name, row.amount) for row in rows)


def _by_currency(rows: Any) -> Sums:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for currency, name, amount in rows:
        found[currency][name] += amount
    return found
