"""Entries of waiting lists as JSON."""

from __future__ import annotations

from metaia.bookings.waiting.schemas import WaitOut
from metaia.core.http.presenters import presenter

wait = presenter(WaitOut, rename={"from": "starts_from", "to": "starts_to"})
