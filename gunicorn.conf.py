"""gunicorn's configuration for the web process. gunicorn sets TCP_NODELAY on the listening socket by itself."""

import contextlib
import importlib
import os
import resource
import sys
from pathlib import Path
from typing import Any

from dotenv import load_dotenv

from config import load as load_settings
from metaia.network import addresses
from metaia.settings.environment import ConfigurationError

if os.environ.get("METAIA_ENV") != "testing":
    load_dotenv(Path.cwd() / ".env")  # before this file reads PORT, HOST and WEB_CONCURRENCY
_production = os.environ.get("METAIA_ENV", "development") == "production"

# A development server listens on this machine only unless HOST names another address.
_host = addresses.to_listen_on(os.environ.get("HOST", ""), production=_production)
bind = f"{f'[{_host}]' if ':' in _host else _host}:{os.environ.get('PORT', '5000')}"

# One greenlet per connection, and WebSocket frames in the same server as HTTP.
worker_class = "metaia.realtime.server.worker.Worker"

# One process uses one core. With several processes, only the WebSocket transport works without sticky sessions.
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))

# The default of 1000 also counts open sockets: the 1001st client would get no answer, not even over REST.
worker_connections = 20_000

# After a restart all clients reconnect at once. The kernel caps this at net.core.somaxconn.
backlog = 4096

# A worker with an event loop blocked for this long (seconds) is stuck, not busy.
timeout = 60


def _seconds(name: str, in_production: int) -> int:
    """Return a setting of seconds, as metaia/settings/operations.py declares it."""
    given = os.environ.get(name, "").strip()
    return int(given) if given.isdigit() else in_production * _production


# For ending sockets (realtime/server/draining.py), and then for running requests.
_drain = _seconds("DRAIN_NOTICE", 3) + _seconds("DRAIN_SECONDS", 15)
graceful_timeout = max(30 if _production else 1, _drain + 12 if _drain else 0)

# Requests are logged by the application, with their request id.
accesslog = None

# gunicorn's control socket is in the user's home folder: two servers of one user would share it.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Exit for wrong settings and options; raise the limit of open files to the hard limit.

    The usual soft limit is 1024, and every socket is an open file.
    """
    if server.cfg.is_ssl:
        sys.exit("METAIA does not start: TLS ends in a proxy in front of it; leave certfile and keyfile out")
    if server.cfg.worker_class_str != worker_class:
        sys.exit(f"METAIA does not start: it needs {worker_class}, not {server.cfg.worker_class_str}")
    try:
        load_settings(os.environ)  # a worker that fails later than this is started again for ever
    except ConfigurationError as error:
        sys.exit(f"METAIA does not start: {error}")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if most == resource.RLIM_INFINITY else most
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def post_worker_init(_worker: Any) -> None:
    """Start to follow the log in each worker, but not in commands, which load the same module."""
    importlib.import_module("wsgi").serve()
