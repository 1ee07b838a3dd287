"""Suppressed addresses: dead ones, and those whose owner opted out. Nothing is sent to them."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from metaia.core import db
from metaia.core.text import phones
from metaia.core.times import now
from metaia.notifications.delivery import reply_words
from metaia.notifications.delivery.models import SuppressionRow
from metaia.notifications.registry import SMS

Reason = Literal["bounce", "complaint", "invalid", "stop", "unsubscribe"]
REVERSIBLE: Reason = "stop"  # its owner can lift it by replying START


def suppress(channel: str, address: str, reason: Reason) -> None:
    """Suppress an address in the running transaction. Any reason replaces REVERSIBLE; no reason replaces another."""
    row = insert(SuppressionRow).values(channel=channel, address=address[:500], reason=reason, at=now())
    db.execute(
        row.on_conflict_do_update(
            index_elements=[SuppressionRow.channel, SuppressionRow.address],
            set_={"reason": row.excluded.reason, "at": row.excluded.at},
            where=SuppressionRow.reason == REVERSIBLE,
        )
    )


def lift(channel: str, address: str) -> None:
    """Lift the suppression of an address in the running transaction, if its owner had asked for it."""
    db.execute(
        delete(SuppressionRow).where(
            SuppressionRow.channel == channel,
            SuppressionRow.address == address,
            SuppressionRow.reason == REVERSIBLE,
        )
    )


def process_reply(sender: str, text: str) -> None:
    """Process a text message from a number in the running transaction: STOP, START, or anything else, ignored."""
    meaning = reply_words.meaning(text)
    if meaning == "stop":
        suppress(SMS, phones.of_vendor(sender), REVERSIBLE)
    elif meaning == "start":
        lift(SMS, phones.of_vendor(sender))
