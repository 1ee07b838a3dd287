"""RQ's queues for staff: their jobs and workers, and the retrying of failed jobs."""
