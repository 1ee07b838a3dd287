"""Restrictions as JSON."""

from __future__ import annotations

from metaia.chat.restrictions.schemas import RestrictionOut
from metaia.core.http.presenters import presenter

restriction = presenter(RestrictionOut)
