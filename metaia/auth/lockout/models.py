"""The table of delays after failed logins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Double, String
from sqlalchemy.orm import Mapped, mapped_column

from metaia.extensions import Model


class LoginDelay(Model):
    """The failures of one subject (an account, a network, a pair of both, or codes), and the end of its delay.

    `failures` is the count at `failed_at`; it decays with time (see auth/lockout/policy.py).
    """

    __tablename__ = "login_delays"

    subject: Mapped[str] = mapped_column(String(200), primary_key=True)
    failures: Mapped[float] = mapped_column(Double)
    failed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))
