"""Figures about the conversations of a partner, or of all users."""

from __future__ import annotations

from flask import current_app

from metaia.chat.analytics import presenters, queries
from metaia.chat.analytics.presenters import Counted
from metaia.chat.analytics.queries import Time
from metaia.core.json import Json


def figures(user_id: str | None, query: Json) -> Json:
    """Return the figures of a user's conversations, or with None of all."""
    zone = current_app.config["FINANCE_TIMEZONE"]
    time = Time(query["from_"], query["to"], query["group_by"], str(zone), user_id)
    counted = Counted(
        queries.opened(time),
        queries.messages(time),
        queries.responses(time, first=True),
        queries.responses(time, first=False),
        queries.unanswered(time),
    )
    return {
        "total": presenters.figures(counted, None),
        "periods": [presenters.figures(counted, period) for period in counted.periods()],
    }
