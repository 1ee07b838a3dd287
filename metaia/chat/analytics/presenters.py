"""Figures about chat as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from metaia.chat.analytics.queries import Rows
from metaia.core.db import AnyRow
from metaia.core.json import Json


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, by period."""

    opened: Rows
    messages: Rows
    first_responses: Rows
    responses: Rows
    unanswered: Rows

    def periods(self) -> list[date]:
        """Return the periods in which something is counted, in order."""
        parts = (self.opened, self.messages, self.first_responses, self.responses, self.unanswered)
        return sorted({period for part in parts for period in part if period is not None})


def figures(counted: Counted, period: date | None) -> Json:
    """Return the figures of a period, or with None of the whole time."""
    messages = counted.messages.get(period)
    return {
        "period": None if period is None else period.isoformat(),
        "opened": _number(counted.opened.get(period), "opened"),
        "active": _number(messages, "active"),
        "messagesIn": _number(messages, "received"),
        "messagesOut": _number(messages, "sent"),
        "firstResponses": _responses(counted.first_responses.get(period)),
        "responses": _responses(counted.responses.get(period)),
        "unanswered": _number(counted.unanswered.get(period), "unanswered"),
    }


def _number(row: AnyRow | None, name: str) -> int:
    return 0 if row is None else int(getattr(row, name))


def _responses(row: AnyRow | None) -> Json:
    number = _number(row, "number")
    if row is None or not number:
        return {"number": 0, "median": None, "p90": None, "withinFiveMinutes": None}
    return {
        "number": number,
        "median": float(row.median),
        "p90": float(row.p90),
        "withinFiveMinutes": row.soon / number,
    }
