"""HTML pages for staff: queues, failed jobs, and traces of notifications. A browser authenticates by a cookie."""
