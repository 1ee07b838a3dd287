"""gunicorn's worker and HTTP handler under gevent, with read timeouts."""
