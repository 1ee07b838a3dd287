"""A process that has imported the application and forks servers: each starts in a second, instead of in five.

    python -m tests.support.forking_server

It reads the environment of a server from each line of its input, as JSON, and prints `at URL PID` when that serves, or
`failed`. It ends with its input.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import traceback  # noqa: E402
from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

from metaia.app import DOMAINS, create_app  # noqa: E402
from tests.support.server import Server  # noqa: E402

fork = monkey.get_original("os", "fork")  # gevent's would watch the children


def main() -> None:
    """Fork a server for each line of the input."""
    for name in DOMAINS:
        import_module(f"metaia.{name}.routes")
    gc.collect()
    gc.freeze()  # the servers share this memory
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended servers leave nothing to wait for
    for line in sys.stdin:
        if fork() == 0:
            _serve_or_fail(json.loads(line))


def _serve_or_fail(environment: dict[str, str]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    gevent.reinit()
    try:
        _serve()
    finally:
        traceback.print_exc()
        print("failed", file=sys.__stdout__, flush=True)
        os._exit(1)


def _serve() -> None:
    log = Path(os.environ["METAIA_HOME"], f"served-{os.getpid()}.log")
    counts = os.environ.get("COUNTS", str(os.getpid()))
    with log.open("w") as sys.stdout:
        app = create_app(
            RATELIMIT_ENABLED=True, RATELIMIT_KEY_PREFIX=counts
        )  # one per process: it has globals
        server = Server(app).__enter__()
        print("at", server.url, os.getpid(), file=sys.__stdout__, flush=True)
        gevent.get_hub().join()


if __name__ == "__main__":
    main()
