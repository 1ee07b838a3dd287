"""The state of the installation: processes, queues, log, database, Redis, storage."""
