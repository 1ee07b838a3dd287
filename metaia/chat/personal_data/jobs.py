"""Jobs of personal data in chat."""

from __future__ import annotations

from metaia.chat.personal_data import privacy
from metaia.jobs.registry import job


@job(every=3600, timeout=300)
def forget_users() -> int:
    """Let deleted users leave their conversations; return how many places they had."""
    return privacy.leave_conversations()


@job(every=3600, timeout=300)
def purge_deleted() -> int:
    """Delete what messages contained that were deleted long ago; return how many messages."""
    return privacy.purge_deleted()
