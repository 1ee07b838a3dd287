"""Table of the auditor's runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, DateTime, Index, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class LedgerAuditRow(Model):
    """A run of the auditor: requested, and finished with its findings. `cause` is the command, job or user."""

    __tablename__ = "ledger_audits"

    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    full: Mapped[bool] = mapped_column(Boolean)
    cause: Mapped[str] = mapped_column(String(80))
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    findings: Mapped[Any] = mapped_column(JSONB, nullable=True)

    __table_args__ = (
        Index("ix_ledger_audits_requested_at", "requested_at", "id"),
        Index("ix_ledger_audits_finished_at", "finished_at"),
    )
