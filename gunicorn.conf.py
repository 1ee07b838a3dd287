"""How gunicorn runs the web process; TCP_NODELAY needs no setting, gunicorn puts it on the listening socket."""

import contextlib
import importlib
import os
import resource
import sys
from typing import Any

_production = os.environ.get("METAIA_ENV", "development") == "production"

# A development server is for this machine only; in production the platform decides who reaches the port.
bind = f"{'0.0.0.0' if _production else '127.0.0.1'}:{os.environ.get('PORT', '5000')}"  # noqa: S104

# One greenlet per connection, and WebSocket frames in the same server as HTTP.
worker_class = "metaia.realtime.server.worker.Worker"

# One process serves a whole core. With several, only the WebSocket transport works without sticky sessions.
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))

# The default of 1000 counts open sockets as well: the 1001st client would get no answer, not even over REST.
worker_connections = 20_000

# After a restart all clients come back at once; the kernel cuts this to its own limit (net.core.somaxconn).
backlog = 4096

# A worker whose event loop has stood still this long is stuck, not busy.
timeout = 60

# Long enough for requests under way. Sockets are not waited for: clients reconnect and resume.
graceful_timeout = 20 if _production else 1

# Requests are logged by the application, with their request id.
accesslog = None

# gunicorn's control socket lies in the user's home: two servers of one user would share it.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Refuse options with which sockets would not work, and allow as many open files as this user may have.

    Often 1024 are set, and a socket is a file.
    """
    if server.cfg.is_ssl:
        sys.exit("METAIA does not start: TLS ends in a proxy in front of it; leave certfile and keyfile out")
    if server.cfg.worker_class_str != worker_class:
        sys.exit(f"METAIA does not start: it needs {worker_class}, not {server.cfg.worker_class_str}")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if most == resource.RLIM_INFINITY else most
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def post_worker_init(_worker: Any) -> None:
    """Begin to follow the log, in each worker and not in commands that load the same module."""
    importlib.import_module("wsgi").serve()
