"""Answers about feeds."""

from __future__ import annotations

from marshmallow import fields

from metaia.core.http.views import envelope

Created = envelope("CalendarFeedCreated", url=fields.Url(required=True))
Ended = envelope("CalendarFeedEnded")
