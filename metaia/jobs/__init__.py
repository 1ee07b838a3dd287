"""Background jobs: the registry of job types, the dispatcher that enqueues jobs in RQ, and the worker."""
