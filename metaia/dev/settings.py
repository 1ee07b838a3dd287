"""What `make run` needs before it starts a process: settings, the home folder, the secrets of this machine."""

import os
import re
import secrets
import socket
import sys
from pathlib import Path

from dotenv import dotenv_values

from metaia.dev import demo_data, listen
from metaia.dev.process_registry import ServiceError

ROOT = Path(__file__).resolve().parents[2]
SECRETS = ("SECRET_KEY", "JWT_SECRET_KEY")


def given() -> dict[str, str]:
    """Return `.env` overridden by the process's environment."""
    written = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value is not None}
    return {**written, **os.environ}


def read_environment() -> dict[str, str]:
    """Return what is given, with defaults, and with the programs of this Python first on the PATH.

    Raises ServiceError in production, and for a HOST that strangers can reach.
    """
    environment = given()
    environment["PATH"] = os.pathsep.join(
        (str(Path(sys.executable).parent), environment.get("PATH", os.defpath))
    )
    environment.setdefault("METAIA_ENV", "development")
    if environment["METAIA_ENV"] == "production":
        raise ServiceError(
            "METAIA_ENV is production, and demo accounts have a known password; see docs/operations.md"
        )
    environment.setdefault("METAIA_DEMO_PASSWORD", demo_data.PASSWORD)
    environment.setdefault("PORT", "5000")
    listen.set_host(environment)
    environment.setdefault("PUBLIC_BASE_URL", listen.base_url(environment["HOST"], environment["PORT"]))
    if "WEB" in environment:
        environment["WEB_CONCURRENCY"] = environment["WEB"]
    return environment


def open_home(environment: dict[str, str]) -> Path:
    """Return the folder of all files of `make run`, created if missing; make METAIA_HOME absolute.

    Raises ServiceError if it cannot be created.
    """
    home = Path(environment.get("METAIA_HOME") or ROOT / ".metaia").resolve()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ServiceError(f"METAIA_HOME={home} cannot be used: {error.strerror}") from None
    environment["METAIA_HOME"] = str(home)
    return home


def add_secrets(home: Path, environment: dict[str, str]) -> None:
    """Generate the secrets that are not set, and store them in `home`, so that a restart ends no session."""
    path = home / "secrets.env"
    kept = dotenv_values(path)
    missing = [name for name in SECRETS if not kept.get(name)]
    if missing:
        lines = "".join(f"{name}={secrets.token_urlsafe(48)}\n" for name in missing)
        path.touch(mode=0o600)
        with path.open("a", encoding="ascii") as file:
            file.write(lines)
        kept = dotenv_values(path)
    for name in SECRETS:
        environment[name] = environment.get(name) or kept[name] or ""


def check_port(text: str, host: str) -> int:
    """Return the port as a number. Raises ServiceError if it is no port number, or cannot be used on `host`."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ServiceError(f"PORT={text} is not a port number")
    if not is_free(int(text), host):
        raise ServiceError(
            f"port {text} is taken by another program; PORT={int(text) + 1} make run takes another"
        )
    return int(text)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Return whether a server could listen on this port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def redacted(url: str) -> str:
    """Return a URL without its password."""
    return re.sub(r"(password=)[^&]*", r"\1***", re.sub(r"(//[^:/@]*):.*@", r"\1:***@", url))
