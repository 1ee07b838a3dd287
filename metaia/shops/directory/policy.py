"""In which orders the directory lists partners. Pure."""

from __future__ import annotations

DISTANCE, RATING, POPULARITY, NAME, NEWEST = "distance", "-rating", "-popularity", "name", "-createdAt"
SORTS = (DISTANCE, RATING, POPULARITY, NAME, NEWEST)
