"""Lines and sums of a user's account as JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metaia.core.db import AnyRow
from metaia.core.http.presenters import presenter
from metaia.core.json import Json
from metaia.finance.transactions import kinds
from metaia.finance.transactions.schemas import TransactionGroup, TransactionOut
from metaia.ledger import queries as ledger_queries
from metaia.ledger import service as ledger_service
from metaia.payments.trail import queries as trail_queries

PARTS = ("number", "incoming", "outgoing", "net")
ORDER = "order-"  # the prefix of an order's subject


@dataclass(frozen=True, slots=True)
class Sum:
    """The lines of one group and currency, in minor units."""

    name: str
    currency: str
    number: int
    incoming: int
    outgoing: int
    net: int


def transactions(rows: Sequence[AnyRow]) -> list[Json]:
    """Return lines, with their payments and with the status `reversed` if staff has reversed the posting."""
    keys = {ledger_service.reversal_key(str(row.posting_id)) for row in rows}
    reversed_keys = ledger_queries.ids_by_keys(list(keys)).keys()
    payments = trail_queries.payment_ids({row.key for row in rows})
    shown = []
    for row in rows:
        is_reversed = ledger_service.reversal_key(str(row.posting_id)) in reversed_keys
        status = "reversed" if is_reversed else "booked"
        shown.append(_line(row) | {"status": status, "paymentId": payments.get(row.key)})
    return shown


def by_period(rows: Iterable[AnyRow]) -> list[Json]:
    """Return the sums of periods."""
    return [_sum(row) | {"name": row.name.isoformat()} for row in rows]


def by_type(rows: Iterable[AnyRow]) -> list[Json]:
    """Return the sums of types; several kinds of postings have one type."""
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        found = sums[kinds.TYPE_OF.get(row.name, kinds.OTHER), row.currency]
        found.update({part: getattr(row, part) for part in PARTS})
    return [_sum(Sum(*key, *(sums[key][part] for part in PARTS))) for key in sorted(sums)]


def order_id(subject: str | None) -> str | None:
    """Return the order that a posting with this subject is about."""
    return subject.removeprefix(ORDER) if subject and subject.startswith(ORDER) else None


_line = presenter(
    TransactionOut,
    computed={
        "id": lambda row: f"{row.posting_id}.{row.leg}",
        "type": lambda row: kinds.type_of(row.leg, row.kind),
        "description": lambda row: kinds.DESCRIPTIONS[kinds.type_of(row.leg, row.kind)],
        "order_id": lambda row: order_id(row.subject),
    },
    without=["status", "payment_id"],
)
_sum = presenter(TransactionGroup, rename={"count": "number"})
