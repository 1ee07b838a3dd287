"""Events of operations in the event catalogue."""

from __future__ import annotations

from metaia.operations.schemas import OperationProgress
from metaia.realtime.catalogue import EventType

EVENTS = (
    EventType(
        "operation.progress",
        "system:operation",
        OperationProgress,
        "A bulk operation has got further (at most one event per second), or its state has changed.",
        "the admin that ordered it",
    ),
)
