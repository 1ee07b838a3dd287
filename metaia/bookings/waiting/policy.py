"""Limits and states of waiting lists. Pure."""

from __future__ import annotations

from datetime import timedelta

STATES = ("waiting", "offered", "ended")
HOLD = timedelta(minutes=15)  # for which an offered time is kept
LONGEST = timedelta(days=35)  # of one wish; free times are searched for as far
MOST_WAITING = 10  # entries of a customer
