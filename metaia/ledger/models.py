"""Tables of the ledger. Triggers of migration 0021 keep balances, and refuse what breaks a rule (docs/ledger.md)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model

_NOW = text("clock_timestamp()")


class LedgerKindRow(Model):
    """A kind of account: its natural side, and the natural direction that uses up room (0: no bound)."""

    __tablename__ = "ledger_kinds"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    normal: Mapped[int] = mapped_column(SmallInteger)  # 1: debit, -1: credit
    takes: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (
        CheckConstraint("normal IN (1, -1)", name="normal"),
        CheckConstraint("takes IN (-1, 0, 1)", name="takes"),
    )


class LedgerAccountRow(Model):
    """An account. Its id is computed from the other columns (chart.py), so no posting has to look it up.

    It has no foreign key to its kind: one account per order would put share locks on one row.
    """

    __tablename__ = "ledger_accounts"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(String(80))
    currency: Mapped[str] = mapped_column(String(3))
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=_NOW)

    __table_args__ = (
        UniqueConstraint("kind", "owner", "currency"),
        Index("ix_ledger_accounts_owner", "owner"),
        Index("ix_ledger_accounts_opened_at", "opened_at", "id"),
    )


class LedgerBalanceRow(Model):
    """The folded part of a balance, in the natural sign of its kind; what is held; the ceiling, if one is set.

    An account has a row only after something was folded, bounded or held.
    """

    __tablename__ = "ledger_balances"

    account_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    posted: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    held: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    ceiling: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("held >= 0", name="held"),)


class LedgerTailRow(Model):
    """A change of a balance that is not folded yet. The job that folds it deletes the row."""

    __tablename__ = "ledger_tails"

    account_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    amount: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_ledger_tails_account_id", "account_id", postgresql_include=["amount"]),)
    __mapper_args__ = {"primary_key": [account_id, amount]}  # noqa: RUF012 - rows have no key; only Core uses them


class LedgerPostingRow(Model):
    """A posting: `lines` entries that sum to 0 in each currency.

    `key` makes it unique; `subject` is what it is about, such as `order-{id}`; `cause` is the request or job
    that booked it. `at` is the time of what is booked, `booked_at` the time of booking, by which statements are made.
    """

    __tablename__ = "ledger_postings"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(80))
    cause: Mapped[str | None] = mapped_column(String(120))
    lines: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    booked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=_NOW)

    __table_args__ = (
        Index("ix_ledger_postings_booked_at", "booked_at", "id"),
        Index("ix_ledger_postings_subject", "subject", "booked_at", "id"),
    )


class LedgerEntryRow(Model):
    """One line of a posting: a debit if `amount` (minor units) is positive, else a credit. `hold_id` ends a hold.

    It has no foreign key to its account: the share lock on the row of a busy account costs more than the insert.
    """

    __tablename__ = "ledger_entries"

    posting_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    line: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    account_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    kind: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(String(80))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[int] = mapped_column(BigInteger)
    hold_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    booked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("amount <> 0 AND abs(amount) <= 10000000000000", name="amount"),
        CheckConstraint("line >= 1", name="line"),
        Index("ix_ledger_entries_account_id", "account_id", "booked_at", "posting_id", "line"),
        Index("ix_ledger_entries_hold_id", "hold_id", postgresql_where="hold_id IS NOT NULL"),
    )


class LedgerHoldRow(Model):
    """Room of an account that is set aside, in minor units. Only a hold that nothing else ends has `expires_at`."""

    __tablename__ = "ledger_holds"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    account_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    amount: Mapped[int] = mapped_column(BigInteger)
    subject: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=_NOW)
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("amount > 0 AND amount <= 10000000000000", name="amount"),
        Index("ix_ledger_holds_account_id", "account_id"),
        Index("ix_ledger_holds_expires_at", "expires_at", postgresql_where="expires_at IS NOT NULL"),
    )


class LedgerHoldEndRow(Model):
    """The end of a hold: once, by its primary key. `amount` is the part that was posted."""

    __tablename__ = "ledger_hold_ends"

    hold_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=_NOW)

    __table_args__ = (
        CheckConstraint("outcome IN ('posted', 'voided', 'expired')", name="outcome"),
        CheckConstraint("amount >= 0 AND (outcome = 'posted') = (amount > 0)", name="amount"),
    )
