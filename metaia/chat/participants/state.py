"""What the event `chat:conversation` is about. Pure."""

from __future__ import annotations

CREATED, PEOPLE, TITLE, CLOSED, REOPENED = "created", "participants", "title", "closed", "reopened"
ASSIGNED, JOINED, LEFT, ESCALATED = "assigned", "joined", "left", "escalated"
CHANGES = (CREATED, PEOPLE, TITLE, CLOSED, REOPENED, ASSIGNED, JOINED, LEFT, ESCALATED)
