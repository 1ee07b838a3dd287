"""The text that `make run` prints once the service is ready, and the watch over the private services after that."""

import contextlib
import http.client
import os
import signal
import threading
import time

import psutil

from metaia.dev import listen

USERS = "customer@ customer2@ tailor@ vendor@ vet@ delivery@ delivery2@ support@ admin@ super@metaia.example"
READY_SECONDS = 60.0


class Watch(threading.Thread):
    """Waits for the service, prints the banner, then stops the run when PostgreSQL or Redis has ended."""

    def __init__(self, port: int, environment: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.lost: str | None = None
        self._port, self._host = port, listen.own_address(environment["HOST"])
        self._environment = environment
        self._services = {process.name(): process for process in psutil.Process().children()}

    def run(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready(self._host, self._port):
            if time.monotonic() > deadline:
                print(
                    f"The service is not ready after {READY_SECONDS:.0f} s; the lines above say why.",
                    flush=True,
                )
                deadline = float("inf")
            time.sleep(0.1)
        print(text(self._port, self._environment), flush=True)
        while not self.lost:
            time.sleep(1)
            self.lost = next((name for name, process in self._services.items() if _has_ended(process)), None)
        os.kill(os.getpid(), signal.SIGTERM)


def is_ready(host: str, port: int) -> bool:
    """Return whether the readiness check of the service succeeds: the service, PostgreSQL and Redis are up."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/api/system/health/ready")
        return connection.getresponse().status == 200
    return False


def text(port: int, environment: dict[str, str]) -> str:
    """Return the banner: the addresses, the demo logins, the commands to try first."""
    host = environment["HOST"]
    address = listen.base_url(listen.own_address(host), str(port))
    others = [listen.base_url(one, str(port)) for one in listen.reachable(host) if one != host]
    network = f"\n  Network   {'  '.join(others)}" if others else ""
    demo = "make demo" if port == 5000 else f"PORT={port} make demo"
    login = '{"email": "customer@metaia.example", "password": "metaia-demo"}'
    return f"""
METAIA is ready.

  Open      {address}/          (the console: be a customer, a tailor, a courier, an admin)
  API       {address}/api{network}
  Docs      {address}/api-docs
  Messages  {environment["METAIA_MESSAGES_PAGE"]}  (every mail, SMS and push)
  Data      {environment["METAIA_HOME"]}
  Logins    {USERS}
            password: metaia-demo

Try, in another terminal:

  curl -s {address}/api/auth/login -H 'Content-Type: application/json' -d '{login}'
  {demo}
  python3 -m webbrowser {address}/

Ctrl-C stops all of it.
"""


def _has_ended(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.status() == psutil.STATUS_ZOMBIE
    return True
