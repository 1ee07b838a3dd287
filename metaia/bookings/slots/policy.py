"""What decides about the starts of a service, and why one is refused. Pure.

Times are minutes since the epoch, in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about the starts of a service; all but `capacity` (seats of one start) in minutes."""

    service_id: str
    duration: int
    buffer_before: int
    buffer_after: int
    step: int
    min_notice: int
    max_advance: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Busy:
    """A block of a calendar: `start` to `end` includes its buffers, `left` seats of it are free.

    Without `ends_at` the block has the length of its service.
    """

    start: int
    end: int
    starts_at: int
    service_id: str
    left: int
    block_id: str
    ends_at: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a start is not free. `details` has `earliest`, `latest` or `nearest` (minutes), or `seats_left`."""

    code: str
    details: dict[str, int] = field(default_factory=dict)
