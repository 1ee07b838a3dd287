"""Table of payout accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Integer, LargeBinary, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class PayoutAccountRow(Model):
    """A partner's account at a bank. `details` are encrypted; `masked` is what people see of them.

    No payout can be requested until `locked_until`: the owner then has time to report a change by someone else.
    """

    __tablename__ = "payout_accounts"

    user_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    method: Mapped[str] = mapped_column(String(10))
    details: Mapped[bytes] = mapped_column(LargeBinary)
    masked: Mapped[str] = mapped_column(String(40))
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    version: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
