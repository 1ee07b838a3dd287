"""The table of delays after failed logins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Double, String
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class LoginDelay(Model):
    """Failures of an account, an address, or an account from an address, and until when it must wait.

    `failures` is what is remembered of them: it becomes less with time (see auth/lockout/policy.py).
    """

    __tablename__ = "login_delays"

    subject: Mapped[str] = mapped_column(String(200), primary_key=True)
    failures: Mapped[float] = mapped_column(Double)
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
