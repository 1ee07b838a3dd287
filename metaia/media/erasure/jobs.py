"""The job of erasure."""

from __future__ import annotations

from metaia.jobs.registry import job
from metaia.media import privacy


@job(every=3600, timeout=600)
def delete_files_of_deleted_users() -> int:
    """Delete the files of deleted users; return their number. It runs at each erasure, and hourly for what is left."""
    return privacy.delete_files()
