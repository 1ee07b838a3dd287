"""Statements and their lines as JSON. Lines are read in batches while they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from metaia.core import json
from metaia.core.http.presenters import presenter
from metaia.finance.statements.queries import Statement
from metaia.finance.statements.schemas import StatementLine, StatementOut
from metaia.finance.transactions import kinds, lines
from metaia.finance.transactions import presenters as transaction_presenters
from metaia.finance.transactions import queries as transaction_queries

statement = presenter(StatementOut)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a statement, and the balance after it, in minor units."""

    id: str
    type: str
    description: str
    amount: int
    balance: int
    currency: str
    order_id: str | None
    at: datetime
    booked_at: datetime


def of_statement(this: Statement) -> Iterator[Line]:
    """Yield the lines of a statement, the earliest first."""
    held, balance = lines.holdings(this.owner_id, this.currency), this.opening
    filters = {"since": this.starts_at, "until": this.ends_at, "currency": this.currency}
    for row in transaction_queries.every(held, filters):
        balance += row.amount
        type_ = kinds.type_of(row.leg, row.kind)
        yield Line(
            f"{row.posting_id}.{row.leg}", type_, kinds.DESCRIPTIONS[type_], row.amount, balance, row.currency,
            transaction_presenters.order_id(row.subject), row.at, row.booked_at,
        )  # fmt: skip


def document(this: Statement) -> Iterator[bytes]:
    """Yield the answer with a statement and all its lines, in parts."""
    yield b'{"status":"success","data":{"statement":' + json.dumps(statement(this)).encode()
    yield b',"transactions":['
    for number, line in enumerate(of_statement(this)):
        yield (b"," if number else b"") + json.dumps(_line(line)).encode()
    yield b"]}}"


_line = presenter(StatementLine)
