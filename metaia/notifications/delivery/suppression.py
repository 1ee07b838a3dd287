"""Addresses that get nothing any more: dead ones, and those of people who said so."""

from __future__ import annotations

import re
from typing import Literal

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.times import now
from metaia.notifications.models import Suppression
from metaia.notifications.registry import SMS

Reason = Literal["bounce", "complaint", "invalid", "stop", "unsubscribe"]
LIFTABLE: Reason = "stop"  # what its owner can take back, by START
# Networks and vendors act on these by themselves, so we have to know what they know.
STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "UNSTOP", "YES"})


def suppress(channel: str, address: str, reason: Reason) -> None:
    """Send nothing to an address from here on, in the running transaction. What can be taken back gives way."""
    row = insert(Suppression).values(channel=channel, address=address[:500], reason=reason, at=now())
    db.execute(
        row.on_conflict_do_update(
            index_elements=[Suppression.channel, Suppression.address],
            set_={"reason": row.excluded.reason, "at": row.excluded.at},
            where=Suppression.reason == LIFTABLE,
        )
    )


def lift(channel: str, address: str) -> None:
    """Send to an address again, in the running transaction, if it was its owner who wanted nothing."""
    db.execute(
        delete(Suppression).where(
            Suppression.channel == channel, Suppression.address == address, Suppression.reason == LIFTABLE
        )
    )


def hear(sender: str, text: str) -> None:
    """Act on a text message from a number, in the running transaction: STOP, START, or nothing for us."""
    word = re.sub(r"[\s.!\"']+", "", text[:40]).upper()
    if word in STOP:
        suppress(SMS, number(sender), LIFTABLE)
    elif word in START:
        lift(SMS, number(sender))


def number(text: str) -> str:
    """Return a telephone number without spaces, brackets and dashes, so that two of the same are equal."""
    return ("+" if text.lstrip().startswith("+") else "") + re.sub(r"\D+", "", text)
